/** Where gradients go: checks before anything is written, the memory of each, and what the function hands back. */
import type { Origin } from '../diagnostics/origin.ts';
import type { BufferOp, ResultInfo, ValueId } from '../ir/types.ts';
import { outside } from './memory-classes.ts';
import type { GradientEntry, Parameter, Plan } from './signature.ts';
import { resultsOf } from './signature.ts';
import type { Expr, Stmt, Variable } from './syntax.ts';
import { call, method, read, text } from './syntax.ts';

/** How each array of the gradient gets its memory. */
export interface Results {
  /** Checks of what the caller supplies, before anything else. */
  readonly checks: readonly Stmt[];
  buffer(op: BufferOp, like: Expr): Expr | Variable;
  seedCheck(seed: ValueId, length: Expr): Stmt | undefined;
  finish(values: readonly Expr[]): readonly Stmt[];
}

interface Making {
  readonly plan: Plan;
  readonly origin: Origin;
  readonly results: readonly ResultInfo[];
  /** Slots whose IR value is the buffer of that slot, of the storage of the result: written in place. */
  readonly inPlace: ReadonlySet<number>;
}

export function planResults(plan: Plan): Results {
  const making: Making = { plan, origin: plan.derived.ir.origin, results: plan.derived.ir.results, inPlace: slotsInPlace(plan) };
  return {
    checks: [...aliasChecks(making), ...lengthChecks(making), ...bufferChecks(making)],
    buffer: (op, like) => bufferExpr(op, like, making),
    seedCheck: (seed, length) => seedCheck(seed, length, making),
    finish: (values) => finish(values, making),
  };
}

function slotsInPlace({ derived, gradients }: Plan): Set<number> {
  const { ir } = derived;
  const yields = ir.body.yields.filter((_, at) => ir.results[at]?.kind === 'gradient');
  const slots = new Set<number>();
  for (const op of ir.body.ops) {
    if (op.kind !== 'buffer' || op.slot === undefined || yields[op.slot] !== op.out) continue;
    const type = ir.values[op.out]?.type;
    if (type?.kind === 'array' && type.storage === gradients[op.slot]?.storage) slots.add(op.slot);
  }
  return slots;
}

const check = (name: string, args: readonly Expr[], origin: Origin): Stmt => ({
  kind: 'effect',
  value: call(name, args, false),
  writes: [],
  origin,
});

/** Views that overlap in part are refused where f writes one of them. */
function aliasChecks({ plan, origin }: Making): Stmt[] {
  const { params } = plan.derived.of.signature;
  const isTyped = (at: number): boolean => {
    const shape = params[at]?.shape;
    return shape?.kind === 'array' && shape.storage !== 'list';
  };
  const written = plan.derived.of.program.main.results.flatMap(({ kind, param }) =>
    kind === 'written' && param !== undefined ? [param] : [],
  );
  return written.filter(isTyped).flatMap((at) => {
    const others = params.flatMap((_, other) => (other !== at && isTyped(other) ? [variableAt(other, plan)] : []));
    return others.length === 0 ? [] : [check('checkAliases', [variableAt(at, plan), ...others], origin)];
  });
}

const variableAt = (at: number, plan: Plan): Expr => read((plan.primals[at] as Parameter).variable);

/** Tangents are as long as what they belong to; so are the seeds of written parameters. */
function lengthChecks({ plan, origin }: Making): Stmt[] {
  const { derived } = plan;
  const roles = derived.ir.params.filter(({ role }) => role !== 'primal').map(({ role }) => role);
  const written = derived.of.program.main.results.filter(({ kind }) => kind === 'written');
  const firstWritten = plan.extra.length - written.length;
  return plan.extra.flatMap(({ variable, type }, i) => {
    if (type === 'number') return [];
    const at = roles[i] === 'tangent' ? derived.inputs[i] : written[i - firstWritten]?.param;
    if (at === undefined) return [];
    const length: Expr = { kind: 'length', array: variableAt(at, plan), memory: undefined };
    return [check('checkSeed', [read(variable), length, text(JSON.stringify(variable.hints[0]))], origin)];
  });
}

/** The seed of what f returns: how long that is shows where the seed is added to its adjoint. */
function seedCheck(seed: ValueId, length: Expr, { plan, origin }: Making): Stmt | undefined {
  const { ir, of } = plan.derived;
  const seeds = ir.params.filter(({ role }) => role !== 'primal');
  const at = seeds.findIndex(({ id, role }) => id === seed && role === 'seed');
  const written = of.program.main.results.filter(({ kind }) => kind === 'written').length;
  const parameter = plan.extra[at];
  if (!parameter || at >= seeds.length - written) return undefined;
  return check('checkSeed', [read(parameter.variable), length, text(JSON.stringify(parameter.variable.hints[0]))], origin);
}

/** The other arrays that results must not overlap. */
function inputArrays({ plan }: Making, at: number): Expr[] {
  const { params } = plan.derived.of.signature;
  const own = params.flatMap(({ shape }, i) => (i !== at && shape.kind === 'array' ? [variableAt(i, plan)] : []));
  return [...own, ...plan.extra.filter(({ type }) => type !== 'number').map(({ variable }) => read(variable))];
}

/** Several buffers of the caller's are all checked before one is written; a single one is checked where it is made. */
function bufferChecks(making: Making): Stmt[] {
  const { plan, origin } = making;
  const arrays = plan.gradients.flatMap((gradient, slot) => (gradient.storage ? [{ gradient, slot }] : []));
  const checkOf = ({ gradient, slot }: { gradient: GradientEntry; slot: number }, i: number): Stmt => {
    const later = arrays.slice(i + 1).map((other) => suppliedBy(other.slot, making));
    return check(
      'checkOut',
      [suppliedBy(slot, making), variableAt(gradient.at, plan), ...inputArrays(making, gradient.at), ...later],
      origin,
    );
  };
  if (plan.buffers.length > 0) return arrays.map(checkOf);
  if (!plan.out || !needsCheck(making)) return [];
  const test: Expr = { kind: 'binary', operator: '!==', left: read(plan.out.variable), right: text('undefined') };
  return [{ kind: 'if', test, then: arrays.map(checkOf), otherwise: [], origin }];
}

