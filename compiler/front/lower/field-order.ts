/**
 * The order of the fields of objects whose type is declared nowhere, `{ y: 1, x: 2 }`: that of the parameters' types, where one has the
 * same fields, else that of the first such object. Types of records are the same only in the same order.
 */
import { ts } from '#ts-morph';
import { isRecord, isRefs } from '../../ir/memory-types.ts';
import type { Field, Type } from '../../ir/types.ts';
import type { Kind } from '../types.ts';
import type { ModuleContext } from './context.ts';

/** Notes the order of every record in a declared type. */
export function noteOrder(cx: ModuleContext, type: Type): void {
  if (isRefs(type)) return noteOrder(cx, type.element);
  if (!isRecord(type)) return;
  if (!type.tuple) orderOf(cx, type.fields);
  for (const field of type.fields) noteOrder(cx, field.type);
}

function orderOf({ orders }: ModuleContext, fields: readonly Field[]): readonly string[] {
  const names = fields.map(({ name }) => name);
  const key = [...names].sort().join();
  const known = orders.get(key) ?? names;
  orders.set(key, known);
  return known;
}

/** `wanted`: the kind that the object's place asks for. */
export function inOrder(cx: ModuleContext, fields: readonly Field[], wanted: Kind | undefined): readonly Field[] {
  if (wanted?.kind === 'record' && !isLiteral(wanted.type)) return fields;
  const order = orderOf(cx, fields);
  return [...fields].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
}

/** Is it the type of an object that is written down? */
function isLiteral(type: ts.Type): boolean {
  return ((type.symbol?.flags ?? 0) & ts.SymbolFlags.ObjectLiteral) !== 0;
}
