/** Operations on memory as statements. */
import { unreachable } from '../diagnostics/internal.ts';
import type { Origin } from '../diagnostics/origin.ts';
import { isGrowing, isNumbers, isRecord, isRefs } from '../ir/memory-types.ts';
import type { FillOp, Op, RecordType, StoreOp, ValueId } from '../ir/types.ts';
import { copyDeep, type DeepContext, partOf, recordExpr, transfer, zerosExpr } from './deep.ts';
import { makeStack, popExpr, push } from './lower-stack.ts';
import type { Lowering } from './lowering.ts';
import { newVariable, storageOf, styleOf, typeOf, valueExpr, variableOf, writable } from './lowering.ts';
import { element, lengthOf, loadExpr, presentExpr, storeTo } from './places.ts';
import { isWhole } from './record-literals.ts';
import type { Expr, Stmt } from './syntax.ts';
import { assign, binary, call, method, number, read, setToZero, text } from './syntax.ts';
import { storageConstructor, typeScriptType } from './type-text.ts';

export type MemoryOp = Extract<
  Op,
  {
    kind:
      | 'load'
      | 'store'
      | 'accumulate'
      | 'addInto'
      | 'alloc'
      | 'buffer'
      | 'length'
      | 'present'
      | 'copy'
      | 'view'
      | 'fill'
      | 'set'
      | 'same'
      | 'stack'
      | 'push'
      | 'pop';
  }
>;

export function lowerMemoryOp(op: MemoryOp, lowering: Lowering): void {
  const at = (id: ValueId): Expr => valueExpr(id, lowering);
  const define = (out: ValueId, value: Expr): void => void lowering.block.push(assign(variableOf(out, lowering), value, op.origin));
  switch (op.kind) {
    case 'load':
      return define(op.out, loadExpr(op.array, op.index, op.access, lowering));
    case 'present':
      return define(op.out, presentExpr(op.array, op.index, lowering));
    case 'length':
      return define(op.out, lengthOf(op.array, lowering));
    case 'same':
      return define(op.out, binary('===', at(op.left), at(op.right)));
    case 'alloc':
      return lowerAlloc(op, lowering);
    case 'buffer':
      return lowerBuffer(op, lowering);
    case 'copy':
      return define(op.out, copyExpr(op, lowering));
    case 'view':
      return define(op.out, method(at(op.array), 'subarray', bounds(op, lowering)));
    case 'pop':
      return define(op.out, popExpr(op.out, op.stack, lowering));
    default:
      for (const statement of memoryStatements(op, lowering)) lowering.block.push(statement);
  }
}

function lowerAlloc(op: AllocOp, lowering: Lowering): void {
  const { result } = lowering.surroundings;
  const memory = variableOf(op.out, lowering);
  if (op.slot === undefined || !result) return void lowering.block.push(assign(memory, allocate(op, lowering), op.origin));
  const { origin } = op;
  const { before, value, isDirty } = result(op, (id) => valueExpr(id, lowering));
  lowering.block.push(...before, assign(memory, value, origin));
  const zeroed: Stmt = { kind: 'effect', value: setToZero(read(memory)), writes: [lowering.memoryOf(op.out)], origin };
  if (isDirty) lowering.block.push({ kind: 'if', test: isDirty, then: [zeroed], otherwise: [], origin });
}

/** The caller's own memory keeps the caller's name. */
function lowerBuffer(op: Extract<Op, { kind: 'buffer' }>, lowering: Lowering): void {
  const { origin } = op;
  const like = valueExpr(op.like, lowering);
  const [type, likeType] = [typeOf(op.out, lowering), typeOf(op.like, lowering)];
  const mayLack = like.kind === 'read' && like.variable.optional === true;
  const zeros =
    isNumbers(type) && op.slot !== undefined ? undefined : zerosExpr(type, like, likeType, deepContext(op.like, origin, lowering), mayLack);
  const memory = lowering.surroundings.buffer(op, like, zeros);
  if ('kind' in memory) return void lowering.block.push(assign(variableOf(op.out, lowering), memory, origin));
  lowering.variables.set(lowering.classes.representative(op.out), memory);
  if (lowering.surroundings.isPrepared || op.overwritten) return;
  lowering.block.push({ kind: 'effect', value: setToZero(read(memory)), writes: [lowering.memoryOf(op.out)], origin });
}

/** What is missing beside the user's memory is never read: its type need not say so. */
function storedValue(op: StoreOp | FillOp, lowering: Lowering): Expr {
  const { array, value } = op;
  const type = typeOf(array, lowering);
  const at = op.kind === 'store' ? lowering.live.definition(op.index) : undefined;
  const field = isRecord(type) && at?.kind === 'const' ? type.fields[Number(at.value)] : undefined;
  const stored = valueExpr(value, lowering);
  if (isMissing(value, lowering) && !field?.optional) return { kind: 'sure', operand: stored };
  return isRefs(type) ? writable(stored, typeScriptType(type.element, styleOf(array, lowering))) : stored;
}

