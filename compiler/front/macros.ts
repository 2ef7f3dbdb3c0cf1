/**
 * Derivatives that are asked for inside of functions: `grad(f)` of "gradgen", names for them (`const g = grad(f)`), derivatives of
 * derivatives. What a module of derivatives exports is such a name, too (`derivative-modules.ts`).
 */
import { ts } from '#ts-morph';
import type { DerivedProduct } from '../ir/types.ts';
import { functionBehind, isConstantDeclaration } from './callees.ts';
import { bare, type FunctionWithBody, isFunctionNode } from './syntax.ts';
import type { TypeReader } from './types.ts';

const products = ['grad', 'valueAndGrad', 'vjp', 'jvp', 'hvp', 'jacobian', 'hessian'] as const satisfies readonly DerivedProduct[];
const macros: ReadonlySet<string> = new Set([...products, 'stopGradient']);

export type MacroName = DerivedProduct | 'stopGradient';

/** A function whose derivatives can be taken. */
export type Target = FunctionTarget | DerivativeTarget;

export interface FunctionTarget {
  readonly kind: 'function';
  readonly fn: FunctionWithBody;
}

export interface DerivativeTarget {
  readonly kind: 'derivative';
  readonly product: DerivedProduct;
  readonly of: Target;
  /** Positions of the parameters of `of`; undefined: all that can be differentiated. */
  readonly positions: readonly number[] | undefined;
  /** The call of the macro; its type is that of the derivative. */
  readonly node: ts.CallExpression;
}

/** The macro that a name, or a member of the namespace, stands for. */
export function macroNamed(types: TypeReader, node: ts.Expression): MacroName | undefined {
  const imported = importOf(types, node);
  return imported?.from === 'gradgen' && macros.has(imported.name) ? (imported.name as MacroName) : undefined;
}

/** The macro of "gradgen" that is called, if it is one that gives a function. */
export function productOf(types: TypeReader, node: ts.Node): DerivedProduct | undefined {
  const name = ts.isCallExpression(node) ? macroNamed(types, node.expression) : undefined;
  return name === 'stopGradient' ? undefined : name;
}

interface Import {
  /** The module specifier as it is written. */
  readonly from: string;
  readonly name: string;
}

/** What a name is imported as, by the import declaration alone. */
export function importOf({ checker }: TypeReader, node: ts.Expression): Import | undefined {
  const at = bare(node);
  const owner = ts.isPropertyAccessExpression(at) ? bare(at.expression) : at;
  if (!ts.isIdentifier(owner)) return undefined;
  const declaration = checker.getSymbolAtLocation(owner)?.declarations?.[0];
  if (!declaration) return undefined;
  if (ts.isPropertyAccessExpression(at))
    return ts.isNamespaceImport(declaration) ? { from: specifierOf(declaration.parent.parent), name: at.name.text } : undefined;
  if (!ts.isImportSpecifier(declaration)) return undefined;
  return { from: specifierOf(declaration.parent.parent.parent), name: (declaration.propertyName ?? declaration.name).text };
}

function specifierOf(node: ts.Node): string {
  return ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier) ? node.moduleSpecifier.text : '';
}

/** The derivative that an expression is; undefined: it is none, or none that can be understood. */
export function derivativeAt(types: TypeReader, node: ts.Expression): DerivativeTarget | undefined {
  const at = bare(node);
  if (!ts.isCallExpression(at)) {
    const named = initializerBehind(types, at);
    return named && derivativeAt(types, named);
  }
  const product = productOf(types, at);
  const [of, inputs] = at.arguments;
  const target = product && of && targetAt(types, of);
  if (!product || !target) return undefined;
  return { kind: 'derivative', product, of: target, positions: inputs && positionsIn(inputs), node: at };
}

/** A function of the project, or the derivative of one. */
export function targetAt(types: TypeReader, node: ts.Expression): Target | undefined {
  const at = bare(node);
  if (isFunctionNode(at) && at.body) return { kind: 'function', fn: at as FunctionWithBody };
  const fn = symbolIn(types, at) && functionBehind(symbolIn(types, at));
  return fn ? { kind: 'function', fn } : derivativeAt(types, at);
}

/** What `const g = grad(f)` gives a name to, where the expression is that name. */
function initializerBehind(types: TypeReader, node: ts.Expression): ts.CallExpression | undefined {
  const declaration = symbolIn(types, node)?.valueDeclaration;
  return declaration && ts.isVariableDeclaration(declaration) ? namedDerivative(types, declaration) : undefined;
}

/** The call of a macro in `const g = grad(f)`. */
export function namedDerivative(types: TypeReader, declaration: ts.VariableDeclaration): ts.CallExpression | undefined {
  const value = declaration.initializer && bare(declaration.initializer);
  return value && isConstantDeclaration(declaration) && productOf(types, value) ? (value as ts.CallExpression) : undefined;
}

function symbolIn(types: TypeReader, node: ts.Expression): ts.Symbol | undefined {
  if (ts.isIdentifier(node)) return types.symbolAt(node);
  return ts.isPropertyAccessExpression(node) ? types.symbolAt(node.name) : undefined;
}

/** The numbers of a list that is written down. */
export function positionsIn(node: ts.Expression): readonly number[] | undefined {
  const at = bare(node);
  if (!ts.isArrayLiteralExpression(at)) return undefined;
  const numbers = at.elements.map((element) => (ts.isNumericLiteral(element) ? Number(element.text) : Number.NaN));
  return numbers.some(Number.isNaN) ? undefined : numbers;
}

/** The function at the bottom of derivatives of derivatives. */
export function innermost(target: Target): FunctionWithBody {
  return target.kind === 'function' ? target.fn : innermost(target.of);
}

/** Does a function stand where its derivative is asked for? (Where one of several does, that is refused as a whole.) */
export function isDifferentiated(types: TypeReader, node: ts.Node): boolean {
  let at = outside(node);
  while (ts.isConditionalExpression(at.parent) && at.parent.condition !== at) at = outside(at.parent);
  return productOf(types, at.parent) !== undefined && (at.parent as ts.CallExpression).arguments[0] === at;
}

/** The parentheses and assertions around an expression. */
export function outside(node: ts.Node): ts.Node {
  let at = node;
  while (
    ts.isParenthesizedExpression(at.parent) ||
    ts.isAsExpression(at.parent) ||
    ts.isSatisfiesExpression(at.parent) ||
    ts.isNonNullExpression(at.parent)
  )
    at = at.parent;
  return at;
}
