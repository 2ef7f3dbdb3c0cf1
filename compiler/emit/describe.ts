/**
 * A word for a value that has no name from the user: what the operation gives. Part of the naming scheme of names.ts.
 */
import { isRecord, isReference, isRefs } from '../ir/memory-types.ts';
import type { ForOp, IrFunction, LoadOp, Op, PrimOp, RecordType, ValueId, WhileOp } from '../ir/types.ts';
import { walkFunction } from '../ir/walk.ts';
import { words } from '../ir/words.ts';
import type { Liveness } from './liveness.ts';

export interface Described {
  readonly fn: IrFunction;
  readonly live: Liveness;
  readonly roles: ReadonlyMap<ValueId, string>;
  /** The value that an array or stack records, where it records one. */
  readonly recorded: ReadonlyMap<ValueId, ValueId>;
}

/** What the transform calls a record of a value without a name. */
const anyRecord = 'saved';

export function describeValue(id: ValueId, cx: Described): string {
  const { fn, live, roles, recorded } = cx;
  const op = live.definition(id);
  const source = recordOf(op);
  const value = source === undefined || fn.values[source]?.hint !== anyRecord ? undefined : recorded.get(source);
  if (op?.kind === 'pop' && value === undefined && fn.values[op.stack]?.hint === anyRecord)
    return fn.values[id]?.type.kind === 'bool' ? 'taken' : 'restored';
  if (value !== undefined) return op?.kind === 'load' || op?.kind === 'pop' ? wordFor(value, cx) : `saved${capitalize(wordFor(value, cx))}`;
  if ((op?.kind === 'for' || op?.kind === 'while') && fn.values[id]?.type.kind === 'bool')
    return wordFor(op.body.yields[op.outs.indexOf(id)] as ValueId, cx);
  if (op?.kind === 'prim' && fn.values[id]?.type.kind === 'int')
    return roles.get(id) ?? describeInteger(op, live) ?? describeResult(op, id, fn, live);
  return op ? describeResult(op, id, fn, live) : 'carried';
}

/** The record that an operation makes or reads. */
function recordOf(op: Op | undefined): ValueId | undefined {
  if (op?.kind === 'load') return op.array;
  if (op?.kind === 'pop') return op.stack;
  return op?.kind === 'alloc' || op?.kind === 'stack' ? op.out : undefined;
}

function wordFor(id: ValueId, cx: Described): string {
  return cx.fn.values[id]?.hint ?? describeValue(id, cx);
}

/** A wish of the transform that says nothing gives way to a description. */
export const isEmptyWish = (wish: string): boolean => wish === anyRecord;

/** What each record keeps: the value of its one store or push, or of several that iterations which are taken together have of it. */
export function recordedValues(fn: IrFunction): Map<ValueId, ValueId> {
  const recorded = new Map<ValueId, ValueId>();
  const several = new Set<ValueId>();
  const made = new Map<ValueId, PrimOp>();
  const isOther = (one: ValueId | undefined, other: ValueId): boolean =>
    one !== undefined &&
    (!made.has(one) || made.get(one)?.origin !== made.get(other)?.origin || made.get(one)?.prim !== made.get(other)?.prim);
  walkFunction(fn, (op) => {
    if (op.kind === 'prim') made.set(op.out, op);
    if (op.kind !== 'store' && op.kind !== 'push') return;
    const record = op.kind === 'store' ? op.array : op.stack;
    if (isOther(recorded.get(record), op.value)) several.add(record);
    else if (!recorded.has(record)) recorded.set(record, op.value);
  });
  for (const record of several) recorded.delete(record);
  return recorded;
}

/** Words for integers by what they are used for. */
export function rolesOf(fn: IrFunction): Map<ValueId, string> {
  const roles = new Map<ValueId, string>();
  walkFunction(fn, (op) => {
    if (op.kind === 'load' || op.kind === 'store' || op.kind === 'accumulate') roles.set(op.index, 'position');
    if (op.kind === 'for') roles.set(op.to, 'end');
    if (op.kind === 'alloc') roles.set(op.length, 'size');
  });
  return roles;
}