function memoryStatements(
  op: Exclude<MemoryOp, { kind: 'load' | 'present' | 'length' | 'same' | 'alloc' | 'buffer' | 'copy' | 'view' | 'pop' }>,
  lowering: Lowering,
): Stmt[] {
  const at = (id: ValueId): Expr => valueExpr(id, lowering);
  const { origin } = op;
  switch (op.kind) {
    case 'store':
      return [{ kind: 'store', ...storeTo(op.array, op.index, lowering), operator: '=', value: storedValue(op, lowering), origin }];
    case 'accumulate':
      return accumulate(op, lowering);
    case 'addInto':
      return addInto(op, lowering);
    case 'fill': {
      const args = [storedValue(op, lowering), ...bounds(op, lowering)];
      return [{ kind: 'effect', value: method(at(op.array), 'fill', args), writes: [lowering.memoryOf(op.array)], origin }];
    }
    case 'set': {
      const args = op.offset === undefined ? [at(op.source)] : [at(op.source), at(op.offset)];
      const made = lowering.live.definition(op.array);
      const value: Expr = {
        kind: 'method',
        object: at(op.array),
        name: 'set',
        args,
        fits: made?.kind === 'alloc' && made.fill === 'record',
      };
      return [{ kind: 'effect', value, writes: [lowering.memoryOf(op.array)], origin }];
    }
    case 'stack':
      return makeStack(op, lowering);
    case 'push':
      return push(op, lowering);
    default:
      return unreachable(op);
  }
}

/** `from, to` as JavaScript's methods take them: a missing `from` before a `to` is 0. */
function bounds(op: { readonly from?: ValueId; readonly to?: ValueId }, lowering: Lowering): Expr[] {
  if (op.to === undefined) return op.from === undefined ? [] : [valueExpr(op.from, lowering)];
  return [op.from === undefined ? number(0) : valueExpr(op.from, lowering), valueExpr(op.to, lowering)];
}

type AllocOp = Extract<Op, { kind: 'alloc' }>;

/** New memory; `write` gives what a literal begins with. */
export function allocate(op: AllocOp, lowering: Lowering, write = (value: ValueId): Expr => valueExpr(value, lowering)): Expr {
  const { fill } = op;
  const type = typeOf(op.out, lowering);
  const length = valueExpr(op.length, lowering);
  const elements = lowering.literals.get(op.out);
  if (isRecord(type)) return recordLiteral(type, op, { elements: elements ?? new Map(), write }, lowering);
  if (elements) return { kind: 'list', elements: [...elements].sort(([a], [b]) => a - b).map(([, value]) => write(value)) };
  if (length.kind === 'number' && length.value === 0 && isGrowing(type)) return { kind: 'list', elements: [] };
  if (isRefs(type)) return call(`new Array<${typeScriptType(type.element, styleOf(op.out, lowering))}>`, [length], false);
  const storage = storageOf(op.out, lowering);
  if (fill === 'record' && storage === 'f64') return call('arena.block', [length], false);
  if (fill === 'record' && storage === 'u8') return call('arena.bytes', [length], false);
  if (storage !== 'list') return call(`new ${storageConstructor(storage)}`, [length], false);
  if (fill === 'hole') return call('new Array<number>', [length], false);
  return zeroList(length);
}

/** Short lists as literals. */
function zeroList(length: Expr): Expr {
  if (length.kind === 'number' && length.value <= 4) return { kind: 'list', elements: new Array<Expr>(length.value).fill(number(0)) };
  return method(call('new Array<number>', [length], false), 'fill', [number(0)]);
}

interface Contents {
  readonly elements: ReadonlyMap<number, ValueId>;
  readonly write: (value: ValueId) => Expr;
}

/** What is not stored is zero, or left out where it may be missing; where something else is missing, the type is asserted. */
function recordLiteral(type: RecordType, op: AllocOp, { elements, write }: Contents, lowering: Lowering): Expr {
  const given = new Map([...elements].filter(([, value]) => !isMissing(value, lowering)));
  const literal = recordExpr(type, (field, at) => {
    const value = given.get(at) ?? (field.optional ? elements.get(at) : undefined);
    if (value !== undefined) return given.has(at) || type.tuple || !isUndefined(value, lowering) ? write(value) : undefined;
    return op.fill === 'zero' && !field.optional && field.type.kind !== 'array' ? number(0) : undefined;
  });
  if (isWhole(type, given, op.fill)) return literal;
  const text = typeScriptType(type, styleOf(op.out, lowering));
  return { kind: 'cast', operand: type.tuple ? { kind: 'cast', operand: literal, type: 'unknown' } : literal, type: text };
}

