/** The command line as a value. What it says wrong is a {@link UsageError}. */
import { parseArgs } from 'node:util';
import { type ReportFormat, reportFormats } from '../compiler/diagnostics/reporter.ts';
import { closestTo } from './distance.ts';

export interface CliArguments {
  readonly paths: readonly string[];
  readonly check: boolean;
  readonly dryRun: boolean;
  readonly force: boolean;
  readonly strict: boolean;
  readonly help: boolean;
  readonly version: boolean;
  readonly format: ReportFormat;
  readonly tsconfig?: string;
  /** Print the IR after this pass; `all` for every pass. */
  readonly printIr?: string;
}

/** Something that the user typed and gradgen cannot take: exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const options = {
  check: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  force: { type: 'boolean' },
  strict: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
  format: { type: 'string' },
  tsconfig: { type: 'string', short: 'p' },
  'print-ir': { type: 'string' },
} as const;

/** In the documented command line, but not in this version. */
const laterOptions = ['watch', 'verify', 'list', 'stats', 'all', 'out-dir', 'emit', 'runtime', 'math', 'source-map', 'config'];
const laterCommands = ['init', 'explain', 'why', 'clean'];

/** Parses what follows the program's name. Throws {@link UsageError}. */
export function parseArguments(argv: readonly string[]): CliArguments {
  const tokens = withPrintIrValue(argv);
  refuseUnknown(tokens);
  const { values, positionals } = parsed(tokens);
  refuseLaterCommand(positionals);
  if (values['print-ir'] !== undefined && values.check) throw new UsageError("'--print-ir' and '--check' exclude each other");
  return {
    paths: positionals,
    check: values.check === true,
    dryRun: values['dry-run'] === true,
    force: values.force === true,
    strict: values.strict === true,
    help: values.help === true,
    version: values.version === true,
    format: formatOf(values.format ?? 'pretty'),
    ...(values.tsconfig !== undefined && { tsconfig: values.tsconfig }),
    ...(values['print-ir'] !== undefined && { printIr: printIrOf(values['print-ir']) }),
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(firstSentence((error as Error).message));
  }
}

/** `--print-ir` may stand alone: then every pass is printed. */
function withPrintIrValue(argv: readonly string[]): string[] {
  return argv.map((token, index) => {
    const alone = token === '--print-ir' && !/^(?:after|diff)=/.test(argv[index + 1] ?? '');
    return alone ? '--print-ir=after=all' : token;
  });
}

function refuseUnknown(tokens: readonly string[]): void {
  const end = tokens.indexOf('--');
  for (const token of end < 0 ? tokens : tokens.slice(0, end)) {
    if (token === '-w') throw notYet('--watch');
    const name = /^--([^=]+)/.exec(token)?.[1];
    if (name === undefined || Object.hasOwn(options, name)) continue;
    if (laterOptions.includes(name)) throw notYet(`--${name}`);
    const meant = closestTo(name, Object.keys(options));
    throw new UsageError(`unknown option '--${name}'${meant === undefined ? '' : `; did you mean '--${meant}'?`}`);
  }
}

function refuseLaterCommand(positionals: readonly string[]): void {
  const [command] = positionals;
  if (command !== undefined && laterCommands.includes(command)) throw notYet(`gradgen ${command}`);
}

function formatOf(format: string): ReportFormat {
  const known = reportFormats.find((name) => name === format);
  if (known !== undefined) return known;
  if (format === 'github') throw notYet('--format github');
  throw new UsageError(`unknown format '${format}'; known are ${reportFormats.join(', ')}`);
}

function printIrOf(value: string): string {
  if (value.startsWith('diff=')) throw notYet('--print-ir diff=PASS');
  const pass = /^after=(.+)$/.exec(value)?.[1];
  if (pass === undefined) throw new UsageError("'--print-ir' takes after=PASS");
  return pass;
}

function notYet(what: string): UsageError {
  return new UsageError(`'${what}' is not available yet in this version`);
}

/** Node's own messages end with advice about positional arguments that does not help here. */
function firstSentence(message: string): string {
  const sentence = message.split(/\. |\n/)[0] ?? message;
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
