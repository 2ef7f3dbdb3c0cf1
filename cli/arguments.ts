/** The command line as a value. What it says wrong is a {@link UsageError}. */
import { parseArgs } from 'node:util';
import { closestTo } from './distance.ts';
import { checkedValue, flagOf, type SettingName, type Settings, settingKinds, UsageError } from './settings.ts';

export { UsageError } from './settings.ts';

export type Command = 'generate' | 'init' | 'explain' | 'why' | 'clean';

export interface CliArguments {
  readonly command: Command;
  /** What follows the name of the command. */
  readonly operands: readonly string[];
  /** Only what the user gave. */
  readonly given: Partial<Settings>;
  readonly help: boolean;
  readonly version: boolean;
  readonly config?: string;
}

const commands: readonly Command[] = ['init', 'explain', 'why', 'clean'];
const shorts: Readonly<Record<string, string>> = { tsconfig: 'p', help: 'h', version: 'v' };

/** In the documented command line, but not in this version. */
const laterOptions = ['watch', 'jobs'];

const settingFlags = Object.entries(settingKinds).filter(([key]) => key !== 'paths') as [SettingName, string | readonly string[]][];
const options = Object.fromEntries([
  ...settingFlags.map(([key, kind]) => option(flagOf(key), kind === 'boolean' ? 'boolean' : 'string')),
  option('help', 'boolean'),
  option('version', 'boolean'),
  option('config', 'string'),
]);

function option(name: string, type: 'boolean' | 'string') {
  const short = shorts[name];
  return [name, { type, ...(short !== undefined && { short }) }] as const;
}

/** Parses what follows the program's name. Throws {@link UsageError}. */
export function parseArguments(argv: readonly string[]): CliArguments {
  const tokens = withPrintIrValue(argv);
  refuseUnknown(tokens);
  const { values, positionals } = parsed(tokens);
  const command = commands.find((name) => name === positionals[0]);
  const operands = command === undefined ? positionals : positionals.slice(1);
  return {
    command: command ?? 'generate',
    operands,
    given: { ...givenSettings(values), ...(command === undefined && { paths: operands }) },
    help: values.help === true,
    version: values.version === true,
    ...(typeof values.config === 'string' && { config: values.config }),
  };
}

function givenSettings(values: Readonly<Record<string, unknown>>): Partial<Settings> {
  const found = settingFlags.filter(([key]) => values[flagOf(key)] !== undefined);
  return Object.fromEntries(found.map(([key]) => [key, checkedValue(key, values[flagOf(key)], nameOf(key))]));
}

/** As messages have it: `unknown format 'xml'`, `'--print-ir' takes …`. */
function nameOf(key: SettingName): string {
  return Array.isArray(settingKinds[key]) ? flagOf(key).replace('-', ' ') : `--${flagOf(key)}`;
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true, allowNegative: true });
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
    const name = /^--(?:no-)?([^=]+)/.exec(token)?.[1];
    if (name === undefined || Object.hasOwn(options, name)) continue;
    if (laterOptions.includes(name)) throw notYet(`--${name}`);
    const meant = closestTo(name, Object.keys(options));
    throw new UsageError(`unknown option '--${name}'${meant === undefined ? '' : `; did you mean '--${meant}'?`}`);
  }
}

function notYet(what: string): UsageError {
  return new UsageError(`'${what}' is not available yet in this version`);
}

/** Node's own messages end with advice about positional arguments that does not help here. */
function firstSentence(message: string): string {
  const sentence = message.split(/\. |\n/)[0] ?? message;
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
