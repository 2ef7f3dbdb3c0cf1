/** What goes down into records and lists: new zeros, copies, sums, as readable expressions and loops. */
import type { Origin } from '../diagnostics/origin.ts';
import { isGrowing, isNumbers, isRecord, isRefs, sameType } from '../ir/memory-types.ts';
import type { Field, NumberStorage, NumbersType, RecordType, RefsType, Type } from '../ir/types.ts';
import { singular } from './describe.ts';
import type { ElementExpr, Expr, MemoryClass, Stmt, Variable } from './syntax.ts';
import { binary, call, method, number, read, text } from './syntax.ts';
import { storageConstructor, typeScriptType } from './type-text.ts';

export interface DeepContext {
  /** A new variable with a wish for its name. */
  variable(type: string, hints: readonly string[], bound: boolean): Variable;
  /** The class of memory that is a field of this name, `[]` an element of a list of references, `` numbers. */
  memory(part: string): MemoryClass;
  readonly origin: Origin;
  /** Lists may lack elements. */
  readonly lacking?: boolean;
}

/** `of.field`; of a literal, what it says. `maybe`: `of` may be missing. */
export function partOf(of: Expr, type: RecordType, at: number, cx: DeepContext, maybe = false): Expr {
  if (of.kind === 'object') return of.fields.find(([name]) => name === type.fields[at]?.name)?.[1] ?? text('undefined');
  if (of.kind === 'list') return of.elements[at] ?? text('undefined');
  return placeIn(of, type, at, cx, maybe);
}

function placeIn(of: Expr, type: RecordType, at: number, cx: DeepContext, maybe = false): ElementExpr {
  const { name } = type.fields[at] as Field;
  const field = type.tuple ? {} : { field: name };
  return { kind: 'element', array: of, index: number(at), memory: cx.memory(name), raw: true, ...field, ...(maybe && { maybe }) };
}

/** New zeros of the shape of `like`. `type`: what is made; `likeType`: what stands there, possibly with more fields. */
export function zerosExpr(type: Type, like: Expr, likeType: Type, cx: DeepContext, maybe = false): Expr {
  if (like.kind === 'text' && (like.text === 'undefined' || like.text === 'null')) return zerosOfNothing(type);
  if (isNumbers(type)) return zeroNumbers(type, like, cx, maybe);
  if (isRefs(type)) {
    const elementType = isRefs(likeType) ? likeType.element : likeType;
    return mapExpr(maybe ? binary('??', like, emptyList) : like, type, cx, (inner) => zerosExpr(type.element, inner, elementType, cx));
  }
  if (!isRecord(type)) return number(0);
  const record = isRecord(likeType) ? likeType : type;
  return recordExpr(type, (field, at) => {
    const optional = maybe || record.fields[at]?.optional === true;
    return zerosExpr(field.type, partOf(like, record, at, cx, maybe), record.fields[at]?.type ?? field.type, cx, optional);
  });
}

/** Numbers are zero, arrays empty. */
function zerosOfNothing(type: Type): Expr {
  if (isRecord(type)) return recordExpr(type, (field) => zerosOfNothing(field.type));
  if (isRefs(type) || (isNumbers(type) && type.storage === 'list')) return emptyList;
  return isNumbers(type) ? fresh(type.storage, [number(0)]) : number(0);
}

const emptyList: Expr = { kind: 'list', elements: [] };

function zeroNumbers({ storage }: NumbersType, like: Expr, cx: DeepContext, maybe: boolean): Expr {
  // A copy has no holes where `like` has none, as `new Array(n)` would: V8 then keeps the numbers unboxed.
  if (storage === 'list') return method(method(maybe ? binary('??', like, emptyList) : like, 'slice', []), 'fill', [number(0)]);
  const bare: Expr = { kind: 'length', array: like, memory: cx.memory(''), ...(maybe && { maybe }) };
  const length = maybe ? binary('??', bare, number(0)) : bare;
  return fresh(storage, [length]);
}

const fresh = (storage: NumberStorage, args: readonly Expr[]): Expr => call(`new ${storageConstructor(storage)}`, args, false);

/** A record or tuple literal of what `write` gives for each field that is there. */
export function recordExpr(type: RecordType, write: (field: Field, at: number) => Expr | undefined): Expr {
  if (type.tuple)
    return { kind: 'list', elements: type.fields.map((field, at) => (field.omitted ? undefined : write(field, at)) ?? text('undefined')) };
  const fields = type.fields.flatMap((field, at): (readonly [string, Expr])[] => {
    const value = field.omitted ? undefined : write(field, at);
    return value ? [[field.name, value]] : [];
  });
  return { kind: 'object', fields };
}

function mapExpr(array: Expr, type: RefsType, cx: DeepContext, write: (element: Expr) => Expr): Expr {
  const parameter = cx.variable(typeScriptType(type.element), [elementName(array, type.element)], true);
  return { kind: 'map', array, parameter, body: write(read(parameter)) };
}

/** `node` for an element of `nodes`. */
function elementName(array: Expr, element: Type): string {
  const name = array.kind === 'read' ? array.variable.hints[0] : array.kind === 'element' ? array.field : undefined;
  return singular(name) ?? (isNumbers(element) || isRefs(element) ? 'row' : 'element');
}