const needsCheck = ({ plan, inPlace }: Making): boolean => !(plan.gradients.length === 1 && inPlace.has(0));

/** The array that the caller supplies for a slot, where it supplies one. */
function suppliedBy(slot: number, { plan }: Making): Expr {
  const own = plan.buffers[slot];
  if (own) return read(own.variable);
  const out = plan.out?.variable as Variable;
  return plan.gradients.length === 1 ? read(out) : text(`${out.hints[0]}[${slot}]`);
}

function bufferExpr(op: BufferOp, like: Expr, making: Making): Expr | Variable {
  const { plan, inPlace } = making;
  const gradient = op.slot === undefined ? undefined : plan.gradients[op.slot];
  if (!gradient || op.slot === undefined || !inPlace.has(op.slot)) return call('gradientBuffer', [like], false);
  const own = plan.buffers[op.slot];
  if (own) return own.variable;
  const maker = gradient.storage === 'list' ? 'gradientList' : 'gradientBuffer';
  if (!plan.out) return call(maker, [like], false);
  if (plan.gradients.length === 1) return call(maker, [like, read(plan.out.variable), ...inputArrays(making, gradient.at)], false);
  return call(maker, [like, text(`${plan.out.variable.hints[0]}?.[${op.slot}]`)], false);
}

function finish(values: readonly Expr[], making: Making): readonly Stmt[] {
  const { plan, origin, results } = making;
  const { kind } = plan.derived;
  const gradients = values.filter((_, at) => results[at]?.kind === 'gradient');
  const value = tupleOf(resultsOf(plan.derived, 'returned', 'written').map(({ at }) => values[at] as Expr));
  const give = (expr: Expr | undefined): Stmt => ({ kind: 'return', value: expr, origin });
  switch (kind) {
    case 'grad':
    case 'vjp':
      return finishGradient(gradients, making);
    case 'valueAndGradInto':
      return [...fillSupplied(gradients, making), give(value)];
    case 'valueAndGrad':
      return finishBoth(value, gradients, making);
    case 'jvp': {
      const tangent = tupleOf(resultsOf(plan.derived, 'tangent').map(({ at }) => values[at] as Expr));
      return [
        give({
          kind: 'object',
          fields: [
            ['value', value ?? text('undefined')],
            ['tangent', tangent ?? text('undefined')],
          ],
        }),
      ];
    }
    default:
      return [give(value)];
  }
}

function tupleOf(elements: readonly Expr[]): Expr | undefined {
  return elements.length > 1 ? { kind: 'list', elements } : elements[0];
}

/** Gradients that were not computed in the caller's memory are put there. */
function fillSupplied(gradients: readonly Expr[], making: Making): Stmt[] {
  return making.plan.gradients.flatMap(({ storage }, slot): Stmt[] => {
    if (!storage || making.inPlace.has(slot)) return [];
    return [copyInto(suppliedBy(slot, making), gradients[slot] as Expr, storage, making.origin)];
  });
}

function copyInto(to: Expr, from: Expr, storage: string, origin: Origin): Stmt {
  const value = storage === 'list' ? call('Object.assign', [to, from], false) : method(to, 'set', [from]);
  return { kind: 'effect', value, writes: [outside], origin };
}

function finishGradient(gradients: readonly Expr[], making: Making): Stmt[] {
  const { plan, origin, inPlace } = making;
  const give = (expr: Expr | undefined): Stmt => ({ kind: 'return', value: expr, origin });
  const [only, out] = [plan.gradients.length === 1, plan.out?.variable];
  const isRounded = plan.gradients[0]?.storage === 'f32';
  if (out && only && isRounded) return [give(call('toFloat32', [gradients[0] as Expr, read(out)], false))];
  const fresh = tupleOf(
    gradients.map((gradient, slot) => (plan.gradients[slot]?.storage === 'f32' ? call('toFloat32', [gradient], false) : gradient)),
  );
  if (!out || (only && inPlace.has(0))) return [give(fresh)];
  const test: Expr = { kind: 'binary', operator: '===', left: read(out), right: text('undefined') };
  const numbers = gradients.flatMap((value, slot): Stmt[] => {
    if (plan.gradients[slot]?.storage) return [];
    return [{ kind: 'store', array: read(out), index: { kind: 'number', value: slot }, operator: '=', value, memory: outside, origin }];
  });
  const filled = [...fillSupplied(gradients, making), ...numbers];
  if (filled.length === 0 && fresh) return [give({ kind: 'binary', operator: '??', left: read(out), right: fresh })];
  return [{ kind: 'if', test, then: [give(fresh)], otherwise: [], origin }, ...filled, give(read(out))];
}

function finishBoth(value: Expr | undefined, gradients: readonly Expr[], making: Making): Stmt[] {
  const statements = finishGradient(gradients, making);
  const wrap = (grad: Expr | undefined): Expr => ({
    kind: 'object',
    fields: [
      ['value', value ?? text('undefined')],
      ['grad', grad ?? text('undefined')],
    ],
  });
  for (const statement of statements) {
    if (statement.kind === 'return') statement.value = wrap(statement.value);
    if (statement.kind === 'if') for (const inner of statement.then) if (inner.kind === 'return') inner.value = wrap(inner.value);
  }
  return statements;
}
