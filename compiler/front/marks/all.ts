/** Every exported function as if it were marked. */
import type { ts } from '#ts-morph';
import { spanOf } from '../syntax.ts';
import type { TypeReader } from '../types.ts';
import type { Tag } from './comments.ts';
import { functionAt, type MarkedNode, markedNode } from './find.ts';

/** The exported functions of a file that bear no mark, each with the mark that suits what it returns. */
export function unmarkedExports(file: ts.SourceFile, marked: readonly MarkedNode[], types: TypeReader): MarkedNode[] {
  const known = new Set<ts.Node>(marked.map(({ fn }) => fn));
  const found = file.statements.flatMap((statement): MarkedNode[] => {
    const fn = functionAt(statement, types);
    if (!fn || known.has(fn)) return [];
    known.add(fn);
    const tag: Tag = { name: types.returnKind(fn).kind === 'real' ? 'grad' : 'vjp', text: '', at: spanOf(fn.name ?? fn) };
    return [markedNode(fn, statement, [tag], types, undefined)];
  });
  return found.filter(({ exportName }) => exportName !== undefined);
}