function describeInteger(op: PrimOp, live: Liveness): string | undefined {
  if (op.prim === 'mul') return 'offset';
  if (op.prim === 'add') return 'start';
  if (op.prim === 'sub' && isOne(op.args[1], live)) return 'last';
  return op.prim === 'Math.max' ? 'count' : undefined;
}

function describeResult(op: Op, id: ValueId, fn: IrFunction, live: Liveness): string {
  const hint = (of: ValueId): string | undefined => fn.values[of]?.hint;
  switch (op.kind) {
    case 'prim':
      return op.prim === 'mul' && op.args[0] === op.args[1] ? 'square' : (words[op.prim] ?? 'value');
    case 'load':
      return describeLoad(op, fn, live);
    case 'length':
      return withSuffix(hint(op.array), 'length');
    case 'copy':
      return withSuffix(hint(op.array), 'copy');
    case 'present':
      return 'isPresent';
    case 'same':
      return 'isSame';
    case 'alloc':
      return 'scratch';
    case 'buffer':
      return withPrefix('d', hint(op.like)) ?? 'gradient';
    case 'stack':
      return 'saved';
    case 'pop':
      return hint(op.stack) === undefined ? 'restored' : `${hint(op.stack)}Top`;
    case 'if':
      return 'choice';
    case 'apply':
      return withSuffix(hint(op.callee), 'value');
    case 'for':
    case 'while':
      return describeCarried(op, id, live);
    default:
      return 'value';
  }
}

function describeLoad(op: LoadOp, fn: IrFunction, live: Liveness): string {
  const type = fn.values[op.array]?.type;
  const array = referenceName(op.array, fn, live);
  const beside = neighborWord(live.definition(op.index), live);
  if (isRecord(type)) return fieldName(op, type, array, live) ?? 'field';
  if (isRefs(type) && beside === undefined) return singular(array) ?? (isReference(type.element) ? 'row' : 'element');
  // A constant may have the name of a variable that begins with it.
  const kept = keptElement(op, array, live);
  if (kept) return elementName(kept.array, fn.values[kept.index]?.hint, neighborWord(live.definition(kept.index), live));
  const isFixed = isRefs(type) || fn.values[op.array]?.hint === undefined;
  const index = isFixed && live.definition(op.index)?.kind === 'const' ? undefined : fn.values[op.index]?.hint;
  return elementName(array, index, beside);
}

/** Of a copy of an array in a record, `savedU[offset + i]`: which element of the array it is. */
function keptElement(
  op: LoadOp,
  record: string | undefined,
  live: Liveness,
): { readonly array: string; readonly index: ValueId } | undefined {
  const made = live.definition(op.array);
  const at = live.definition(op.index);
  const name = /^saved([A-Z].*)$/.exec(record ?? '')?.[1];
  if (name === undefined || made?.kind !== 'alloc' || made.fill !== 'record' || at?.kind !== 'prim' || at.prim !== 'add') return undefined;
  return { array: `${name.charAt(0).toLowerCase()}${name.slice(1)}`, index: at.args[1] as ValueId };
}

/** A second wish for an element of a list, for where the first is taken: `bodyJ` for `bodies[j]`, `bodyJMass` for its mass. */
export function describeElement(id: ValueId, cx: Described): string | undefined {
  const { fn, live } = cx;
  const op = live.definition(id);
  if (op?.kind !== 'load') return undefined;
  const type = fn.values[op.array]?.type;
  const hint = fn.values[op.array]?.hint;
  if (isRecord(type)) {
    if (hint !== undefined && isReference(fn.values[id]?.type)) return withSuffix(hint, fieldName(op, type, undefined, live) ?? 'field');
    return hint === undefined ? fieldName(op, type, describeElement(op.array, cx), live) : undefined;
  }
  const index = isRefs(type) ? fn.values[op.index]?.hint : undefined;
  if (index?.length !== 1 || live.definition(op.index)?.kind === 'const') return undefined;
  return singular(hint) === undefined && hint !== undefined
    ? elementName(hint, index, undefined)
    : `${describeLoad(op, fn, live)}${capitalize(index)}`;
}