function isMissing(value: ValueId, lowering: Lowering): boolean {
  const op = lowering.live.definition(value);
  return op?.kind === 'const' && (op.value === undefined || op.value === null);
}

/** A field that is undefined is left out: its type need not allow the word. */
function isUndefined(value: ValueId, lowering: Lowering): boolean {
  const op = lowering.live.definition(value);
  return op?.kind === 'const' && op.value === undefined;
}

function copyExpr(op: Extract<Op, { kind: 'copy' }>, lowering: Lowering): Expr {
  const types = [typeOf(op.array, lowering), typeOf(op.out, lowering)] as const;
  if (op.deep) return copyDeep(...types, valueExpr(op.array, lowering), deepContext(op.array, op.origin, lowering));
  if (isRecord(types[1])) return copyShallow(types[1], op, lowering);
  if (isRefs(types[1])) return method(valueExpr(op.array, lowering), 'slice', bounds(op, lowering));
  const [from, to] = [storageOf(op.array, lowering), storageOf(op.out, lowering)];
  const source = valueExpr(op.array, lowering);
  const range = bounds(op, lowering);
  if (from === to) return method(source, 'slice', range);
  const part = range.length === 0 ? source : method(source, from === 'list' ? 'slice' : 'subarray', range);
  return to === 'list' ? call('Array.from', [part], false) : call(`new ${storageConstructor(to)}`, [part], false);
}

function copyShallow(type: RecordType, op: Extract<Op, { kind: 'copy' }>, lowering: Lowering): Expr {
  const source = valueExpr(op.array, lowering);
  if (!type.tuple) return { kind: 'object', fields: [['...', source]] };
  return recordExpr(type, (_, at) => partOf(source, type, at, deepContext(op.array, op.origin, lowering)));
}

export function deepContext(array: ValueId, origin: Origin, lowering: Lowering): DeepContext {
  return {
    variable: (type, hints, bound) => ({ ...newVariable(type, hints, lowering, false, type === 'number'), ...(bound && { bound }) }),
    memory: (part) => lowering.memoryOf(array, part),
    lacking: lowering.lacking,
    origin,
  };
}

/** Outside of a typed array nothing happens by itself; on a list a miss would make a property. */
function accumulate(op: Extract<Op, { kind: 'accumulate' }>, lowering: Lowering): Stmt[] {
  const { origin } = op;
  const store: Stmt = {
    kind: 'store',
    ...storeTo(op.array, op.index, lowering),
    operator: '+=',
    value: valueExpr(op.value, lowering),
    origin,
  };
  const type = typeOf(op.array, lowering);
  if (op.access === 'inRange' || !isGrowing(type)) return [store];
  const test = binary('!==', element(op.array, op.index, true, lowering), text('undefined'));
  return [{ kind: 'if', test, then: [store], otherwise: [], origin }];
}

function addInto(op: Extract<Op, { kind: 'addInto' }>, lowering: Lowering): Stmt[] {
  const { origin } = op;
  if (!isNumbers(typeOf(op.array, lowering))) return addNested(op, lowering);
  const index = newVariable('number', ['i'], lowering);
  const [array, source] = [valueExpr(op.array, lowering), valueExpr(op.source, lowering)];
  const [memory, sourceMemory] = [lowering.memoryOf(op.array), lowering.memoryOf(op.source)];
  const value: Expr = { kind: 'element', array: source, index: read(index), memory: sourceMemory, raw: false };
  const store: Stmt = { kind: 'store', array, index: read(index), operator: '+=', value, memory, origin };
  const own = lengthOf(op.array, lowering);
  const other = lengthOf(op.source, lowering);
  const to = storageOf(op.array, lowering) === 'list' ? call('Math.min', [own, other]) : other;
  const check = lowering.surroundings.seedCheck?.(op.source, source, own);
  return [...(check ? [check] : []), { kind: 'for', index, from: number(0), relation: '<', to, step: 1, body: [store], origin }];
}

function addNested(op: Extract<Op, { kind: 'addInto' }>, lowering: Lowering): Stmt[] {
  const [array, source] = [valueExpr(op.array, lowering), valueExpr(op.source, lowering)];
  const check = lowering.surroundings.seedCheck?.(op.source, source, array);
  const added = transfer(typeOf(op.array, lowering), array, source, { operator: '+=' }, deepContext(op.array, op.origin, lowering));
  return [...(check ? [check] : []), ...added];
}