/** Memory of our own as another type: only arrays whose storage changes are copied. */
export function convert(from: Type, to: Type, value: Expr, cx: DeepContext): Expr {
  if (sameType(from, to)) return value;
  if (isRefs(to) && isRefs(from)) return mapExpr(value, from, cx, (inner) => convert(from.element, to.element, inner, cx));
  if (!isRecord(to) || !isRecord(from)) return copyDeep(from, to, value, cx);
  const part = (at: number, field: Field): Expr =>
    convert(from.fields[at]?.type ?? field.type, field.type, partOf(value, from, at, cx), cx);
  if (to.tuple) return recordExpr(to, (field, at) => part(at, field));
  const changed = to.fields.flatMap((field, at): (readonly [string, Expr])[] =>
    field.omitted || sameType(from.fields[at]?.type, field.type) ? [] : [[field.name, part(at, field)]],
  );
  return { kind: 'object', fields: [['...', value], ...changed] };
}

/** A copy of everything that can be reached; numbers change their storage where `to` says so. */
export function copyDeep(from: Type, to: Type, value: Expr, cx: DeepContext): Expr {
  if (isNumbers(to)) return copyNumbers(from, to, value);
  if (isRefs(to) && isRefs(from)) {
    if (to.element.kind !== 'array') return method(value, 'slice', []);
    return mapExpr(value, from, cx, (inner) => copyDeep(from.element, to.element, inner, cx));
  }
  if (isRecord(to) && isRecord(from)) return copyRecord(from, to, value, cx);
  return value;
}

function copyNumbers(from: Type, { storage }: NumbersType, value: Expr): Expr {
  if (isNumbers(from) && from.storage === storage) return method(value, 'slice', []);
  return storage === 'list' ? call('Array.from', [value], false) : fresh(storage, [value]);
}

function copyRecord(from: RecordType, to: RecordType, value: Expr, cx: DeepContext): Expr {
  const isPlain = to.fields.every((field, at) => field.omitted === from.fields[at]?.omitted);
  if (to.tuple || !isPlain) {
    return recordExpr(to, (field, at) => {
      const part = partOf(value, from, at, cx);
      const copy = copyDeep(from.fields[at]?.type ?? field.type, field.type, part, cx);
      return field.optional && copy !== part
        ? { kind: 'conditional', test: binary('==', part, text('null')), then: part, otherwise: copy }
        : copy;
    });
  }
  const deep = to.fields.flatMap((field, at): (readonly [string, Expr])[] => {
    if (field.omitted || field.type.kind !== 'array') return [];
    const part = partOf(value, from, at, cx);
    const copy = copyDeep(from.fields[at]?.type ?? field.type, field.type, part, cx);
    if (!field.optional) return [[field.name, copy]];
    return [['...', binary('&&', part, { kind: 'object', fields: [[field.name, copy]] })]];
  });
  return { kind: 'object', fields: [['...', value], ...deep] };
}

/** `target op= source` for every number that both have. `whole`: what is said instead for arrays of numbers. */
export interface Transfer {
  readonly operator: '=' | '+=';
  whole?(target: Expr, source: Expr, type: NumbersType): Stmt;
}

export function transfer(type: Type, target: Expr, source: Expr, how: Transfer, cx: DeepContext): Stmt[] {
  if (isRecord(type)) {
    return type.fields.flatMap((field, at) => {
      if (field.omitted) return [];
      const [into, from] = [placeIn(target, type, at, cx), partOf(source, type, at, cx)];
      return field.type.kind === 'array' ? transfer(field.type, into, from, how, cx) : [storeAt(into, from, how, cx)];
    });
  }
  if (isNumbers(type) && how.whole) return [how.whole(target, source, type)];
  if (!isNumbers(type) && !isRefs(type)) return [];
  const index = cx.variable('number', ['i', 'j', 'k', 'm'], false);
  const at = (array: Expr): ElementExpr => ({
    kind: 'element',
    array,
    index: read(index),
    memory: cx.memory(isRefs(type) ? '[]' : ''),
    raw: false,
  });
  const inner = isRefs(type) ? transfer(type.element, at(target), at(source), how, cx) : [storeAt(at(target), at(source), how, cx)];
  const isThere = (array: Expr): Expr => ({ ...at(array), raw: true });
  const test = binary('&&', isThere(target), isThere(source));
  const { origin } = cx;
  const body: Stmt[] = isRefs(type) && cx.lacking ? [{ kind: 'if', test, then: inner, otherwise: [], origin }] : inner;
  const length = (array: Expr): Expr => ({ kind: 'length', array, memory: cx.memory(isRefs(type) ? '[]' : '') });
  // A list may have grown since.
  const to = isGrowing(type) && how.operator === '+=' ? call('Math.min', [length(target), length(source)]) : length(source);
  return [{ kind: 'for', index, from: number(0), relation: '<', to, step: 1, body, origin: cx.origin }];
}

/** Zeroes all numbers of memory that is there. `name`: what it is called. */
export function zeroing(type: Type, target: Expr, cx: DeepContext, name?: string): Stmt[] {
  const { origin } = cx;
  if (isNumbers(type)) return [{ kind: 'effect', value: method(target, 'fill', [number(0)]), writes: [cx.memory('')], origin }];
  if (isRecord(type)) {
    return type.fields.flatMap((field, at) => {
      if (field.omitted) return [];
      const place = placeIn(target, type, at, cx);
      if (field.type.kind === 'array') return zeroing(field.type, place, cx, field.name);
      return [storeAt(place, number(0), { operator: '=' }, cx)];
    });
  }
  if (!isRefs(type)) return [];
  const variable = cx.variable(typeScriptType(type.element), [singular(name) ?? elementName(target, type.element)], true);
  return [{ kind: 'each', variable, array: target, body: zeroing(type.element, read(variable), cx), origin }];
}

function storeAt(place: ElementExpr, value: Expr, { operator }: Transfer, { origin }: DeepContext): Stmt {
  const { array, index, memory, raw, field } = place;
  return { kind: 'store', array, index, operator, value, memory, origin, ...(raw && { raw }), ...(field !== undefined && { field }) };
}
