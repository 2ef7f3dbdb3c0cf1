/** The places of a module where a derivative is asked for, `grad(f)`, in functions or outside of them, each made a function of its own. */
import { ts } from '#ts-morph';
import { messages } from '../diagnostics/catalog.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { DerivedProduct } from '../ir/types.ts';
import { nameOfFunction } from './callees.ts';
import { checkTypes, typeErrorsAt } from './checked.ts';
import { checkFence } from './fence.ts';
import { problemsOfMacro } from './fence-macros.ts';
import { type ModuleContext, report } from './lower/context.ts';
import { lowerSite, type SiteFunction } from './lower/site.ts';
import { derivativeAt, innermost, productOf, type Target } from './macros.ts';
import { bare, spanOf } from './syntax.ts';

export interface DerivativeSite extends SiteFunction {
  /** What is to be replaced. */
  readonly start: number;
  readonly end: number;
}

export interface LoweredSites {
  readonly sites: readonly DerivativeSite[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Lowers every place; one that errs gives diagnostics and does not stop the others. */
export function lowerSites(cx: ModuleContext, file: ts.SourceFile): LoweredSites {
  const taken = new Set<string>();
  const known = new Map<string, SiteFunction>();
  const diagnostics: Diagnostic[] = [];
  const sites = sitesIn(cx, file).flatMap(({ node, product }): DerivativeSite[] => {
    const own = separate(cx);
    const key = keyOf(derivativeAt(cx.types, node));
    const made = known.get(key) ?? tryNode(own, node, product, file, taken);
    if (made?.captured.length === 0) known.set(key, made);
    diagnostics.push(...own.diagnostics);
    return made ? [{ ...made, start: node.getStart(file), end: node.end }] : [];
  });
  return { sites, diagnostics };
}

function separate(cx: ModuleContext): ModuleContext {
  return {
    ...cx,
    diagnostics: [],
    callees: new Map(),
    derived: new Map(),
    rules: new Map(),
    pending: new Map(),
    names: new Map(),
    orders: new Map(),
  };
}

/** Equal for equal derivatives of one function. */
function keyOf(target: Target | undefined): string {
  if (target?.kind !== 'derivative') return target ? `${target.fn.getSourceFile().fileName}:${target.fn.pos}` : '';
  return `${target.product}[${target.positions ?? ''}](${keyOf(target.of)})`;
}

interface Asking {
  readonly node: ts.CallExpression;
  readonly product: DerivedProduct;
}

/** Outermost first; what is asked for inside of another place goes with that. */
function sitesIn(cx: ModuleContext, file: ts.SourceFile): Asking[] {
  const found: Asking[] = [];
  const visit = (node: ts.Node): void => {
    const product = ts.isCallExpression(node) ? productOf(cx.types, node) : undefined;
    if (product) found.push({ node: node as ts.CallExpression, product });
    else ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function tryNode(
  cx: ModuleContext,
  node: ts.CallExpression,
  product: DerivedProduct,
  file: ts.SourceFile,
  taken: Set<string>,
): SiteFunction | undefined {
  for (const problem of problemsAt(cx, node)) report(cx, problem);
  const target = derivativeAt(cx.types, node);
  if (!target || hasErrors(cx)) return undefined;
  const reached = checkFence(cx, innermost(target));
  if (!hasErrors(cx)) for (const problem of checkTypes(cx.program, reached)) report(cx, problem);
  if (!hasErrors(cx)) for (const problem of typeErrorsAt(cx.program, node, product)) report(cx, problem);
  return hasErrors(cx) ? undefined : lowerSite(cx, node, target, freeName(product, nameOfFunction(innermost(target)), file, taken));
}

/** What is wrong with the place itself, and with derivatives of derivatives in it. */
function problemsAt(cx: ModuleContext, node: ts.CallExpression): Diagnostic[] {
  const product = productOf(cx.types, node);
  const of = node.arguments[0] && bare(node.arguments[0]);
  const inner = of && ts.isCallExpression(of) ? problemsAt(cx, of) : [];
  if (product && !of) return [messages.macroFunction(spanOf(node), product, 'nothing')];
  return product ? [...inner, ...problemsOfMacro(cx, node, product)] : inner;
}

function hasErrors({ diagnostics }: ModuleContext): boolean {
  return diagnostics.some(({ severity }) => severity === 'error');
}

/** What gives the derivative for the values of captured variables. */
export function givingName(name: string): string {
  return `${name}With`;
}

/** `gradOfCost`: a name that the module does not have. */
function freeName(product: string, of: string, { text }: ts.SourceFile, taken: Set<string>): string {
  const wish = `${product}Of${of.charAt(0).toUpperCase()}${of.slice(1)}`;
  const isTaken = (name: string): boolean => taken.has(name) || taken.has(givingName(name)) || text.includes(name);
  let name = wish;
  for (let i = 2; isTaken(name); i++) name = `${wish}${i}`;
  taken.add(name).add(givingName(name));
  return name;
}
