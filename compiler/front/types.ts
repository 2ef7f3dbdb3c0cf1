/** Every question about TypeScript's types, behind one small interface, so that another checker can answer them. */
import { ts } from '#ts-morph';
import { classify, isObjectKind, missingOf } from './classify.ts';
import type { ArrayWrite } from './effects.ts';
import type { Kind } from './kinds.ts';
import { instantiatedAt } from './wanted.ts';

export { constructorOf, storageNamed } from './classify.ts';
export type { FieldKind, Kind, RecordKind } from './kinds.ts';

/** What type parameters stand for. */
export type Bindings = ReadonlyMap<ts.Type, Kind>;

export interface TypeReader {
  readonly checker: ts.TypeChecker;
  kindOf(type: ts.Type): Kind;
  /** The kind of an expression (or of what a declaration declares), with narrowing. */
  kindAt(node: ts.Node): Kind;
  /** The kind that the place of an expression asks for; undefined where it asks for none. */
  wantedAt(node: ts.Expression): Kind | undefined;
  /** May the expression be undefined or null? */
  mayBeMissing(node: ts.Node): boolean;
  /** The kind of what a function gives. */
  returnKind(fn: ts.SignatureDeclaration): Kind;
  /** The symbol that a name stands for, through imports. */
  symbolAt(node: ts.Node): ts.Symbol | undefined;
  text(type: ts.Type): string;
  /** What type parameters stand for in the function that is read. */
  readonly bindings: Bindings;
  /** The same reader with other bindings. */
  bound(bindings: Bindings): TypeReader;
  /** What each function of the project stores to, as far as it was asked for. */
  readonly writtenBy: Map<ts.Node, readonly ArrayWrite[]>;
}

function isSum(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken;
}

/** The type of a sum, where its operands tell. */
function sumType(operands: readonly Kind[], checker: ts.TypeChecker): ts.Type | undefined {
  if (operands.every(({ kind }) => kind === 'real' || kind === 'int')) return checker.getNumberType();
  return operands.some(({ kind }) => kind === 'text') ? checker.getStringType() : undefined;
}

const missing = ts.TypeFlags.Undefined | ts.TypeFlags.Null | ts.TypeFlags.Void;

export function createTypeReader(checker: ts.TypeChecker, bindings: Bindings = new Map()): TypeReader {
  const typeAt = (node: ts.Node): ts.Type => checker.getTypeAtLocation(node);
  const kinds = new Map<ts.Type, Kind>();
  const kindOf = (type: ts.Type): Kind => {
    const known = kinds.get(type) ?? classify(type, checker, bindings);
    kinds.set(type, known);
    return known;
  };
  const sums = new Map<ts.Node, Kind>();
  const kindAt = (node: ts.Node): Kind => (isSum(node) ? kindOfSum(node) : kindOf(typeAt(node)));
  // TypeScript reads all operands of a sum anew for each sum in it: seconds for hundreds of terms.
  const kindOfSum = (node: ts.BinaryExpression): Kind => {
    const known = sums.get(node) ?? kindOf(sumType([node.left, node.right].map(kindAt), checker) ?? typeAt(node));
    sums.set(node, known);
    return known;
  };
  const symbols = new Map<ts.Node, ts.Symbol | undefined>();
  const findSymbol = (node: ts.Node): ts.Symbol | undefined => {
    const isShorthand = node.parent && ts.isShorthandPropertyAssignment(node.parent) && node.parent.name === node;
    const symbol = isShorthand ? checker.getShorthandAssignmentValueSymbol(node.parent) : checker.getSymbolAtLocation(node);
    return symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  };
  const reader: TypeReader = {
    checker,
    bindings,
    bound: (others) => ({ ...createTypeReader(checker, others), writtenBy: reader.writtenBy }),
    kindOf,
    kindAt,
    wantedAt(node) {
      const wanted = instantiatedAt(node, checker) ?? checker.getContextualType(node);
      return wanted && kindOf(wanted);
    },
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
  return reader;
}

/** An array whose elements cannot be used. */
export function isArrayOfOthers(types: TypeReader, node: ts.Node): boolean {
  const type = types.checker.getNonNullableType(types.checker.getTypeAtLocation(node));
  return types.checker.isArrayType(type) && types.kindOf(type).kind === 'other';
}

/** `(number | null)[]`: what is read beyond the end of an array is undefined, which is not null. */
export function hasNullElements(types: TypeReader, node: ts.Node): boolean {
  const type = types.checker.getNonNullableType(types.checker.getTypeAtLocation(node));
  const [element] = types.checker.isArrayType(type) ? types.checker.getTypeArguments(type as ts.TypeReference) : [];
  return element !== undefined && missingOf(element).includes('null') && !isObjectKind(types.kindOf(element));
}

/** `any[]`: what `const rows = []` is at first, and `Array(3)`. What it holds shows when it is lowered. */
export function isArrayOfAny(types: TypeReader, node: ts.Node): boolean {
  const type = types.checker.getTypeAtLocation(node);
  const element = types.checker.isArrayType(type) ? types.checker.getTypeArguments(type as ts.TypeReference)[0] : undefined;
  return element !== undefined && (element.flags & ts.TypeFlags.Any) !== 0;
}

export function includesMissing(type: ts.Type): boolean {
  return type.isUnion() ? type.types.some(includesMissing) : (type.flags & missing) !== 0;
}
