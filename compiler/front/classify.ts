/** From the checker's types to kinds. */
import { ts } from '#ts-morph';
import type { NumberStorage } from '../ir/types.ts';
import { type FieldKind, type Kind, type OtherReason, type RecordKind, sameKind } from './kinds.ts';

const storages: Readonly<Record<string, NumberStorage>> = {
  Float64Array: 'f64',
  Float32Array: 'f32',
  Int8Array: 'i8',
  Uint8Array: 'u8',
  Uint8ClampedArray: 'u8c',
  Int16Array: 'i16',
  Uint16Array: 'u16',
  Int32Array: 'i32',
  Uint32Array: 'u32',
};

const constructorNames = new Map(Object.entries(storages).map(([name, storage]) => [storage, name]));

/** `Float64Array` → `f64`. */
export function storageNamed(name: string): NumberStorage | undefined {
  return Object.hasOwn(storages, name) ? storages[name] : undefined;
}

/** `f64` → `Float64Array`. */
export function constructorOf(storage: NumberStorage): string {
  return constructorNames.get(storage) ?? 'Array';
}

interface Classifier {
  readonly checker: ts.TypeChecker;
  /** Object types around the one being read: a second meeting is recursion. */
  readonly open: ts.Type[];
  readonly bindings: ReadonlyMap<ts.Type, Kind>;
}

/** The kind of a type, as if it were never undefined or null. */
export function classify(type: ts.Type, checker: ts.TypeChecker, bindings: ReadonlyMap<ts.Type, Kind>): Kind {
  return kindOf({ checker, open: [], bindings }, type);
}

function kindOf(cx: Classifier, type: ts.Type): Kind {
  if (type.flags & ts.TypeFlags.Never) return { kind: 'never' };
  if (type.flags & (ts.TypeFlags.Void | ts.TypeFlags.Undefined | ts.TypeFlags.Null)) return { kind: 'void' };
  const variable = variableIn(type);
  const stands = variable && cx.bindings.get(variable);
  if (stands) return stands;
  const bound = variable ? cx.checker.getBaseConstraintOfType(variable) : type;
  if (variable && (bound === undefined || isAnything(cx, bound))) return { kind: 'generic' };
  return kindOfPresent(cx, cx.checker.getNonNullableType(bound ?? type));
}

/** The type parameter that a type is, beside undefined and null (`T & {}` is how the checker says that). */
function variableIn(type: ts.Type): ts.Type | undefined {
  if (type.flags & (ts.TypeFlags.TypeParameter | ts.TypeFlags.IndexedAccess | ts.TypeFlags.Conditional)) return type;
  const parts = type.isUnion() ? type.types.filter((part) => missingOf(part).length === 0) : [type];
  const [only] = parts;
  if (parts.length !== 1 || !only) return undefined;
  if (only !== type) return variableIn(only);
  return only.isIntersection() ? only.types.find((part) => part.flags & ts.TypeFlags.TypeParameter) : undefined;
}

/** `unknown` and `{}`: no constraint at all. */
function isAnything(cx: Classifier, bound: ts.Type): boolean {
  const isEmpty = (bound.flags & ts.TypeFlags.Object) !== 0 && cx.checker.getPropertiesOfType(bound).length === 0;
  return (bound.flags & ts.TypeFlags.Unknown) !== 0 || (isEmpty && bound.getCallSignatures().length === 0);
}

