/** `gradgen explain CODE`: the message as an example program gives it, and that program rewritten so that it compiles. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { formatPretty, noColors } from '../compiler/diagnostics/reporter.ts';
import { closestTo } from './distance.ts';
import { fileMessages } from './messages.ts';
import type { ExitStatus } from './report.ts';
import { UsageError } from './settings.ts';
import { colorsOf, type Terminal } from './terminal.ts';

export async function explain(operands: readonly string[], terminal: Terminal): Promise<ExitStatus> {
  const [code = ''] = operands.map((operand) => operand.toUpperCase());
  if (code === '') throw new UsageError("'gradgen explain' takes a code: gradgen explain GG2010");
  const about = messageAboutFiles(code);
  if (about !== undefined) terminal.out(`${formatPretty(about, contextFor('', terminal))}\n`);
  else terminal.out(await explainExample(code, terminal));
  return 0;
}

function messageAboutFiles(code: string): Diagnostic | undefined {
  const made = Object.values(fileMessages).map((message) => message('FILE', '…'));
  return made.find((message) => message.code === code);
}

async function explainExample(code: string, terminal: Terminal): Promise<string> {
  const folder = examplesFolder();
  if (!existsSync(folder)) throw new UsageError('the examples are missing from this installation');
  const name = readdirSync(folder).find((one) => one.startsWith(`${code}-`));
  if (name === undefined) throw new UsageError(unknownCode(code, folder));
  const read = (file: string): string => readFileSync(`${folder}${name}/${file}`, 'utf8').trimEnd();
  const [example, fixed] = [read('input.ts'), read('fixed.ts')];
  const { compileSource } = await import('../compiler/index.ts');
  const found = compileSource(`${example}\n`).diagnostics.find((diagnostic) => diagnostic.code === code);
  const message = found === undefined ? code : formatPretty(found, contextFor(`${example}\n`, terminal));
  return [message, '', 'This program has it:', '', indented(example), '', 'This one compiles:', '', indented(fixed), ''].join('\n');
}

/** The example is `/input.ts` to the compiler. */
function contextFor(text: string, terminal: Terminal) {
  return { cwd: '/', read: () => text, colors: terminal.colors ? colorsOf(terminal) : noColors };
}

/** The programs of the project's own tests, which the package brings along. */
function examplesFolder(): string {
  const candidates = ['../fixtures/refused/', '../../fixtures/refused/'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  return candidates.find((path) => existsSync(path)) ?? (candidates[0] as string);
}

function unknownCode(code: string, folder: string): string {
  const codes = [
    ...readdirSync(folder).map((name) => name.slice(0, 6)),
    ...Object.values(fileMessages).map((message) => message('', '').code),
  ];
  const meant = closestTo(code, codes);
  return `there is no code '${code}'${meant === undefined ? '' : `; did you mean ${meant}?`}`;
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '    ');
}
