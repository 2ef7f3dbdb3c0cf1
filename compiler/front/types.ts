/** Every question about TypeScript's types, behind one small interface, so that another checker can answer them. */
import { ts } from 'ts-morph';
import type { NumberStorage } from '../ir/types.ts';

/** What a type means to the compiler. */
export type Kind =
  | { readonly kind: 'real' | 'int' | 'bool' | 'void' | 'never' | 'text' | 'function' }
  | { readonly kind: 'array'; readonly storage: NumberStorage; readonly readonly: boolean; readonly integers: boolean }
  | { readonly kind: 'tuple'; readonly elements: readonly TupleElement[] }
  | { readonly kind: 'other'; readonly text: string };

export interface TupleElement {
  readonly name: string | undefined;
  readonly kind: Kind;
}

export interface TypeReader {
  readonly checker: ts.TypeChecker;
  kindOf(type: ts.Type): Kind;
  /** The kind of an expression (or of what a declaration declares), with narrowing. */
  kindAt(node: ts.Node): Kind;
  /** May the expression be undefined or null? */
  mayBeMissing(node: ts.Node): boolean;
  /** The kind of what a function gives. */
  returnKind(fn: ts.SignatureDeclaration): Kind;
  /** The symbol that a name stands for, through imports. */
  symbolAt(node: ts.Node): ts.Symbol | undefined;
  text(type: ts.Type): string;
  /** What each function of the project stores to, as far as it was asked for; undefined: any array. */
  readonly writtenBy: Map<ts.Node, readonly (NumberStorage | undefined)[]>;
}

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

const missing = ts.TypeFlags.Undefined | ts.TypeFlags.Null | ts.TypeFlags.Void;

export function createTypeReader(checker: ts.TypeChecker): TypeReader {
  const typeAt = (node: ts.Node): ts.Type => checker.getTypeAtLocation(node);
  const kindOf = (type: ts.Type): Kind => classify(type, checker);
  const symbols = new Map<ts.Node, ts.Symbol | undefined>();
  const findSymbol = (node: ts.Node): ts.Symbol | undefined => {
    const symbol = checker.getSymbolAtLocation(node);
    return symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  };
  return {
    checker,
    kindOf,
    kindAt: (node) => kindOf(typeAt(node)),
    mayBeMissing: (node) => includesMissing(typeAt(node)),
    returnKind(fn) {
      const signature = checker.getSignatureFromDeclaration(fn);
      return signature ? kindOf(checker.getReturnTypeOfSignature(signature)) : { kind: 'void' };
    },
    symbolAt(node) {
      if (!symbols.has(node)) symbols.set(node, findSymbol(node));
      return symbols.get(node);
    },
    writtenBy: new Map(),
    text: (type) => checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation),
  };
}

/** An array whose elements are no numbers: rows, texts, records. */
export function isArrayOfOthers(types: TypeReader, node: ts.Node): boolean {
  const type = types.checker.getNonNullableType(types.checker.getTypeAtLocation(node));
  return types.checker.isArrayType(type) && types.kindOf(type).kind === 'other';
}

export function includesMissing(type: ts.Type): boolean {
  return type.isUnion() ? type.types.some(includesMissing) : (type.flags & missing) !== 0;
}

function classify(type: ts.Type, checker: ts.TypeChecker): Kind {
  if (type.flags & ts.TypeFlags.Never) return { kind: 'never' };
  if (type.flags & (ts.TypeFlags.Void | ts.TypeFlags.Undefined)) return { kind: 'void' };
  const present = checker.getNonNullableType(type);
  const bound = present.flags & ts.TypeFlags.TypeParameter ? checker.getBaseConstraintOfType(present) : present;
  return bound === undefined ? otherKind(type, checker) : classifyPresent(bound, checker);
}

function classifyPresent(type: ts.Type, checker: ts.TypeChecker): Kind {
  if (type.flags & ts.TypeFlags.BooleanLike) return { kind: 'bool' };
  if (type.flags & ts.TypeFlags.StringLike) return { kind: 'text' };
  if (type.flags & ts.TypeFlags.NumberLike) return { kind: isIntegerLiteral(type) ? 'int' : 'real' };
  if (type.isIntersection() && type.types.some((part) => part.flags & ts.TypeFlags.Number))
    return { kind: hasBrand(type) ? 'int' : 'real' };
  if (type.isUnion()) return classifyUnion(type, checker);
  if (checker.isTupleType(type)) return classifyTuple(type as ts.TypeReference, checker);
  return classifyArray(type, checker) ?? (type.getCallSignatures().length > 0 ? { kind: 'function' } : otherKind(type, checker));
}

function isIntegerLiteral(type: ts.Type): boolean {
  return (type.flags & ts.TypeFlags.EnumLike) !== 0 || (type.isNumberLiteral() && Number.isInteger(type.value));
}

function hasBrand(type: ts.Type): boolean {
  return type.getProperty('__gradgen') !== undefined;
}

function classifyUnion(type: ts.UnionType, checker: ts.TypeChecker): Kind {
  const kinds = type.types.map((part) => classifyPresent(part, checker));
  const first = kinds[0] as Kind;
  if (kinds.every(({ kind }) => kind === 'real' || kind === 'int'))
    return { kind: kinds.every(({ kind }) => kind === 'int') ? 'int' : 'real' };
  if (kinds.every(({ kind }) => kind === first.kind) && first.kind !== 'array' && first.kind !== 'tuple' && first.kind !== 'other')
    return first;
  const same = kinds.every((kind) => kind.kind === 'array' && first.kind === 'array' && kind.storage === first.storage);
  return same ? first : otherKind(type, checker);
}

function classifyTuple(type: ts.TypeReference, checker: ts.TypeChecker): Kind {
  const target = type.target as ts.TupleType;
  if (target.elementFlags.some((flags) => flags !== ts.ElementFlags.Required)) return otherKind(type, checker);
  const labels = target.labeledElementDeclarations;
  const elements = checker.getTypeArguments(type).map((element, i) => {
    const label = labels?.[i]?.name;
    return { name: label && ts.isIdentifier(label) ? label.text : undefined, kind: classify(element, checker) };
  });
  return { kind: 'tuple', elements };
}

function classifyArray(type: ts.Type, checker: ts.TypeChecker): Kind | undefined {
  const name = type.symbol?.name ?? '';
  const storage = storageNamed(name);
  if (storage) return { kind: 'array', storage, readonly: false, integers: storage !== 'f64' && storage !== 'f32' };
  if (!checker.isArrayType(type)) return undefined;
  const [element] = checker.getTypeArguments(type as ts.TypeReference);
  const kind = element ? classify(element, checker) : undefined;
  if (element && element.flags & ts.TypeFlags.Never) return list(name, false);
  if (kind?.kind !== 'real' && kind?.kind !== 'int') return undefined;
  return list(name, kind.kind === 'int' && hasBrand(element as ts.Type));
}

function list(name: string, integers: boolean): Kind {
  return { kind: 'array', storage: 'list', readonly: name === 'ReadonlyArray', integers };
}

function otherKind(type: ts.Type, checker: ts.TypeChecker): Kind {
  return { kind: 'other', text: checker.typeToString(type) };
}
