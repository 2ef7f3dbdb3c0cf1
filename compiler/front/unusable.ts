/** What types that cannot be used are told. */
import type { ts } from '#ts-morph';
import { messages } from '../diagnostics/catalog.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { OtherKind, OtherReason } from './kinds.ts';
import { spanOf } from './syntax.ts';

const forms: Partial<Record<OtherReason, string>> = {
  method: 'a method or a function as a field',
  accessor: 'a getter or setter',
  'index signature': 'an index signature',
  name: 'a field whose name is no identifier',
};

/** The refusal that fits the reason; undefined where there is none of its own. `name`: what has the type. */
export function refusalOf(at: ts.Node, name: string, { text, why }: OtherKind): Diagnostic | undefined {
  if (why === 'recursive') return messages.recursiveType(spanOf(at), name, text);
  if (why === 'optional element') return messages.tupleForm(spanOf(at), name, text);
  const form = why && forms[why];
  return form === undefined
    ? undefined
    : messages.record(spanOf(at), `${form} in the type ${text} of ${name === 'the result' ? name : `'${name}'`}`);
}
