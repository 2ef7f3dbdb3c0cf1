/** Where gradients go: checks before anything is written, the memory of each, and what the function hands back. */
import type { Origin } from '../diagnostics/origin.ts';
import { infoOf } from '../ir/build.ts';
import { shadowType, tangentType } from '../ir/memory-types.ts';
import type { BufferOp, NumbersType, ValueId } from '../ir/types.ts';
import { convert, type DeepContext, transfer } from './deep.ts';
import type { Surroundings } from './lowering.ts';
import { isMatrix, planMatrix } from './matrices.ts';
import { outside } from './memory-classes.ts';
import { bufferChecks, inputArrays, meetsNested, suppliedBy, zeroNested } from './output-checks.ts';
import { aliasChecks, lengthChecks, type Making, seedCheck } from './result-checks.ts';
import type { Plan } from './signature.ts';
import { resultsOf } from './signature.ts';
import type { Expr, Stmt, Variable } from './syntax.ts';
import { binary, call, method, read, setToZero, text } from './syntax.ts';
import { holdsFloat32, isNested } from './tangents.ts';

/** How each array of the gradient gets its memory. */
export interface Results {
  /** Checks of what the caller supplies, before anything else. */
  readonly checks: readonly Stmt[];
  buffer(op: BufferOp, like: Expr, zeros: Expr | undefined): Expr | Variable;
  /** The memory of a result that belongs to no parameter. */
  readonly result?: Surroundings['result'];
  /** Is the memory that the caller supplies zero already? */
  readonly isPrepared: boolean;
  seedCheck(seed: ValueId, value: Expr, like: Expr): Stmt | undefined;
  finish(values: readonly Expr[]): readonly Stmt[];
}

function makingOf(plan: Plan): Making {
  const { origin, results } = plan.derived.ir;
  return { plan, origin, results, inPlace: slotsInPlace(plan) };
}

/** What an Into function does before the work: the buffers are checked, and zeroed where the work adds to them. */
export function prepareBuffers(plan: Plan): readonly Stmt[] {
  const making = makingOf(plan);
  const cleared = plan.gradients.flatMap((gradient, slot): Stmt[] => {
    const memory = plan.buffers[slot]?.variable;
    if (!memory || !making.inPlace.has(slot)) return [];
    if (isNested(gradient.shape)) return zeroNested(slot, making);
    return [{ kind: 'effect', value: setToZero(read(memory)), writes: [], origin: making.origin }];
  });
  return [...bufferChecks(making), ...cleared];
}

/** `prepared`: the buffers of Into have gone through {@link prepareBuffers}. */
export function planResults(plan: Plan, prepared: boolean): Results {
  const making = makingOf(plan);
  const matrix = isMatrix(plan.derived) ? planMatrix(making) : undefined;
  const own = matrix ? matrix.checks : prepared ? [] : bufferChecks(making);
  return {
    checks: [...aliasChecks(making), ...lengthChecks(making), ...own],
    ...(matrix && { result: matrix.memory }),
    buffer: (op, like, zeros) => bufferExpr(op, like, zeros, making),
    isPrepared: prepared,
    seedCheck: (seed, value, like) => seedCheck(seed, value, like, making),
    finish: (values) => (matrix ? matrix.finish() : finish(values, making)),
  };
}

function slotsInPlace({ derived, gradients }: Plan): Set<number> {
  const { ir } = derived;
  const yields = ir.body.yields.filter((_, at) => ir.results[at]?.kind === 'gradient');
  const slots = new Set<number>();
  for (const op of ir.body.ops) {
    if (op.kind !== 'buffer' || op.slot === undefined || yields[op.slot] !== op.out) continue;
    const type = ir.values[op.out]?.type;
    const gradient = gradients[op.slot];
    if (!gradient || type?.kind !== 'array' || type.storage !== gradient.storage) continue;
    if (!isNested(gradient.shape) || !holdsFloat32(gradient.shape)) slots.add(op.slot);
  }
  return slots;
}

function bufferExpr(op: BufferOp, like: Expr, zeros: Expr | undefined, making: Making): Expr | Variable {
  const { plan, inPlace } = making;
  const gradient = op.slot === undefined ? undefined : plan.gradients[op.slot];
  if (!gradient || op.slot === undefined || !inPlace.has(op.slot)) return zeros ?? call('gradientBuffer', [like], false);
  const own = plan.buffers[op.slot];
  if (own) return own.variable;
  if (zeros) {
    if (!plan.out) return zeros;
    const supplied = plan.gradients.length === 1 ? read(plan.out.variable) : text(`${plan.out.variable.hints[0]}?.[${op.slot}]`);
    return binary('??', supplied, zeros);
  }
  const maker = gradient.storage === 'list' ? 'gradientList' : 'gradientBuffer';
  if (!plan.out) return call(maker, [like], false);
  const others = meetsNested(making) ? [] : inputArrays(making, gradient.at);
  if (plan.gradients.length === 1) return call(maker, [like, read(plan.out.variable), ...others], false);
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
    case 'hvp':
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
      return [
        give(value !== undefined && plan.derived.of.signature.tuple && value.kind !== 'list' ? { kind: 'list', elements: [value] } : value),
      ];
  }
}

export function tupleOf(elements: readonly Expr[]): Expr | undefined {
  return elements.length > 1 ? { kind: 'list', elements } : elements[0];
}

/** Gradients that were not computed in the caller's memory are put there. */
function fillSupplied(gradients: readonly Expr[], making: Making): Stmt[] {
  return making.plan.gradients.flatMap(({ storage, shape }, slot): Stmt[] => {
    if (!storage || making.inPlace.has(slot)) return [];
    const [to, from] = [suppliedBy(slot, making), gradients[slot] as Expr];
    return isNested(shape) ? fillNested(slot, to, from, making) : [copyInto(to, from, storage, making.origin)];
  });
}

function fillNested(slot: number, to: Expr, from: Expr, { plan, results, origin }: Making): Stmt[] {
  const at = results.findIndex((_, i) => results.slice(0, i + 1).filter(({ kind }) => kind === 'gradient').length === slot + 1);
  const type = tangentType(infoOf(plan.derived.ir.values, plan.derived.ir.body.yields[at] as ValueId).type);
  const whole = (target: Expr, source: Expr, { storage }: NumbersType): Stmt => copyInto(target, source, storage, origin);
  return transfer(type, to, from, { operator: '=', whole }, deepContext(origin));
}

const deepContext = (origin: Origin): DeepContext => ({
  variable: (type, hints, bound) => ({ id: -1, type, hints, fixed: false, named: false, integer: type === 'number', bound }),
  memory: () => outside,
  origin,
});

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
  const fresh = tupleOf(gradients.map((gradient, slot) => handedOut(gradient, slot, making)));
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

/** Float32 arrays are rounded when they are handed out. */
function handedOut(gradient: Expr, slot: number, { plan, origin, inPlace }: Making): Expr {
  const entry = plan.gradients[slot];
  if (entry?.storage === 'f32') return call('toFloat32', [gradient], false);
  if (!entry || !isNested(entry.shape) || inPlace.has(slot) || !holdsFloat32(entry.shape)) return gradient;
  const { ir } = plan.derived;
  const type = infoOf(ir.values, ir.params[entry.at]?.id as ValueId).type;
  return convert(shadowType(type), tangentType(type), gradient, deepContext(origin));
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
