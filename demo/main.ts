/**
 * `npm run demo`: the programs, compiled by the command line, against every oracle there is; then a real curve, fitted with
 * a generated gradient and drawn to docs/fit.svg. Exit status 1 where anything is beyond its tolerance.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import colors from 'picocolors';
import { referenceAbsent } from '../fixtures/programs/reference.ts';
import { programs, vectorPrograms } from '../fixtures/programs/table.ts';
import { certified } from '../fixtures/programs/thurber-data.ts';
import { type Check, checkProgram, checkVectorProgram, type Oracle, passes, type Report } from './check.ts';
import { type Fit, fitThurber, fitTolerance, residualError } from './fit.ts';
import { drawFit } from './picture.ts';
import { formatError, formatTable } from './table.ts';

const picture = 'docs/fit.svg';

async function main(): Promise<void> {
  const reports: Report[] = [];
  for (const program of programs) reports.push(await checkProgram(program));
  for (const program of vectorPrograms) reports.push(await checkVectorProgram(program));
  printReports(reports);
  const fitChecks = await fitCurve();
  const checks = [...reports.flatMap((report) => report.checks), ...fitChecks];
  const failed = checks.filter((check) => !passes(check)).length + reports.filter((report) => report.failure).length;
  console.log(`\ndemo: ${checks.filter(passes).length} checks passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

function printReports(reports: readonly Report[]): void {
  const heading = ['function', 'value', 'gradient against: forward mode', 'differences', 'reference', 'checks'];
  const lines = formatTable([heading, ...reports.map(cells)]);
  console.log(colors.bold(lines[0]));
  for (const [at, report] of reports.entries()) console.log(isGood(report) ? lines[at + 1] : colors.red(lines[at + 1]));
  for (const report of reports) printFailures(report);
  console.log('\nlargest |x − y| / max(1, |x| + |y|); values are compared bit for bit');
  if (reports.some((report) => report.reference === 'not present')) console.log(referenceAbsent);
}

function cells(report: Report): string[] {
  const { name, value, checks } = report;
  const reference = report.reference === 'compared' ? worst(checks, 'reference') : report.reference === 'none' ? '–' : 'not present';
  return [name, value.toPrecision(10), worst(checks, 'forward'), worst(checks, 'differences'), reference, String(checks.length)];
}

function worst(checks: readonly Check[], oracle: Oracle): string {
  const errors = checks.filter((check) => check.oracle === oracle).map((check) => check.error);
  return errors.length === 0 ? '–' : formatError(errors.some(Number.isNaN) ? Number.NaN : Math.max(...errors));
}

function isGood(report: Report): boolean {
  return report.failure === undefined && report.checks.every(passes);
}

function printFailures(report: Report): void {
  if (report.failure) console.log(colors.red(`${report.name}: ${report.failure}`));
  const failed = report.checks.filter((check) => !passes(check));
  for (const { oracle, label, error, tolerance } of failed.slice(0, 5)) {
    console.log(colors.red(`${report.name}, ${label}: ${oracle} is off by ${formatError(error)}, allowed ${formatError(tolerance)}`));
  }
  if (failed.length > 5) console.log(colors.red(`${report.name}: and ${failed.length - 5} more`));
}

async function fitCurve(): Promise<Check[]> {
  console.log(colors.bold("\nThurber's electron mobility (NIST StRD), fitted by L-BFGS with thurberLossValueAndGradInto"));
  try {
    const result = await fitThurber();
    printFit(result);
    mkdirSync('docs', { recursive: true });
    writeFileSync(picture, drawFit(result));
    console.log(`drawn to ${picture}`);
    return [
      { oracle: 'reference', label: 'certified parameters', error: result.error, tolerance: fitTolerance },
      { oracle: 'reference', label: 'certified sum of squares', error: residualError(result), tolerance: 1e-9 },
    ];
  } catch (error) {
    console.log(colors.red(error instanceof Error ? error.message : String(error)));
    return [{ oracle: 'reference', label: 'fit', error: Infinity, tolerance: 0 }];
  }
}

function printFit(result: Fit): void {
  const rows = certified.parameters.map((expected, i) => [
    `b${i + 1}`,
    result.start[i].toString(),
    result.parameters[i].toPrecision(10),
    String(expected),
  ]);
  const total = ['sum of squares', result.steps[0].value.toPrecision(6), result.residual.toPrecision(11), String(certified.residual)];
  for (const row of formatTable([['', 'start', 'found', 'certified'], ...rows, total])) console.log(row);
  const evaluations = result.steps.at(-1)?.evaluations ?? 0;
  console.log(
    `${result.steps.length - 1} steps, ${evaluations} evaluations, parameters within ${formatError(result.error)} of the certified ones`,
  );
}

await main();
