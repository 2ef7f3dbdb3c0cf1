/** `gradgen [paths…]`: generates, or with `--list`, `--stats` and `--print-ir` prints what it knows instead. */
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { pathOf } from '../compiler/diagnostics/reporter.ts';
import { targetOf } from '../compiler/generated-file.ts';
import { compileGroups, type LoadCompile, type OutputGroup, scannedIn, withOutput } from './compile-groups.ts';
import { type Delivery, type DeliveryContext, deliverAll } from './deliver.ts';
import { readText } from './files.ts';
import { coversImports, generatedFilesOf, isFresh } from './freshness.ts';
import { printList } from './list.ts';
import { mayHaveMarks, mayHaveMessages } from './marks.ts';
import { fileMessages } from './messages.ts';
import { printIr } from './print-ir.ts';
import { selectSources } from './projects.ts';
import { type ExitStatus, report } from './report.ts';
import { quoted, type Settings } from './settings.ts';
import { printStats } from './stats.ts';
import type { Terminal } from './terminal.ts';
import { verifyFiles } from './verify.ts';

/** A group of which every file was searched for marks. */
interface ScannedGroup extends OutputGroup {
  /** For these something may be generated. */
  readonly marked: readonly string[];
  /** These the compiler has to see. */
  readonly wanted: readonly string[];
}

export async function generate(settings: Settings, terminal: Terminal, load: LoadCompile): Promise<ExitStatus> {
  const { groups, problems } = selectSources({ ...settings, cwd: terminal.cwd });
  if (problems.length > 0) return refuseSelection(problems, settings, terminal);
  const scanned = groups.map((group) => scan(withOutput(group, settings), settings));
  const wanted = scanned.map((group) => ({ ...group, files: group.wanted }));
  if (settings.printIr !== undefined) return printIr(settings.printIr, wanted, settings, terminal, load);
  if (settings.list) return printList(wanted, settings, terminal, load);
  if (settings.stats) return printStats(wanted, settings, terminal, load);
  return write(scanned, wanted, settings, terminal, load);
}

async function write(
  scanned: readonly ScannedGroup[],
  wanted: readonly OutputGroup[],
  settings: Settings,
  terminal: Terminal,
  load: LoadCompile,
): Promise<ExitStatus> {
  const compiled = await compileGroups(wanted, terminal.cwd, { inspect: settings.verify }, load);
  const verified = settings.verify ? await verifyFiles(compiled, wanted, terminal) : undefined;
  const deliveries = deliverAll(verified?.files ?? compiled.files, deliveryContext(settings, terminal));
  const diagnostics = [...compiled.diagnostics, ...(verified?.diagnostics ?? [])];
  const leftOver = diagnostics.some(isError) ? [] : leftOvers(scanned, deliveries, terminal);
  const outcome = {
    diagnostics: [...diagnostics, ...leftOver],
    deliveries,
    scanned: scannedIn(scanned),
    fresh: scanned.reduce((sum, group) => sum + group.marked.filter((file) => !group.wanted.includes(file)).length, 0),
    refused: compiled.refused.filter(({ unmarked }) => unmarked),
    ...(verified && { verified: verified.outcomes }),
  };
  return report(outcome, settings.format, settings.strict, terminal);
}

/**
 * What is fresh is known to be right, but where two sources would write one file, or types come from elsewhere (which --check does
 * not ask). --force trusts nothing, under --strict warnings count, --verify runs it: then it is compiled all the same, as where it is
 * to be printed. Under --all every file may have something.
 */
function scan(group: OutputGroup, settings: Settings): ScannedGroup {
  const texts = group.files.map((file) => ({ file, text: readText(file) ?? '' }));
  const filesWith = (test: (text: string) => boolean) => texts.filter(({ text }) => settings.all || test(text)).map(({ file }) => file);
  const marked = filesWith(mayHaveMarks);
  const needsAll =
    settings.force || settings.strict || settings.verify || settings.list || settings.stats || settings.printIr !== undefined;
  if (needsAll) return { ...group, marked, wanted: filesWith(mayHaveMessages) };
  const targets = marked.map((file) => targetOf(file, group.output));
  const isAlone = (at: number): boolean => targets.indexOf(targets[at] as string) === targets.lastIndexOf(targets[at] as string);
  const isTrusted = (file: string): boolean =>
    isFresh(file, group.settings, group.output) && (settings.check || coversImports(file, group.output));
  const fresh = new Set(marked.filter((file, at) => isAlone(at) && isTrusted(file)));
  return { ...group, marked, wanted: (settings.check ? marked : filesWith(mayHaveMessages)).filter((file) => !fresh.has(file)) };
}

function refuseSelection(problems: readonly Diagnostic[], settings: Settings, terminal: Terminal): ExitStatus {
  report({ diagnostics: problems, deliveries: [], scanned: 0, fresh: 0 }, settings.format, settings.strict, terminal);
  return 2;
}

function deliveryContext(settings: Settings, terminal: Terminal): DeliveryContext {
  const show = (path: string) => pathOf(path, terminal);
  return {
    mode: settings,
    show,
    command: (source, force) => `gradgen ${quoted(show(source))}${force ? ' --force' : ''}${settings.repeated}`,
  };
}

/** Generated files of sources in which nothing is marked any more. */
function leftOvers(groups: readonly ScannedGroup[], deliveries: readonly Delivery[], terminal: Terminal): Diagnostic[] {
  const made = new Set(deliveries.map((delivery) => delivery.source));
  return groups.flatMap(({ files, marked, wanted, output }) => {
    const fresh = new Set(marked.filter((file) => !wanted.includes(file)));
    const unmarked = files.filter((file) => !made.has(file) && !fresh.has(file));
    const pairs = unmarked.flatMap((file) => generatedFilesOf(file, output).map((target) => ({ file, target })));
    return pairs.map(({ file, target }) => fileMessages.leftOver(pathOf(target, terminal), pathOf(file, terminal)));
  });
}

function isError(diagnostic: Diagnostic): boolean {
  return diagnostic.severity === 'error';
}
