/** The steps from a marked function to its derivatives: the only file that sees every stage. */

import { analyzeActivity } from './analysis/activity.ts';
import { analyzeMemory } from './analysis/memory.ts';
import { messages } from './diagnostics/catalog.ts';
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import { InternalError, invariant } from './diagnostics/internal.ts';
import { expandDerived } from './expand.ts';
import { infoOf } from './ir/build.ts';
import { checkFunction } from './ir/check.ts';
import { functionsOf, primalName } from './ir/derived-names.ts';
import { isDifferentiableType } from './ir/memory-types.ts';
import type { DerivedFunction, Mark, MarkedFunction } from './ir/program.ts';
import type { ConstantValue, IrFunction, PrimOp, ResultInfo, ValueId } from './ir/types.ts';
import { walkFunction } from './ir/walk.ts';
import { defaultInlineBudget, finish, inlineProgram, optimize, settle } from './optimize/index.ts';
import { ruleOf } from './rules/index.ts';
import { copyWritten } from './transform/copy-written.ts';
import { buildProduct, type Product } from './transform/products.ts';
import { buildPullback } from './transform/pullback.ts';
import { buildVjp } from './transform/reverse/index.ts';

export interface PipelineOptions {
  /** Names of optimizations that do not run. */
  readonly disabled?: ReadonlySet<string>;
  /** Run the verifier after every step. */
  readonly checkIr?: boolean;
  /** Sees every function after every step; `of` names the derivative. */
  readonly onStep?: (pass: string, fn: IrFunction, of: string) => void;
}

export interface Derivation {
  readonly functions: readonly DerivedFunction[];
  readonly diagnostics: readonly Diagnostic[];
}

/** All derivative functions that the marks of one function ask for. */
export function deriveAll(marked: MarkedFunction, options: PipelineOptions): Derivation {
  const primal = preparePrimal(marked, options);
  if ('code' in primal) return { functions: [], diagnostics: [primal] };
  const derivatives = marked.marks.flatMap((mark) => deriveMark(marked, mark, primal, options));
  return { functions: [...expandedPrimal(marked, options), ...derivatives], diagnostics: [] };
}

/** A function that asks for derivatives, with these written out and under its own name. */
export function expandFunction(marked: MarkedFunction, options: PipelineOptions): Derivation {
  const inlined = inlineAll(marked, options);
  if ('code' in inlined) return { functions: [], diagnostics: [inlined] };
  return { functions: [asFunction(marked, inlined, marked.name, options)], diagnostics: [] };
}

/** The function itself, ready to be differentiated: without calls, written arguments copied. */
export function preparePrimal(marked: MarkedFunction, options: PipelineOptions): IrFunction | Diagnostic {
  const step = stepper(marked.name, options);
  step('lower', marked.program.main, marked);
  const inlined = inlineAll(marked, options);
  if ('code' in inlined) return inlined;
  const copied = copyWritten(step('inline', inlined)).fn;
  const fn = step('copy-written', withoutInactiveOutputs(marked, copied));
  return optimize(fn, optimizeOptions(marked.name, options));
}

/** The function without calls; derivatives that it asks for are made first. */
function inlineAll({ program, name, at }: MarkedFunction, options: PipelineOptions): IrFunction | Diagnostic {
  const step = stepper(name, { ...(options.checkIr !== undefined && { checkIr: options.checkIr }) });
  const between = (pass: string, fn: IrFunction): IrFunction =>
    optimize(step(pass, fn), { ...(options.disabled && { disabled: options.disabled }), after: (each, made) => void step(each, made) });
  const expanded = expandDerived(program, between, options.disabled);
  if (expanded.kind === 'circular') {
    return messages.customRefused(at, expanded.callee, 'its @customJvp calls it on tangents; give it its @customVjp, too');
  }
  const inlined = expanded.kind === 'expanded' ? inlineProgram(expanded.program, defaultInlineBudget, expanded.rules) : expanded;
  return inlined.kind === 'exceeded' ? messages.tooLarge(at, inlined.callee, inlined.operations) : inlined.fn;
}

/** f itself with the derivatives that it asks for written out; undefined where it asks for none. */
function expandedPrimal(marked: MarkedFunction, options: PipelineOptions): DerivedFunction[] {
  const inlined = marked.program.derived?.size ? inlineAll(marked, options) : undefined;
  return !inlined || 'code' in inlined ? [] : [asFunction(marked, inlined, primalName(marked.name), options)];
}

function asFunction(marked: MarkedFunction, inlined: IrFunction, name: string, options: PipelineOptions): DerivedFunction {
  const isReturned = inlined.results.map(({ kind }) => kind === 'returned');
  const yields = inlined.body.yields.filter((_, i) => isReturned[i]);
  const own = { ...inlined, results: inlined.results.filter((_, i) => isReturned[i]), body: { ...inlined.body, yields } };
  return { name, kind: 'primal', of: marked, inputs: [], ir: optimize(settle(own), optimizeOptions(name, options)), kinks: [] };
}

