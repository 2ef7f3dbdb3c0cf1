/**
 * Derivatives that the user gives, made ready. Where only one of the two is given, the other is its transpose: a vector-Jacobian product is
 * linear in the seeds, so its own derivative with respect to them, at zero, is the Jacobian-vector product, and the reverse.
 */
import { invariant } from './diagnostics/internal.ts';
import { createBuilder, infoOf } from './ir/build.ts';
import { tangentType } from './ir/memory-types.ts';
import type { CustomRule, FunctionsOp, GivenRule, IrFunction, IrProgram, Op, Region, ValueId } from './ir/types.ts';
import { renameRegion } from './ir/walk.ts';
import { defaultInlineBudget, type Inlined, inlineProgram } from './optimize/index.ts';
import { copyWritten } from './transform/copy-written.ts';
import { ownBuffers } from './transform/own-buffers.ts';
import type { Between } from './transform/products.ts';
import { buildVjp } from './transform/reverse/index.ts';

type Exceeded = Extract<Inlined, { kind: 'exceeded' }>;

/** The rules of a program before they are made: functions with rules are known as such. */
export function draftRules(program: IrProgram): Map<string, CustomRule> {
  return new Map([...(program.rules ?? [])].map(([key, { inputs, outputs }]) => [key, { ...unmade, inputs, outputs }] as const));
}

const unmade = {} as Pick<CustomRule, 'vjp' | 'jvp'>;

/** Makes one rule; those of the functions that it calls have been made. */
export function makeRule(key: string, program: IrProgram, rules: Map<string, CustomRule>, between: Between): Exceeded | undefined {
  const given = program.rules?.get(key) as GivenRule;
  const own = program.callees.get(key) as IrFunction;
  const prepare = (name: string | undefined): IrFunction | Exceeded | undefined => {
    const main = name === undefined ? undefined : program.callees.get(name);
    if (!main) return undefined;
    const inlined = inlineProgram({ ...program, main }, defaultInlineBudget, rules);
    return inlined.kind === 'exceeded' ? inlined : between('copy-written', copyWritten(inlined.fn).fn);
  };
  const [vjp, jvp] = [prepare(given.vjp), prepare(given.jvp)];
  for (const each of [vjp, jvp]) if (each && 'kind' in each) return each;
  const [back, ahead] = [vjp as IrFunction | undefined, jvp as IrFunction | undefined];
  const transposed = (fn: IrFunction, like: Like): IrFunction => transpose(key, own, fn, like, between);
  rules.set(key, {
    vjp: withCalls(back ?? transposed(ahead as IrFunction, { kind: 'inputs', at: given.inputs })),
    jvp: withCalls(ahead ?? transposed(back as IrFunction, { kind: 'outputs', at: given.outputs })),
    inputs: given.inputs,
    outputs: given.outputs,
  });
  return undefined;
}

/** What the linear parameters of a product belong to. */
interface Like {
  readonly kind: 'inputs' | 'outputs';
  readonly at: readonly number[];
}

/** (x.., l..) → L(x)·l becomes (x.., r..) → Lᵀ(x)·r. */
function transpose(key: string, own: IrFunction, product: IrFunction, like: Like, between: Between): IrFunction {
  const count = own.params.length;
  const linear = like.at.map((_, i) => count + i);
  const results = product.results.map((result, at) => ({
    ...result,
    type: infoOf(product.values, product.body.yields[at] as ValueId).type,
  }));
  const reverse = between('reverse', buildVjp({ ...product, results }, { inputs: linear, seeds: 'parameters', withValues: false }));
  const b = createBuilder(own.origin, reverse.values, false);
  const [arguments_, zeroed, seeds] = [
    reverse.params.slice(0, count),
    reverse.params.slice(count, count + linear.length),
    reverse.params.slice(count + linear.length),
  ];
  const zeros = new Map<ValueId, ValueId>();
  const entry = b.region([], () => {
    const hasMemory = zeroed.some(({ id }) => b.typeOf(id).kind === 'array');
    const outs = own.body.yields.map((id) => b.value(infoOf(own.values, id).type));
    const args = arguments_.map(({ id }) => id);
    if (hasMemory && like.kind === 'outputs') b.push({ kind: 'call', callee: key, args, outs, origin: b.origin });
    zeroed.forEach(({ id }, i) => {
      const of = (like.kind === 'outputs' ? outs : args)[like.at[i] as number] as ValueId;
      const isNumber = b.typeOf(id).kind !== 'array';
      zeros.set(id, isNumber ? b.constant(0) : b.define('buffer', { like: of }, tangentType(b.typeOf(of))));
    });
    return [];
  });
  const body = renameRegion(reverse.body, { use: (id) => zeros.get(id) ?? id, define: (id) => id });
  const params = [...arguments_, ...seeds];
  const ids = params.map(({ id }) => id);
  return { ...reverse, params, values: b.values, body: { ...body, params: ids, ops: [...entry.ops, ...body.ops] } };
}

/** A rule by itself: it hands out no memory of a caller's, and calls functions with rules by their keys. */
function withCalls(given: IrFunction): IrFunction {
  const fn = ownBuffers(given);
  const keys = new Map<ValueId, string>();
  const ruled = fn.body.ops.filter((op): op is FunctionsOp => op.kind === 'functions' && op.keys !== undefined);
  for (const { outs, keys: own = [] } of ruled) outs.forEach((out, at) => void keys.set(out, own[at] as string));
  const named = (op: Op): Op => {
    if (op.kind === 'if') return { ...op, then: inside(op.then), otherwise: inside(op.otherwise) };
    if (op.kind === 'for') return { ...op, body: inside(op.body) };
    if (op.kind === 'while') return { ...op, condition: inside(op.condition), body: inside(op.body) };
    if (op.kind !== 'apply') return op;
    const callee = keys.get(op.callee);
    invariant(callee !== undefined, 'a rule calls itself');
    return { kind: 'call', callee, args: op.args, outs: op.outs, origin: op.origin };
  };
  const inside = (region: Region): Region => ({ ...region, ops: region.ops.map(named) });
  const ops = fn.body.ops.filter((op) => !ruled.includes(op as FunctionsOp));
  const { rules: _, ...rest } = fn;
  return { ...rest, body: inside({ ...fn.body, ops }) };
}
