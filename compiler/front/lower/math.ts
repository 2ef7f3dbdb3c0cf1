/** Functions of Math and Number, and conversions. */
import { ts } from '#ts-morph';
import { messages } from '../../diagnostics/catalog.ts';
import { type MathName, mathNames, type PrimName, type ValueId } from '../../ir/types.ts';
import { bare, isConstant, spanOf } from '../syntax.ts';
import { isGlobalName } from './constants.ts';
import { from, isNumber, type Lowering, type ModuleContext, report } from './context.ts';
import { lowerExpression, lowerNumber } from './expressions.ts';
import { truthOf } from './logic.ts';
import { isAccess, lowerPlace, presentAt, rawLoad } from './places.ts';
import { refusedValue } from './refuse.ts';

const known: ReadonlySet<string> = new Set(mathNames);

/** `Math.exp`, also behind `const { exp } = Math` or `const exp = Math.exp`; undefined for all else. */
export function mathNameOf(cx: ModuleContext, node: ts.Expression): string | undefined {
  const at = bare(node);
  if (ts.isPropertyAccessExpression(at)) return isGlobalName(cx, at.expression, 'Math') ? `Math.${at.name.text}` : undefined;
  const declaration = ts.isIdentifier(at) ? cx.types.symbolAt(at)?.valueDeclaration : undefined;
  if (!declaration) return undefined;
  if (ts.isBindingElement(declaration)) return mathNameOfElement(cx, declaration);
  const isAlias = ts.isVariableDeclaration(declaration) && isConstant(declaration) && declaration.initializer;
  return isAlias && ts.isPropertyAccessExpression(bare(isAlias)) ? mathNameOf(cx, isAlias) : undefined;
}

function mathNameOfElement(cx: ModuleContext, element: ts.BindingElement): string | undefined {
  const declaration = element.parent.parent;
  if (!ts.isObjectBindingPattern(element.parent) || !ts.isVariableDeclaration(declaration) || !isConstant(declaration)) return undefined;
  const isMath = declaration.initializer && isGlobalName(cx, bare(declaration.initializer), 'Math');
  return isMath ? `Math.${(element.propertyName ?? element.name).getText()}` : undefined;
}

export function isMathName(name: string): name is MathName {
  return known.has(name);
}

export function lowerMath(f: Lowering, node: ts.CallExpression, name: MathName): ValueId {
  const args = node.arguments.map((argument) => lowerNumber(f, argument));
  const b = from(f, node);
  if (name === 'Math.max' || name === 'Math.min') return lowerExtreme(f, node, name, args);
  if (name !== 'Math.hypot') return b.prim(name, args);
  return args.length === 0 ? b.constant(0) : b.prim(name, args);
}

/** From left to right, two at a time. */
function lowerExtreme(f: Lowering, node: ts.Node, name: 'Math.max' | 'Math.min', args: readonly ValueId[]): ValueId {
  const b = from(f, node);
  const [first, ...others] = args;
  if (first === undefined) return b.constant(name === 'Math.max' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
  return others.reduce((left, right) => b.prim(name, [left, right]), first);
}

const numberTests: Readonly<Record<string, PrimName>> = {
  'Number.isNaN': 'isNaN',
  'Number.isFinite': 'isFinite',
  'Number.isInteger': 'isInteger',
  'Number.isSafeInteger': 'isSafeInteger',
  isNaN: 'isNaN',
  isFinite: 'isFinite',
  'Object.is': 'sameValue',
};

/** The name of a built-in function: `isNaN`, `Number.isNaN`, `Object.is`, `Number`, `Boolean`. */
export function builtinNameOf(cx: ModuleContext, node: ts.Expression): string | undefined {
  const at = bare(node);
  if (ts.isIdentifier(at)) return isGlobalName(cx, at, at.text) ? at.text : undefined;
  if (!ts.isPropertyAccessExpression(at) || !ts.isIdentifier(at.expression)) return undefined;
  return isGlobalName(cx, at.expression, at.expression.text) ? `${at.expression.text}.${at.name.text}` : undefined;
}

export function isBuiltin(name: string): boolean {
  return Object.hasOwn(numberTests, name) || name === 'Number' || name === 'Boolean';
}

export function lowerBuiltin(f: Lowering, node: ts.CallExpression, name: string): ValueId {
  const [first] = node.arguments;
  if (!first) return refusedValue(f, node);
  if (name === 'Number') return lowerNumber(f, first);
  if (name === 'Boolean') return truthOf(f, first, lowerExpression(f, first));
  if (name === 'Object.is') return lowerSameValue(f, node);
  if (name === 'isNaN') return lowerGlobalIsNaN(f, node, first);
  const value = lowerNumber(f, first);
  return from(f, node).prim(numberTests[name] as PrimName, [value]);
}

/** The global isNaN says true of an element that is not there, Number.isNaN does not. */
function lowerGlobalIsNaN(f: Lowering, node: ts.CallExpression, argument: ts.Expression): ValueId {
  const at = bare(argument);
  const place = isAccess(f.cx, at) && !ts.isOptionalChain(at) ? lowerPlace(f, at) : undefined;
  if (!place) {
    const value = lowerNumber(f, argument);
    return from(f, node).prim('isNaN', [value]);
  }
  const value = rawLoad(f, at, place);
  const isNumberNaN = f.b.prim('isNaN', [value]);
  return f.b.prim('or', [isNumberNaN, f.b.prim('not', [presentAt(f, at, place)])]);
}

function lowerSameValue(f: Lowering, node: ts.CallExpression): ValueId {
  const values = node.arguments.map((argument) => lowerExpression(f, argument));
  const [left, right] = values as [ValueId, ValueId];
  const b = from(f, node);
  const [a, c] = [b.typeOf(left), right === undefined ? undefined : b.typeOf(right)];
  if (right !== undefined && a.kind === 'text' && c?.kind === 'text') return b.prim('eq', [left, right]);
  if (a.kind === 'array' && c?.kind === 'array') return b.define('same', { left, right }, { kind: 'bool' });
  if (c === undefined || (a.kind === c.kind ? false : !isNumber(a) || !isNumber(c))) {
    report(f.cx, messages.unsupported(spanOf(node), 'this comparison'));
    return b.constant(false);
  }
  return b.prim('sameValue', [left, right]);
}
