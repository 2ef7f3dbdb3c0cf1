/** `gradgen [paths…]`, with `--check`, `--dry-run` and `--print-ir`. */
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { pathOf } from '../compiler/diagnostics/reporter.ts';
import { targetOf } from '../compiler/generated-file.ts';
import type { CliArguments } from './arguments.ts';
import { compileGroups, type LoadCompile } from './compile-groups.ts';
import { type Delivery, type DeliveryContext, deliverAll } from './deliver.ts';
import { readText } from './files.ts';
import { hasGeneratedFile, isFresh } from './freshness.ts';
import { mayHaveMarks, mayHaveMessages } from './marks.ts';
import { fileMessages } from './messages.ts';
import { printIr } from './print-ir.ts';
import { type SourceGroup, selectSources } from './projects.ts';
import { type ExitStatus, report } from './report.ts';
import type { Terminal } from './terminal.ts';

/** A group of which every file was searched for marks. */
interface ScannedGroup extends SourceGroup {
  /** For these something may be generated. */
  readonly marked: readonly string[];
  /** These the compiler has to see. */
  readonly wanted: readonly string[];
}

export async function generate(args: CliArguments, terminal: Terminal, load: LoadCompile): Promise<ExitStatus> {
  const { groups, problems } = selectSources({ ...args, cwd: terminal.cwd });
  if (problems.length > 0) return refuseSelection(problems, args, terminal);
  const scanned = groups.map((group) => scan(group, args));
  const wanted = scanned.map((group) => ({ ...group, files: group.wanted }));
  if (args.printIr !== undefined) return printIr(args.printIr, wanted, args, terminal, load);
  const { files, diagnostics } = await compileGroups(wanted, terminal.cwd, {}, load);
  const deliveries = deliverAll(files, deliveryContext(args, terminal));
  const leftOver = diagnostics.some(isError) ? [] : leftOvers(scanned, deliveries, terminal);
  const outcome = {
    diagnostics: [...diagnostics, ...leftOver],
    deliveries,
    scanned: groups.reduce((sum, group) => sum + group.files.length, 0),
    fresh: scanned.reduce((sum, group) => sum + group.marked.filter((file) => !group.wanted.includes(file)).length, 0),
  };
  return report(outcome, args.format, args.strict, terminal);
}

/** Under --check what is fresh is known to be right; under --strict its warnings count, so it is compiled all the same. */
function scan(group: SourceGroup, args: CliArguments): ScannedGroup {
  const texts = group.files.map((file) => ({ file, text: readText(file) ?? '' }));
  const marked = texts.filter(({ text }) => mayHaveMarks(text)).map(({ file }) => file);
  const wanted =
    args.check && !args.strict
      ? marked.filter((file) => !isFresh(file, group.settings))
      : texts.filter(({ text }) => mayHaveMessages(text)).map(({ file }) => file);
  return { ...group, marked, wanted };
}

function refuseSelection(problems: readonly Diagnostic[], args: CliArguments, terminal: Terminal): ExitStatus {
  report({ diagnostics: problems, deliveries: [], scanned: 0, fresh: 0 }, args.format, args.strict, terminal);
  return 2;
}

function deliveryContext(args: CliArguments, terminal: Terminal): DeliveryContext {
  const show = (path: string) => pathOf(path, terminal);
  const project = args.tsconfig === undefined ? '' : ` --tsconfig ${quoted(args.tsconfig)}`;
  return {
    mode: args,
    show,
    command: (source, force) => `gradgen ${quoted(show(source))}${force ? ' --force' : ''}${project}`,
  };
}

/** Generated files of sources in which nothing is marked any more. */
function leftOvers(groups: readonly ScannedGroup[], deliveries: readonly Delivery[], terminal: Terminal): Diagnostic[] {
  const made = new Set(deliveries.map((delivery) => delivery.source));
  const unmarked = groups.flatMap(({ files, marked, wanted }) => {
    const fresh = new Set(marked.filter((file) => !wanted.includes(file)));
    return files.filter((file) => !made.has(file) && !fresh.has(file) && hasGeneratedFile(file));
  });
  return unmarked.map((file) => fileMessages.leftOver(pathOf(targetOf(file), terminal), pathOf(file, terminal)));
}

function isError(diagnostic: Diagnostic): boolean {
  return diagnostic.severity === 'error';
}

function quoted(path: string): string {
  return /^[\w./@%+=:,~-]+$/.test(path) ? path : `"${path}"`;
}
