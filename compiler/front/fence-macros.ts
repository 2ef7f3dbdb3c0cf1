/** The fence for derivatives that are asked for inside of functions: where they may stand, and of what. */
import { ts } from '#ts-morph';
import { messages } from '../diagnostics/catalog.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { DerivedProduct } from '../ir/types.ts';
import { nameOfFunction } from './callees.ts';
import { isDifferentiableKind } from './kinds.ts';
import { type ModuleContext, report } from './lower/context.ts';
import {
  derivativeAt,
  importOf,
  isDifferentiated,
  macroNamed,
  namedDerivative,
  outside,
  positionsIn,
  productOf,
  type Target,
  targetAt,
} from './macros.ts';
import { bare, type FunctionWithBody, spanOf } from './syntax.ts';
import type { Kind } from './types.ts';

/** Reports what is wrong with a macro, or a derivative. True: the node is one, and nothing else is to be said about it. */
export function checkMacro(cx: ModuleContext, node: ts.Node): boolean {
  if (ts.isCallExpression(node)) return checkMacroCall(cx, node);
  if (!ts.isIdentifier(node) && !ts.isPropertyAccessExpression(node)) return false;
  const isMacro = macroNamed(cx.types, node) !== undefined;
  if (!isReference(node) || (!isMacro && !derivativeAt(cx.types, node))) return false;
  if (!isCalled(node) && (isMacro || !isDifferentiated(cx.types, node)))
    report(cx, messages.macroValue(spanOf(outside(node)), node.getText()));
  return true;
}

function checkMacroCall(cx: ModuleContext, node: ts.CallExpression): boolean {
  const name = macroNamed(cx.types, node.expression);
  const product = productOf(cx.types, node);
  const imported = importOf(cx.types, node.expression);
  const isDerivative = derivativeAt(cx.types, node.expression) !== undefined || isRefused(cx, node.expression);
  if (product && !isPlace(cx, node)) report(cx, messages.macroValue(spanOf(node), node.getText()));
  if (product) for (const problem of problemsOfMacro(cx, node, product)) report(cx, problem);
  else if (imported && isDerivativeModule(imported.from)) checkImported(cx, node, imported, isDerivative);
  return name !== undefined || isDerivative || (imported !== undefined && isDerivativeModule(imported.from));
}

/** `grad(f)` where f is not known, and `let g = grad(f)`: refused where they stand. */
function isRefused({ types }: ModuleContext, node: ts.Expression): boolean {
  const at = bare(node);
  const declaration = ts.isIdentifier(at) ? types.symbolAt(at)?.valueDeclaration : undefined;
  const made = declaration && ts.isVariableDeclaration(declaration) && declaration.initializer ? bare(declaration.initializer) : at;
  return productOf(types, made) !== undefined;
}

/** `./loss.grad`, also with the extension of a file. */
export function isDerivativeModule(specifier: string): boolean {
  return /\.grad(?:\.[cm]?[jt]sx?)?$/.test(specifier);
}

function checkImported(cx: ModuleContext, node: ts.CallExpression, { from, name }: { from: string; name: string }, known: boolean): void {
  if (!known) return report(cx, messages.macroMissing(spanOf(node.expression), name, from));
  const target = derivativeAt(cx.types, node.expression);
  const parameters = target && parametersOf(cx, target);
  const extra = parameters && node.arguments[parameters.length];
  if (extra) report(cx, messages.macroOut(spanOf(extra), name));
}

/** What is wrong with `grad(f)`, wherever it stands. */
export function problemsOfMacro(cx: ModuleContext, node: ts.CallExpression, product: DerivedProduct): Diagnostic[] {
  const [of, inputs] = node.arguments;
  const problems: Diagnostic[] = [];
  const target = of && targetAt(cx.types, of);
  if (of && !target && !isOfMacro(cx, of)) problems.push(messages.macroFunction(spanOf(of), product, of.getText()));
  if (of && target) problems.push(...problemsOfTarget(cx, of, { target, product, isListed: inputs !== undefined }));
  if (of && target && problems.length === 0) problems.push(...problemsOfInputs(cx, node, { of, target, product, inputs }));
  return problems;
}

interface Inputs {
  readonly of: ts.Expression;
  readonly target: Target;
  readonly product: DerivedProduct;
  /** The list, if there is one. */
  readonly inputs: ts.Expression | undefined;
}

function problemsOfInputs(cx: ModuleContext, node: ts.CallExpression, { of, target, product, inputs }: Inputs): Diagnostic[] {
  const parameters = parametersOf(cx, target);
  if (!parameters) return [];
  if (!parameters.some(({ differentiable }) => differentiable)) return [messages.macroNothing(spanOf(of), product, of.getText())];
  const why = inputs && problemOfList(inputs, parameters, of.getText());
  return why === undefined ? [] : [messages.macroPositions(spanOf(inputs ?? node), product, why)];
}

