/** The command line. What it loads at once is small: `--help`, `--version` and an all-fresh `--check` need no compiler. */
import { fileURLToPath } from 'node:url';
import { type CliArguments, parseArguments, UsageError } from './arguments.ts';
import { clean } from './clean.ts';
import type { LoadCompile } from './compile-groups.ts';
import { readConfig } from './config-file.ts';
import { explain } from './explain.ts';
import { readText } from './files.ts';
import { generate } from './generate.ts';
import { helpText } from './help.ts';
import { initialize } from './init.ts';
import type { ExitStatus } from './report.ts';
import { combine, repeatedFlags } from './settings.ts';
import { processTerminal, type Terminal } from './terminal.ts';
import { why } from './why.ts';

/** Runs one command; the result is the exit status. Never throws. */
export async function main(
  argv: readonly string[],
  terminal: Terminal = processTerminal(),
  load: LoadCompile = loadCompile,
): Promise<ExitStatus> {
  try {
    return await run(argv, terminal, load);
  } catch (error) {
    terminal.error(error instanceof UsageError ? usageMessage(error) : internalMessage(error));
    return 2;
  }
}

async function run(argv: readonly string[], terminal: Terminal, load: LoadCompile): Promise<ExitStatus> {
  const args = parseArguments(argv);
  if (args.help) terminal.out(helpText);
  else if (args.version) terminal.out(`${version()}\n`);
  else return runCommand(args, terminal, load);
  return 0;
}

async function runCommand(args: CliArguments, terminal: Terminal, load: LoadCompile): Promise<ExitStatus> {
  if (args.command === 'init') return initialize(terminal);
  if (args.command === 'explain') return explain(args.operands, terminal);
  const settings = {
    ...combine(args.given, await readConfig(args.config, terminal.cwd), terminal.cwd),
    repeated: repeatedFlags(args.given, args.config),
  };
  const [first, ...rest] = args.operands;
  switch (args.command) {
    case 'why':
      return why(first, { ...settings, paths: rest.length > 0 ? rest : settings.paths }, terminal, load);
    case 'clean':
      return clean({ ...settings, paths: args.operands.length > 0 ? args.operands : settings.paths }, terminal);
    default:
      return generate(settings, terminal, load);
  }
}

async function loadCompile(): ReturnType<LoadCompile> {
  return (await import('../compiler/index.ts')).compile;
}

/** The package's own version; this module runs from cli/ or, built, from dist/cli/. */
function version(): string {
  const texts = ['../package.json', '../../package.json'].map((path) => readText(fileURLToPath(new URL(path, import.meta.url))));
  return (JSON.parse(texts.find((text) => text !== undefined) ?? '{}') as { version?: string }).version ?? 'unknown';
}

function usageMessage(error: UsageError): string {
  return `gradgen: ${error.message}\nRun 'gradgen --help' for what it takes.\n`;
}

/** A bug of ours: no stack unless asked for. */
function internalMessage(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const stack = process.env.GRADGEN_DEBUG && error instanceof Error ? `${error.stack}\n` : '';
  return `gradgen: internal error: ${text}\nThis is a bug in gradgen. Please report it with the source that caused it.\n${stack}`;
}
