/** `gradgen clean`: deletes generated files whose source is gone, or holds no mark any more; only ours, and none that was edited. */
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { globSync } from 'tinyglobby';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { pathOf } from '../compiler/diagnostics/reporter.ts';
import { hashBody, isTargetName } from '../compiler/generated-file.ts';
import { parseGeneratedFile, sourceNamedIn } from '../compiler/header.ts';
import { readText, reasonOf } from './files.ts';
import { mayHaveMarks } from './marks.ts';
import { fileMessages } from './messages.ts';
import { type ExitStatus, report } from './report.ts';
import type { Settings } from './settings.ts';
import type { Terminal } from './terminal.ts';

interface Orphan {
  readonly path: string;
  /** Why it is one. */
  readonly reason: string;
  readonly edited: boolean;
}

export function clean(settings: Settings, terminal: Terminal): ExitStatus {
  const orphans = generatedFiles(settings, terminal).flatMap((path) => orphanAt(path, settings, terminal) ?? []);
  const problems: Diagnostic[] = [];
  for (const orphan of orphans) problems.push(...remove(orphan, settings, terminal));
  const count = orphans.length - problems.length;
  if (problems.length > 0)
    report({ diagnostics: problems, deliveries: [], scanned: 0, fresh: 0 }, settings.format, settings.strict, terminal);
  if (settings.format === 'pretty' && count === 0 && problems.length === 0) terminal.out('nothing to clean\n');
  return problems.length > 0 ? 1 : 0;
}

function generatedFiles({ paths, outDir }: Settings, { cwd }: Terminal): string[] {
  const roots = paths.length > 0 ? paths : outDir === undefined ? ['.'] : ['.', outDir];
  const found = roots.flatMap((root) => {
    if (isTargetName(root)) return [resolve(cwd, root)];
    return globSync('**/*.grad.*', { cwd: resolve(cwd, root), absolute: true, ignore: ['**/node_modules/**', '**/.*/**'] });
  });
  return [...new Set(found.filter(isTargetName).map((path) => resolve(path)))].sort();
}

/** With `--all` unmarked functions have derivatives too, so only a source that is gone makes an orphan. */
function orphanAt(path: string, { all }: Settings, terminal: Terminal): Orphan | undefined {
  const text = readText(path);
  const source = text === undefined ? undefined : sourceNamedIn(path, text);
  if (text === undefined || source === undefined) return undefined;
  const parsed = parseGeneratedFile(path, text);
  const edited = parsed === undefined || hashBody(parsed.body) !== parsed.bodyHash;
  const sourceText = readText(source);
  if (sourceText === undefined) return { path, reason: `${pathOf(source, terminal)} is gone`, edited };
  return all || mayHaveMarks(sourceText) ? undefined : { path, reason: `nothing in ${pathOf(source, terminal)} is marked`, edited };
}

function remove({ path, reason, edited }: Orphan, { dryRun, force, format }: Settings, terminal: Terminal): Diagnostic[] {
  const shown = pathOf(path, terminal);
  if (edited && !force) return [fileMessages.editedOrphan(shown, reason)];
  try {
    if (!dryRun) rmSync(path);
    if (format === 'pretty') terminal.out(`${dryRun ? 'would delete' : 'deleted'} ${shown}: ${reason}\n`);
    return [];
  } catch (error) {
    return [fileMessages.cannotDelete(shown, reasonOf(error))];
  }
}
