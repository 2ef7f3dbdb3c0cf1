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

export async function generate(args: CliArguments, terminal: Terminal, load: LoadCompile): Promise<ExitStatus> {
  const { groups, problems } = selectSources({ ...args, cwd: terminal.cwd });
  if (problems.length > 0) return refuseSelection(problems, args, terminal);
  if (args.printIr !== undefined) return printIr(args.printIr, groupsToCompile(groups, args), args, terminal, load);
  const scanned = groups.reduce((sum, group) => sum + group.files.length, 0);
  const wanted = groupsToCompile(groups, args);
  const { files, diagnostics } = await compileGroups(wanted, terminal.cwd, {}, load);
  const deliveries = deliverAll(files, deliveryContext(args, terminal));
  const leftOver = diagnostics.some(isError) ? [] : leftOvers(groups, wanted, deliveries, terminal);
  const fresh = args.check ? countMarked(groups) - countMarked(wanted) : 0;
  return report({ diagnostics: [...diagnostics, ...leftOver], deliveries, scanned, fresh }, args.format, args.strict, terminal);
}

/** Under --check what is fresh is known to be right; under --strict its warnings count, so it is compiled all the same. */
function groupsToCompile(groups: readonly SourceGroup[], args: CliArguments): SourceGroup[] {
  const onlyUnfresh = args.check && !args.strict;
  return groups.map((group) => ({
    ...group,
    files: group.files.filter((file) => {
      const text = readText(file) ?? '';
      return onlyUnfresh ? mayHaveMarks(text) && !isFresh(file, group.settings) : mayHaveMessages(text);
    }),
  }));
}

function countMarked(groups: readonly SourceGroup[]): number {
  return groups.flatMap((group) => group.files).filter((file) => mayHaveMarks(readText(file) ?? '')).length;
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
function leftOvers(
  groups: readonly SourceGroup[],
  compiled: readonly SourceGroup[],
  deliveries: readonly Delivery[],
  terminal: Terminal,
): Diagnostic[] {
  const made = new Set(deliveries.map((delivery) => delivery.source));
  const tried = new Set(compiled.flatMap((group) => group.files));
  const unmarked = (file: string) => !made.has(file) && (tried.has(file) || !mayHaveMarks(readText(file) ?? ''));
  const files = groups.flatMap((group) => group.files).filter((file) => unmarked(file) && hasGeneratedFile(file));
  return files.map((file) => fileMessages.leftOver(pathOf(targetOf(file), terminal), pathOf(file, terminal)));
}

function isError(diagnostic: Diagnostic): boolean {
  return diagnostic.severity === 'error';
}

function quoted(path: string): string {
  return /^[\w./@%+=:,~-]+$/.test(path) ? path : `"${path}"`;
}