/** A written array that the user declared inactive is no output (contract §2). */
function withoutInactiveOutputs(marked: MarkedFunction, fn: IrFunction): IrFunction {
  const isOutput = ({ kind, param, type }: ResultInfo, at: number): boolean => {
    if (kind !== 'written' || param === undefined) return true;
    const holdsReals = isDifferentiableType(type ?? infoOf(fn.values, fn.body.yields[at] as ValueId).type);
    return !holdsReals || marked.signature.params[param]?.differentiable === true;
  };
  const kept = fn.results.map(isOutput);
  const yields = fn.body.yields.filter((_, at) => kept[at]);
  return { ...fn, results: fn.results.filter((_, at) => kept[at]), body: { ...fn.body, yields } };
}

function deriveMark(marked: MarkedFunction, mark: Mark, primal: IrFunction, options: PipelineOptions): DerivedFunction[] {
  const { inputs } = mark;
  const fillsMemory = inputs.every((at) => infoOf(primal.values, primal.body.params[at] as ValueId).type.kind === 'array');
  const kinks = kinksOf(primal, inputs);
  const bodies = new Map<Product, IrFunction>();
  return functionsOf(marked.name, mark, fillsMemory).map(({ kind, name }): DerivedFunction => {
    if (kind === 'pullback') return { name, kind, of: marked, inputs, ir: derivePullback(primal, inputs, name, options), kinks };
    const product = productOf(kind);
    const ir = bodies.get(product) ?? derive(primal, product, inputs, name, options);
    bodies.set(product, ir);
    return { name, kind, of: marked, inputs, ir, kinks };
  });
}

/** Functions that share a body are made of one product. */
function productOf(kind: DerivedFunction['kind']): Product {
  invariant(kind !== 'primal' && kind !== 'pullback', 'this is not one product');
  return kind === 'valueAndGradInto' ? 'valueAndGrad' : kind;
}

/** The step that leaves each product, as `--print-ir` calls it. */
const lastStep: Readonly<Record<Product, string>> = {
  grad: 'reverse',
  valueAndGrad: 'reverse',
  vjp: 'reverse',
  jvp: 'forward',
  hvp: 'forward',
  jacobian: 'jacobian',
  hessian: 'hessian',
};

function derive(primal: IrFunction, product: Product, inputs: readonly number[], name: string, options: PipelineOptions): IrFunction {
  const step = stepper(name, options);
  const between = (pass: string, fn: IrFunction): IrFunction => optimize(step(pass, fn), optimizeOptions(name, options));
  const built = buildProduct(primal, product, inputs, between, options.disabled);
  return finish(between(lastStep[product], built), optimizeOptions(name, options));
}

/** Nothing is optimized across the border between the two calls. */
function derivePullback(primal: IrFunction, inputs: readonly number[], name: string, options: PipelineOptions): IrFunction {
  const step = stepper(name, options);
  const between = (pass: string, fn: IrFunction): IrFunction => optimize(step(pass, fn), optimizeOptions(name, options));
  const { disabled } = options;
  const product = between('reverse', buildVjp(primal, { inputs, seeds: 'parameters', withValues: true, late: true, disabled }));
  return buildPullback(between('settle', settle(primal)), between('settle', settle(product)));
}

/** What the doc comment says of points where the derivative is a choice: the kinks on the way from the inputs to the outputs. */
function kinksOf(fn: IrFunction, inputs: readonly number[]): readonly string[] {
  const params = inputs.map((at) => fn.body.params[at] as ValueId);
  const activity = analyzeActivity(fn, analyzeMemory(fn), params, fn.body.yields);
  const notes = new Set<string>();
  const constants = new Map<ValueId, ConstantValue>();
  walkFunction(fn, (op) => {
    if (op.kind === 'const') constants.set(op.out, op.value);
    if (op.kind !== 'prim' || !activity.isActiveNumber(op.out) || isSmoothPower(op, constants)) return;
    const rule = ruleOf(op.prim);
    if (rule.kind === 'smooth' && rule.kinkNote !== undefined) notes.add(rule.kinkNote);
  });
  return [...notes];
}

/** A power with a constant exponent that is not between 0 and 1 has no kink. */
function isSmoothPower({ prim, args }: PrimOp, constants: ReadonlyMap<ValueId, ConstantValue>): boolean {
  const exponent = constants.get(args[1] as ValueId);
  return (prim === 'pow' || prim === 'Math.pow') && typeof exponent === 'number' && !(exponent > 0 && exponent < 1);
}

/** Functions that the verifier has seen: most passes give back what they were given. */
const verified = new WeakSet<IrFunction>();

/** Reports a step to whoever watches, and checks what it left. */
function stepper(name: string, options: PipelineOptions) {
  return (pass: string, fn: IrFunction, marked?: MarkedFunction): IrFunction => {
    options.onStep?.(pass, fn, name);
    if (!options.checkIr || verified.has(fn)) return fn;
    const problems = checkFunction(fn, marked?.program);
    if (problems.length > 0) throw new InternalError(`pass "${pass}" broke the IR of ${name}: ${problems.join('; ')}`);
    verified.add(fn);
    return fn;
  };
}

function optimizeOptions(name: string, options: PipelineOptions) {
  const step = stepper(name, options);
  return { ...(options.disabled && { disabled: options.disabled }), after: (pass: string, fn: IrFunction) => void step(pass, fn) };
}
