/** `--print-ir`: the intermediate form of every function after one pass or after all, or what one pass changed. */
import type { CompileStep } from '../compiler/options.ts';
import { compileGroups, type LoadCompile, type OutputGroup, scannedIn } from './compile-groups.ts';
import { type ExitStatus, report } from './report.ts';
import { type Settings, UsageError } from './settings.ts';
import type { Terminal } from './terminal.ts';
import { diffLines } from './text-diff.ts';

/** `what`: `after=PASS`, `after=all`, `diff=PASS`. */
export async function printIr(
  what: string,
  groups: readonly OutputGroup[],
  settings: Settings,
  terminal: Terminal,
  load: LoadCompile,
): Promise<ExitStatus> {
  const [form, pass = ''] = what.split('=');
  const passes = new Set<string>();
  const print = form === 'diff' ? diffPrinter(pass, terminal) : afterPrinter(pass, terminal);
  const onStep = (step: CompileStep) => {
    passes.add(step.pass);
    print(step);
  };
  const { diagnostics } = await compileGroups(groups, terminal.cwd, { onStep }, load);
  if (passes.size > 0 && pass !== 'all' && !passes.has(pass)) throw new UsageError(unknownPass(pass, passes));
  const outcome = { diagnostics, deliveries: [], scanned: scannedIn(groups), fresh: 0 };
  return diagnostics.length > 0 || passes.size === 0 ? report(outcome, settings.format, settings.strict, terminal) : 0;
}

function afterPrinter(pass: string, terminal: Terminal): (step: CompileStep) => void {
  return (step) => {
    if (pass === 'all' || pass === step.pass) terminal.out(`=== after ${step.pass}: ${step.functionName}\n${step.print().trimEnd()}\n\n`);
  };
}

/** A pass may run several times on one function; each run that changed something is shown. */
function diffPrinter(pass: string, terminal: Terminal): (step: CompileStep) => void {
  const before = new Map<string, string>();
  return (step) => {
    const text = step.print().trimEnd();
    const lines = pass === step.pass || pass === 'all' ? diffLines(before.get(step.functionName) ?? '', text) : [];
    before.set(step.functionName, text);
    if (lines.length > 0) terminal.out(`=== changed by ${step.pass}: ${step.functionName}\n${lines.join('\n')}\n\n`);
  };
}

function unknownPass(pass: string, passes: ReadonlySet<string>): string {
  return `there is no pass '${pass}'; those that ran are ${[...passes].join(', ')}`;
}