function kindOfPresent(cx: Classifier, type: ts.Type): Kind {
  if (type.flags & ts.TypeFlags.BooleanLike) return { kind: 'bool' };
  if (type.isStringLiteral()) return { kind: 'text', literals: [type.value] };
  if (type.flags & ts.TypeFlags.StringLike) return { kind: 'text' };
  if (type.flags & ts.TypeFlags.NumberLike) return { kind: isIntegerLiteral(type) ? 'int' : 'real' };
  if (type.isIntersection() && type.types.some((part) => part.flags & ts.TypeFlags.NumberLike))
    return { kind: hasBrand(type) ? 'int' : 'real' };
  if (type.isUnion()) return kindOfUnion(cx, type);
  if (cx.checker.isTupleType(type)) return guarded(cx, type, () => kindOfTuple(cx, type as ts.TypeReference));
  if (storageNamed(type.symbol?.name ?? '') || cx.checker.isArrayType(type)) return kindOfArray(cx, type);
  if (type.getCallSignatures().length > 0) return { kind: 'function' };
  const isObject = (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0;
  return isObject ? guarded(cx, type, () => kindOfObject(cx, type)) : other(cx, type);
}

function isIntegerLiteral(type: ts.Type): boolean {
  return (type.flags & ts.TypeFlags.EnumLike) !== 0 || (type.isNumberLiteral() && Number.isInteger(type.value));
}

/** Is it `int`? */
export function hasBrand(type: ts.Type): boolean {
  return type.getProperty('__gradgen') !== undefined;
}

/** Runs `read` with the type open; one that meets itself has no end. */
function guarded(cx: Classifier, type: ts.Type, read: () => Kind): Kind {
  if (cx.open.includes(type) || cx.open.length > 40) return other(cx, type, 'recursive');
  cx.open.push(type);
  const kind = read();
  cx.open.pop();
  return kind;
}

function kindOfUnion(cx: Classifier, type: ts.UnionType): Kind {
  const kinds = type.types.map((part) => kindOfPresent(cx, part));
  const [first, ...others] = kinds as [Kind, ...Kind[]];
  const literals = kinds.flatMap((kind) => (kind.kind === 'text' && kind.literals) || []);
  if (literals.length === kinds.length) return { kind: 'text', literals };
  if (kinds.every(({ kind }) => kind === 'real' || kind === 'int'))
    return { kind: kinds.every(({ kind }) => kind === 'int') ? 'int' : 'real' };
  if (others.every((kind) => sameKind(first, kind))) return first;
  const records = kinds.filter((kind): kind is RecordKind => kind.kind === 'record' && !kind.tuple);
  const merged = records.length === kinds.length ? mergedRecord(records, type) : undefined;
  return merged ?? kinds.find((kind) => kind.kind === 'other' && kind.why !== undefined) ?? other(cx, type);
}

/** A record with the fields of all: those that one of them lacks may be missing. */
function mergedRecord(records: readonly RecordKind[], type: ts.Type): Kind | undefined {
  const fields = new Map<string, FieldKind>();
  for (const field of records.flatMap((record) => record.fields)) {
    const known = fields.get(field.name);
    if (known && !sameKind(known.kind, field.kind)) return undefined;
    const everywhere = records.every((record) => record.fields.some(({ name }) => name === field.name));
    const missing = new Set([...(known?.missing ?? []), ...field.missing, ...(everywhere ? [] : (['undefined'] as const))]);
    fields.set(field.name, { ...(known ?? field), missing: [...missing], question: !everywhere || field.question });
  }
  return { kind: 'record', fields: [...fields.values()], tuple: false, readonly: false, type };
}

function kindOfTuple(cx: Classifier, type: ts.TypeReference): Kind {
  const target = type.target as ts.TupleType;
  if (target.elementFlags.some((flags) => flags !== ts.ElementFlags.Required)) return other(cx, type, 'optional element');
  const labels = target.labeledElementDeclarations;
  const fields = cx.checker.getTypeArguments(type).map((element, i): FieldKind => {
    const label = labels?.[i]?.name;
    return {
      name: String(i),
      ...(label && ts.isIdentifier(label) && { label: label.text }),
      ...fieldOf(cx, element),
      question: false,
      readonly: target.readonly,
    };
  });
  return recordOf(cx, type, fields, { tuple: true, readonly: target.readonly });
}

function fieldOf(cx: Classifier, type: ts.Type): Pick<FieldKind, 'kind' | 'missing' | 'type'> {
  return { kind: kindOf(cx, type), missing: missingOf(type), type };
}

export function missingOf(type: ts.Type): ('undefined' | 'null')[] {
  const parts = type.isUnion() ? type.types : [type];
  const has = (flags: ts.TypeFlags): boolean => parts.some((part) => (part.flags & flags) !== 0);
  return [
    ...(has(ts.TypeFlags.Undefined | ts.TypeFlags.Void) ? (['undefined'] as const) : []),
    ...(has(ts.TypeFlags.Null) ? (['null'] as const) : []),
  ];
}

/** What its fields make of a record: one that cannot be used spoils it. */
function recordOf(cx: Classifier, type: ts.Type, fields: readonly FieldKind[], form: Pick<RecordKind, 'tuple' | 'readonly'>): Kind {
  const usable = fields.filter(({ kind }) => kind.kind !== 'void');
  const bad = usable.find(({ kind }) => kind.kind === 'other' || kind.kind === 'function' || kind.kind === 'never');
  if (!bad) return { kind: 'record', fields: usable, ...form, type };
  const why = bad.kind.kind === 'function' ? 'method' : bad.kind.kind === 'other' ? (bad.kind.why ?? 'field') : 'field';
  return other(cx, type, why);
}

function kindOfArray(cx: Classifier, type: ts.Type): Kind {
  const name = type.symbol?.name ?? '';
  const storage = storageNamed(name);
  if (storage) return { kind: 'array', storage, readonly: false, integers: storage !== 'f64' && storage !== 'f32' };
  const [element] = cx.checker.getTypeArguments(type as ts.TypeReference);
  if (!element || element.flags & ts.TypeFlags.Never) return numbers(name, false);
  const kind = guarded(cx, type, () => kindOf(cx, element));
  const missing = missingOf(element);
  // What is read beyond the end is undefined: a number that is null is something else.
  if (missing.includes('null') && !isObjectKind(kind)) return other(cx, type);
  const holes = missing.length > 0 && { holes: true };
  if (kind.kind === 'real' || kind.kind === 'int') return { ...numbers(name, kind.kind === 'int' && hasBrand(element)), ...holes };
  if (kind.kind === 'other') return other(cx, type, kind.why);
  return kind.kind === 'function' || kind.kind === 'void' || kind.kind === 'never'
    ? other(cx, type)
    : { kind: 'list', element: kind, readonly: name === 'ReadonlyArray', ...holes };
}

/** References know undefined from null by what is asked of them. */
export const isObjectKind = ({ kind }: Kind): boolean => kind === 'record' || kind === 'array' || kind === 'list';

function numbers(name: string, integers: boolean): Extract<Kind, { kind: 'array' }> {
  return { kind: 'array', storage: 'list', readonly: name === 'ReadonlyArray', integers };
}

function kindOfObject(cx: Classifier, type: ts.Type): Kind {
  const reason = reasonAgainst(cx, type);
  if (reason) return other(cx, type, reason);
  const fields = cx.checker.getPropertiesOfType(type).map((symbol): FieldKind => {
    const of = cx.checker.getTypeOfSymbol(symbol);
    const question = (symbol.flags & ts.SymbolFlags.Optional) !== 0;
    const { missing, ...field } = fieldOf(cx, of);
    const may = question && !missing.includes('undefined') ? (['undefined', ...missing] as const) : missing;
    return {
      name: symbol.name,
      ...field,
      missing: may,
      question,
      readonly: isReadonly(symbol),
      ...(isInactive(symbol) && { inactive: true }),
    };
  });
  return recordOf(cx, type, fields, { tuple: false, readonly: false });
}

/** Why an object is no plain record of fields. */
function reasonAgainst(cx: Classifier, type: ts.Type): OtherReason | undefined {
  const isClass = (part: ts.Type): boolean => ((part.symbol?.flags ?? 0) & ts.SymbolFlags.Class) !== 0;
  if (isClass(type) || (type.isIntersection() && type.types.some(isClass))) return 'class';
  if (cx.checker.getIndexInfosOfType(type).length > 0) return 'index signature';
  if (type.getConstructSignatures().length > 0) return 'class';
  for (const symbol of cx.checker.getPropertiesOfType(type)) {
    if (symbol.flags & ts.SymbolFlags.Method) return 'method';
    if (symbol.flags & ts.SymbolFlags.Accessor) return 'accessor';
    if (!isPlainName(symbol.name)) return 'name';
  }
  return undefined;
}

function isPlainName(name: string): boolean {
  if (name.startsWith('__@') || name === '__proto__') return false;
  return [...name].every((letter, i) => {
    const code = letter.codePointAt(0) ?? 0;
    return i === 0 ? ts.isIdentifierStart(code, ts.ScriptTarget.ES2022) : ts.isIdentifierPart(code, ts.ScriptTarget.ES2022);
  });
}

/** Marked `@inactive` where it is declared. */
function isInactive(symbol: ts.Symbol): boolean {
  return symbol.declarations?.some((one) => ts.getJSDocTags(one).some(({ tagName }) => tagName.text === 'inactive')) ?? false;
}

const mappedReadonly = 8;

/** By its declaration, or by a mapped type such as `Readonly<T>`; of those the checker's public interface says nothing. */
function isReadonly(symbol: ts.Symbol): boolean {
  const { links } = symbol as ts.Symbol & { readonly links?: { readonly checkFlags?: number } };
  if ((links?.checkFlags ?? 0) & mappedReadonly) return true;
  return symbol.declarations?.some((one) => (ts.getCombinedModifierFlags(one) & ts.ModifierFlags.Readonly) !== 0) ?? false;
}

function other(cx: Classifier, type: ts.Type, why?: OtherReason): Kind {
  return { kind: 'other', text: cx.checker.typeToString(type), ...(why && { why }) };
}
