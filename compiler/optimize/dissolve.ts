/**
 * Joined records become scalars.
 *   In:      checked IR.      Out: no local record that nobody changes is joined by a branch or carried by a loop: its fields are.
 *   Example: p = for carry (q = {x, y}) { yield {add (load q x) 1, load q y} }
 *            →   px, py = for carry (qx = x, qy = y) { yield add qx 1, qy }
 *   Never:   takes apart what is compared, kept in memory or written after it was made. What the function returns is made again at its end.
 */
import { scalarConstant } from '../ir/constants.ts';
import type { IrFunction, Op, RecordType, Region, ValueId, ValueInfo } from '../ir/types.ts';
import { withRegions } from '../ir/walk.ts';
import { allocationOf, type Dissolvable, findDissolvable } from './dissolvable.ts';
import { definitionsOf, isLoop, type Loop } from './facts.ts';
import type { Pass } from './pass.ts';
import { renameOperands } from './rebuild.ts';
import { emptyField, fieldInfo } from './record-fields.ts';

export const dissolve: Pass = { name: 'dissolve', summary: 'carry the fields of a record instead of the record', run: dissolveRecords };

interface Dissolving {
  readonly values: ValueInfo[];
  readonly found: Dissolvable;
  readonly definitions: ReadonlyMap<ValueId, Op>;
  readonly renames: Map<ValueId, ValueId>;
  /** The values of the fields of each record. */
  readonly fields: Map<ValueId, ValueId[]>;
}

function dissolveRecords(fn: IrFunction): IrFunction {
  const found = findDissolvable(fn);
  if (!found) return fn;
  const cx: Dissolving = { values: [...fn.values], found, definitions: definitionsOf(fn), renames: new Map(), fields: new Map() };
  const ops = fn.body.ops.flatMap((op) => rewriteOp(op, cx));
  const made: Op[] = [];
  const yields = fn.body.yields.map((id) => (cx.fields.has(id) ? makeAgain(id, made, cx) : use(id, cx)));
  return { ...fn, values: cx.values, body: { params: fn.body.params, ops: [...ops, ...made], yields } };
}

function use(id: ValueId, cx: Dissolving): ValueId {
  return cx.renames.get(id) ?? id;
}

function newValue(info: ValueInfo, cx: Dissolving): ValueId {
  cx.values.push(info);
  return (cx.values.length - 1) as ValueId;
}

/** New values for the fields of a record. */
function newFields(record: ValueId, type: RecordType, cx: Dissolving): ValueId[] {
  const fields = type.fields.map((_, at) => newValue(fieldInfo(cx.values[record] as ValueInfo, at), cx));
  cx.fields.set(record, fields);
  return fields;
}

function rewriteRegion(region: Region, cx: Dissolving): Region {
  const params = region.params.flatMap((id) => defined(id, cx));
  const ops = region.ops.flatMap((op) => rewriteOp(op, cx));
  return { params, ops, yields: region.yields.flatMap((id) => read(id, cx)) };
}

/** A definition: a record's stands for those of its fields. */
function defined(id: ValueId, cx: Dissolving): readonly ValueId[] {
  const type = cx.found.typeOf(id);
  return type ? newFields(id, type, cx) : [id];
}

/** A use that hands the value on. */
function read(id: ValueId, cx: Dissolving): readonly ValueId[] {
  return cx.fields.get(id) ?? [use(id, cx)];
}

function rewriteOp(op: Op, cx: Dissolving): readonly Op[] {
  if (op.kind === 'if') {
    const cond = use(op.cond, cx);
    const [then, otherwise] = [rewriteRegion(op.then, cx), rewriteRegion(op.otherwise, cx)];
    return [{ ...op, cond, then, otherwise, outs: op.outs.flatMap((id) => defined(id, cx)) }];
  }
  if (isLoop(op)) return [rewriteLoop(op, cx)];
  if (op.kind === 'functions') return [withRegions(op, (body) => rewriteRegion(body, cx))];
  const type = op.kind === 'alloc' ? cx.found.typeOf(op.out) : undefined;
  if (op.kind === 'alloc' && type) return startFields(op.out, type, op.origin, cx);
  if (op.kind === 'store' && cx.found.initial.has(op) && cx.found.typeOf(op.array)) {
    (cx.fields.get(op.array) as ValueId[])[fieldNumber(op.index, cx)] = use(op.value, cx);
    return [];
  }
  if (op.kind === 'load' && cx.fields.has(op.array)) {
    cx.renames.set(op.out, (cx.fields.get(op.array) as ValueId[])[fieldNumber(op.index, cx)] as ValueId);
    return [];
  }
  return [renameOperands(op, (id) => use(id, cx))];
}

function fieldNumber(index: ValueId, cx: Dissolving): number {
  return Number(scalarConstant(cx.definitions.get(index)));
}

function startFields(record: ValueId, type: RecordType, origin: Op['origin'], cx: Dissolving): readonly Op[] {
  return newFields(record, type, cx).map((out, at) => emptyField(out, (cx.values[out] as ValueInfo).type, type.fields[at], origin));
}

function rewriteLoop(loop: Loop, cx: Dissolving): Op {
  const inits = loop.inits.flatMap((id) => read(id, cx));
  const bounds = loop.kind === 'for' ? { from: use(loop.from, cx), to: use(loop.to, cx) } : {};
  const condition = loop.kind === 'while' ? { condition: rewriteRegion(loop.condition, cx) } : {};
  const body = rewriteRegion(loop.body, cx);
  return { ...loop, ...bounds, ...condition, inits, body, outs: loop.outs.flatMap((id) => defined(id, cx)) } as Op;
}

/** A record with the fields that it would have had, for whoever is outside. */
function makeAgain(record: ValueId, made: Op[], cx: Dissolving): ValueId {
  const info = cx.values[record] as ValueInfo;
  const type = cx.found.typeOf(record) as RecordType;
  const origin = { kind: 'synthetic', reason: 'result' } as const;
  const constant = (value: number): ValueId => {
    const out = newValue({ type: { kind: 'int' }, exact: true }, cx);
    made.push({ kind: 'const', out, value, origin });
    return out;
  };
  const out = newValue(info, cx);
  made.push(allocationOf(out, constant(type.fields.length), type, origin));
  (cx.fields.get(record) as readonly ValueId[]).forEach((value, at) => {
    made.push({ kind: 'store', array: out, index: constant(at), value, access: 'inRange', origin });
  });
  return out;
}
