/** The steps from a marked function to its derivatives: the only file that sees every stage. */

import { analyzeActivity } from './analysis/activity.ts';
import { analyzeMemory } from './analysis/memory.ts';
import { messages } from './diagnostics/catalog.ts';
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import { InternalError } from './diagnostics/internal.ts';
import { infoOf } from './ir/build.ts';
import { checkFunction } from './ir/check.ts';
import { isDifferentiableType } from './ir/memory-types.ts';
import type { DerivedFunction, Mark, MarkedFunction } from './ir/program.ts';
import type { ConstantValue, IrFunction, PrimOp, ResultInfo, ValueId } from './ir/types.ts';
import { walkFunction } from './ir/walk.ts';
import { inlineProgram, optimize } from './optimize/index.ts';
import { ruleOf } from './rules/index.ts';
import { copyWritten } from './transform/copy-written.ts';
import { buildProduct, type Product } from './transform/products.ts';

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
  return { functions: marked.marks.flatMap((mark) => deriveMark(marked, mark, primal, options)), diagnostics: [] };
}

/** The function itself, ready to be differentiated: without calls, written arguments copied. */
export function preparePrimal(marked: MarkedFunction, options: PipelineOptions): IrFunction | Diagnostic {
  const step = stepper(marked.name, options);
  step('lower', marked.program.main, marked);
  const inlined = inlineProgram(marked.program);
  if (inlined.kind === 'exceeded') return messages.tooLarge(marked.at, inlined.callee, inlined.operations);
  const copied = copyWritten(step('inline', inlined.fn)).fn;
  const fn = step('copy-written', withoutInactiveOutputs(marked, copied));
  return optimize(fn, optimizeOptions(marked.name, options));
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
  const derived = (kind: DerivedFunction['kind'] & Product, suffix: string): DerivedFunction => {
    const name = nameFor(marked, mark, suffix);
    const step = stepper(name, options);
    const between = (pass: string, fn: IrFunction): IrFunction => optimize(step(pass, fn), optimizeOptions(name, options));
    const ir = between(kind === 'jvp' ? 'forward' : 'reverse', buildProduct(primal, kind, inputs, between));
    return { name, kind, of: marked, inputs, ir, kinks: kinksOf(primal, inputs) };
  };
  if (mark.tag === 'jvp') return [derived('jvp', 'Jvp')];
  if (mark.tag === 'vjp') return [derived('vjp', 'Vjp')];
  const grad = derived('grad', 'Grad');
  const valueAndGrad = derived('valueAndGrad', 'ValueAndGrad');
  const allArrays = inputs.every((at) => infoOf(primal.values, primal.body.params[at] as ValueId).type.kind === 'array');
  const into: DerivedFunction = { ...valueAndGrad, kind: 'valueAndGradInto', name: nameFor(marked, mark, 'ValueAndGradInto') };
  return [grad, valueAndGrad, ...(allArrays ? [into] : [])];
}

/** `lossGrad`; with `@grad x as slope`: `slope`, `slopeValueAndGrad`, `slopeValueAndGradInto`. */
function nameFor(marked: MarkedFunction, mark: Mark, suffix: string): string {
  if (mark.as === undefined) return `${marked.name}${suffix}`;
  return suffix === 'Grad' || suffix === 'Vjp' || suffix === 'Jvp' ? mark.as : `${mark.as}${suffix}`;
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

/** Reports a step to whoever watches, and checks what it left. */
function stepper(name: string, options: PipelineOptions) {
  return (pass: string, fn: IrFunction, marked?: MarkedFunction): IrFunction => {
    options.onStep?.(pass, fn, name);
    if (!options.checkIr) return fn;
    const problems = checkFunction(fn, marked?.program);
    if (problems.length > 0) throw new InternalError(`pass "${pass}" broke the IR of ${name}: ${problems.join('; ')}`);
    return fn;
  };
}

function optimizeOptions(name: string, options: PipelineOptions) {
  const step = stepper(name, options);
  return { ...(options.disabled && { disabled: options.disabled }), after: (pass: string, fn: IrFunction) => void step(pass, fn) };
}