/** `position` for `body.position`, `px` for `p.x`, `bodyMass` for `body.mass`. */
function fieldName(op: LoadOp, type: RecordType, record: string | undefined, live: Liveness): string | undefined {
  const at = live.definition(op.index);
  const field = at?.kind === 'const' && typeof at.value === 'number' ? type.fields[at.value] : undefined;
  if (!field) return undefined;
  // A record beside one of the user's has its names.
  const beside = /^(d|tangentOf)(?=[A-Z])|^d(?=[a-z]\d*$)/.exec(record ?? '')?.[0];
  if (isReference(field.type) && !type.tuple) return beside === undefined ? field.name : withPrefix(beside, field.name);
  if (record === undefined) return type.tuple ? undefined : field.name;
  const owner = beside === undefined ? record : `${record.charAt(beside.length).toLowerCase()}${record.slice(beside.length + 1)}`;
  const joint = type.tuple && /\d$/.test(owner) ? 'At' : '';
  const whole = owner.length === 1 && field.name.length === 1 ? `${owner}${field.name}` : `${owner}${joint}${capitalize(field.name)}`;
  return beside === undefined ? whole : withPrefix(beside, whole);
}

/** The name of a reference: the user's, else the field or list that it was read from. */
function referenceName(id: ValueId, fn: IrFunction, live: Liveness): string | undefined {
  const hint = fn.values[id]?.hint;
  if (hint !== undefined) return hint;
  const op = live.definition(id);
  return op?.kind === 'load' && isReference(fn.values[id]?.type) ? describeLoad(op, fn, live) : undefined;
}

/** `body` for `bodies`, `dNode` for `dNodes`; undefined for what is no plural. */
export function singular(name: string | undefined): string | undefined {
  if (name === undefined || !/[a-z]s$/.test(name) || /(?:ss|us|is)$/.test(name)) return undefined;
  if (/ies$/.test(name)) return `${name.slice(0, -3)}y`;
  return name.slice(0, /(?:sh|ch|x|ss)es$/.test(name) ? -2 : -1);
}

/** A sum over the turns of a loop, or whatever else it hands on. */
function describeCarried(op: ForOp | WhileOp, id: ValueId, live: Liveness): string {
  const at = op.outs.indexOf(id);
  if (op.exits && at === 0) return 'exit';
  const last = live.definition(op.body.yields[at] as ValueId);
  return last?.kind === 'prim' && (last.prim === 'add' || last.prim === 'sub') ? 'total' : 'carried';
}

function isOne(id: ValueId | undefined, live: Liveness): boolean {
  const op = id === undefined ? undefined : live.definition(id);
  return op?.kind === 'const' && op.value === 1;
}

/** The word for an element beside the counter: `x[i - 1]`, `x[i + 1]`. */
function neighborWord(index: Op | undefined, live: Liveness): string | undefined {
  if (index?.kind !== 'prim' || (index.prim !== 'add' && index.prim !== 'sub')) return undefined;
  const step = live.definition(index.args[1] as ValueId);
  if (step?.kind !== 'const' || (step.value !== 1 && step.value !== -1)) return undefined;
  return (index.prim === 'add') === (step.value === 1) ? 'Next' : 'Previous';
}

/** `xi` for `x[i]`, `weightsJ` for `weights[j]`, `xNext` for `x[i + 1]`. */
function elementName(array: string | undefined, index: string | undefined, beside: string | undefined): string {
  if (array === undefined) return 'element';
  if (beside !== undefined) return `${array}${beside}`;
  if (index === undefined || index.length > 2) return `${array}At`;
  return array.length === 1 ? `${array}${index}` : `${array}${capitalize(index)}`;
}

function withSuffix(name: string | undefined, suffix: string): string {
  return name === undefined ? suffix : `${name}${capitalize(suffix)}`;
}

export function withPrefix(prefix: string, name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  return /^[a-z]\d*$/i.test(name) ? `${prefix}${name}` : `${prefix}${capitalize(name)}`;
}

export const capitalize = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);