function problemOfList(inputs: ts.Expression, parameters: readonly Parameter[], of: string): string | undefined {
  const positions = positionsIn(inputs);
  if (!positions) return `\`${inputs.getText()}\` is no list of numbers that are written down`;
  if (positions.length === 0) return 'it is empty';
  if (positions.some((at, i) => i > 0 && at <= (positions[i - 1] as number))) return 'the positions are not in order';
  const missing = positions.find((at) => !parameters[at]);
  if (missing !== undefined) return `\`${of}\` has no parameter ${missing}`;
  const flat = positions.find((at) => parameters[at]?.differentiable === false);
  return flat === undefined ? undefined : `parameter ${flat}, '${parameters[flat]?.name}', cannot be differentiated`;
}

interface Parameter {
  readonly name: string;
  readonly differentiable: boolean;
}

/** The parameters of a function, or of a derivative, which has them as a tuple; undefined where its type is not known. */
function parametersOf(cx: ModuleContext, target: Target): Parameter[] | undefined {
  const { checker } = cx.types;
  const isDifferentiable = (type: ts.Type): boolean => isDifferentiableKind(cx.types.kindOf(type));
  if (target.kind === 'function')
    return target.fn.parameters.map((one) => ({
      name: one.name.getText(),
      differentiable: isDifferentiable(checker.getTypeAtLocation(one)),
    }));
  const [rest] = signatureAt(cx, target.node)?.getParameters() ?? [];
  const tuple = rest && checker.getTypeOfSymbol(rest);
  if (!tuple || !checker.isTupleType(tuple)) return undefined;
  const types = checker.getTypeArguments(tuple as ts.TypeReference);
  return types.map((type, i) => ({ name: `argument ${i + 1}`, differentiable: isDifferentiable(type) }));
}

/** Where the derivative is called, named, or differentiated again. */
function isPlace(cx: ModuleContext, node: ts.CallExpression): boolean {
  const at = outside(node);
  const { parent } = at;
  if (ts.isCallExpression(parent) && parent.expression === at) return true;
  const isNamed = ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name) && namedDerivative(cx.types, parent) === node;
  return isNamed || isDifferentiated(cx.types, node);
}

/** Is it the derivative of something that is refused itself? */
function isOfMacro(cx: ModuleContext, node: ts.Expression): boolean {
  return productOf(cx.types, node) !== undefined;
}

interface Asked {
  readonly target: Target;
  readonly product: DerivedProduct;
  /** The parameters are listed. */
  readonly isListed: boolean;
}

const ofNumbers: ReadonlySet<DerivedProduct> = new Set(['grad', 'valueAndGrad', 'hvp', 'hessian']);

function problemsOfTarget(cx: ModuleContext, of: ts.Expression, { target, product, isListed }: Asked): Diagnostic[] {
  const problems = target.kind === 'function' ? problemsOfFunction(of, target.fn, product, isListed) : [];
  const returned = returnKind(cx, target);
  if (!returned) return problems;
  const text = returned.kind === 'other' ? returned.text : cx.types.text(returnType(cx, target) as ts.Type);
  if (ofNumbers.has(product) && returned.kind !== 'real') problems.push(messages.macroResult(spanOf(of), product, of.getText(), text));
  else if (!isDifferentiableKind(returned)) problems.push(messages.inactiveReturn(spanOf(of), of.getText(), text));
  return problems;
}

function problemsOfFunction(of: ts.Expression, fn: FunctionWithBody, product: DerivedProduct, isListed: boolean): Diagnostic[] {
  const name = nameOfFunction(fn);
  const rest = fn.parameters.find(({ dotDotDotToken }) => dotDotDotToken);
  const isInactive = ts.getJSDocTags(fn).some(({ tagName }) => tagName.text === 'inactive') || fn.parameters.some(isMarkedInactive);
  return [
    ...(fn.typeParameters?.length ? [messages.genericFunction(spanOf(of), name)] : []),
    ...(rest ? [messages.restParameter(spanOf(of), rest.name.getText())] : []),
    ...(isInactive && !isListed ? [messages.macroInactive(spanOf(of), product, name)] : []),
  ];
}

function isMarkedInactive(parameter: ts.ParameterDeclaration): boolean {
  return ts.getJSDocTags(parameter).some(({ tagName }) => tagName.text === 'inactive');
}

export function signatureAt(cx: Pick<ModuleContext, 'types'>, node: ts.Node): ts.Signature | undefined {
  return cx.types.checker.getTypeAtLocation(node).getCallSignatures()[0];
}

/** What a function, or a derivative, returns. */
export function returnType(cx: Pick<ModuleContext, 'types'>, target: Target): ts.Type | undefined {
  const { checker } = cx.types;
  const signature = target.kind === 'function' ? checker.getSignatureFromDeclaration(target.fn) : signatureAt(cx, target.node);
  return signature && checker.getReturnTypeOfSignature(signature);
}

function returnKind(cx: ModuleContext, target: Target): Kind | undefined {
  const type = returnType(cx, target);
  return type && cx.types.kindOf(type);
}

function isCalled(node: ts.Node): boolean {
  const at = outside(node);
  return ts.isCallExpression(at.parent) && at.parent.expression === at;
}

/** A use, not a declaration or the name of a member. */
function isReference(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  return !ts.isImportSpecifier(parent) && !(ts.isVariableDeclaration(parent) && parent.name === node);
}
