/**
 * Copies of records.
 *   In:      checked IR.      Out: no copy of a record whose fields are all there: a new record of the same fields stands in its place.
 *   Example: q = copy p   →   q = alloc 2; store q 0 (load p 0); store q 1 (load p 1)
 *   Never:   touches a record with fields that may be missing: what is missing in the copy must be missing, not undefined.
 */
import { isRecord } from '../ir/memory-types.ts';
import type { CopyOp, IrFunction, Op, RecordType, ValueId } from '../ir/types.ts';
import { allocationOf } from './dissolvable.ts';
import type { Pass } from './pass.ts';
import { type Rebuild, rebuildFunction } from './rebuild.ts';

export const recordCopies: Pass = { name: 'record-copies', summary: 'copy records field by field', run: expandCopies };

function expandCopies(fn: IrFunction): IrFunction {
  return rebuildFunction(fn, {
    rewrite(op, cx) {
      const type = op.kind === 'copy' && !op.deep ? cx.values[op.out]?.type : undefined;
      return op.kind === 'copy' && isRecord(type) && isComplete(type) ? fieldByField(op, type, cx) : undefined;
    },
  });
}

function isComplete(type: RecordType): boolean {
  return type.fields.every((field) => !field.optional);
}

function fieldByField(op: CopyOp, type: RecordType, cx: Rebuild): readonly Op[] {
  const { origin } = op;
  const exact = cx.values[op.out]?.exact ?? true;
  const ops: Op[] = [];
  const constant = (value: number): ValueId => {
    const out = cx.define({ type: { kind: 'int' }, exact });
    ops.push({ kind: 'const', out, value, origin });
    return out;
  };
  const fields = type.fields.flatMap((field, at) => (field.omitted ? [] : [{ type: field.type, at }]));
  const loaded = fields.map((field) => {
    const out = cx.define({ type: field.type, exact });
    ops.push({ kind: 'load', out, array: op.array, index: constant(field.at), access: 'inRange', origin });
    return { ...field, out };
  });
  ops.push(allocationOf(op.out, constant(type.fields.length), type, origin));
  for (const { at, out } of loaded) ops.push({ kind: 'store', array: op.out, index: constant(at), value: out, access: 'inRange', origin });
  return ops;
}
