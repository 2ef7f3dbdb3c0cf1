/**
 * Derivatives that the user gives, made ready. Where only one of the two is given, the other is its transpose: a vector-Jacobian product is
 * linear in the seeds, so its own derivative with respect to them, at zero, is the Jacobian-vector product, and the reverse.
 */
import { analyzeActivity } from './analysis/activity.ts';
import { ruledFunctions } from './analysis/local-functions.ts';
import { analyzeMemory } from './analysis/memory.ts';
import { invariant } from './diagnostics/internal.ts';
import { createBuilder, infoOf } from './ir/build.ts';
import { tangentType } from './ir/memory-types.ts';
import type { CustomRule, FunctionsOp, GivenRule, IrFunction, IrProgram, Op, Region, ValueId } from './ir/types.ts';
import { renameRegion, walkFunction, withRegions } from './ir/walk.ts';
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

/** What the user gives of one rule, without calls except those of functions with rules. */
interface Given {
  readonly vjp?: IrFunction;
  readonly jvp?: IrFunction;
}

/** A function whose vector-Jacobian product cannot be made of what is given, because that needs it. */
export interface Circular {
  readonly kind: 'circular';
  readonly callee: string;
}

/** Rules in the making: halves that are not given wait until those that they need are there. */
export interface RuleMaker {
  /** Takes what is given of a rule, and makes the halves that can be made by now. */
  add(key: string, program: IrProgram): Exceeded | undefined;
  /** The first rule that could not be made. */
  left(): Circular | undefined;
}

export function createRuleMaker(rules: Map<string, CustomRule>, between: Between): RuleMaker {
  const open = new Map<string, { readonly own: IrFunction; readonly given: Given }>();
  const makeHalves = (): void => {
    for (const [key, { own, given }] of open) {
      if (!complete(key, own, given, rules, between)) continue;
      open.delete(key);
      return makeHalves();
    }
  };
  return {
    add(key, program) {
      const given = prepare(key, program, rules, between);
      if ('kind' in given) return given;
      const { inputs, outputs } = rules.get(key) as CustomRule;
      const halves = { ...(given.vjp && { vjp: withCalls(given.vjp) }), ...(given.jvp && { jvp: withCalls(given.jvp) }) };
      rules.set(key, { ...unmade, ...halves, inputs, outputs });
      if (!given.vjp || !given.jvp) open.set(key, { own: program.callees.get(key) as IrFunction, given });
      makeHalves();
      return undefined;
    },
    left() {
      const first = [...open.values()].find(({ given }) => !given.vjp);
      return first && { kind: 'circular', callee: first.own.name };
    },
  };
}

function prepare(key: string, program: IrProgram, rules: Map<string, CustomRule>, between: Between): Given | Exceeded {
  const names = program.rules?.get(key) as GivenRule;
  const given: { vjp?: IrFunction; jvp?: IrFunction } = {};
  for (const half of ['vjp', 'jvp'] as const) {
    const main = program.callees.get(names[half] ?? '');
    if (!main) continue;
    const inlined = inlineProgram({ ...program, main }, defaultInlineBudget, rules);
    if (inlined.kind === 'exceeded') return inlined;
    given[half] = between('copy-written', copyWritten(inlined.fn).fn);
  }
  return given;
}

/** The other half of a rule; false where that has to wait. */
function complete(key: string, own: IrFunction, given: Given, rules: Map<string, CustomRule>, between: Between): boolean {
  const { inputs, outputs } = rules.get(key) as CustomRule;
  const like: Like = given.vjp ? { kind: 'outputs', at: outputs } : { kind: 'inputs', at: inputs };
  const product = (given.vjp ?? given.jvp) as IrFunction;
  if (needsUnmade(product, linearOf(own, like))) return false;
  const half = given.vjp ? 'jvp' : 'vjp';
  rules.set(key, { ...(rules.get(key) as CustomRule), [half]: withCalls(transpose(key, own, product, like, between)) });
  return true;
}

/** Does the derivative with respect to these parameters need one that is not there yet? */
function needsUnmade(fn: IrFunction, linear: readonly number[]): boolean {
  const waiting = [...ruledFunctions(fn)].filter(([, { vjp }]) => vjp === undefined).map(([id]) => id);
  if (waiting.length === 0) return false;
  const inputs = linear.map((at) => fn.body.params[at] as ValueId);
  const activity = analyzeActivity(fn, analyzeMemory(fn), inputs, fn.body.yields);
  let found = false;
  walkFunction(fn, (op) => {
    found ||= op.kind === 'apply' && waiting.includes(op.callee) && op.outs.some((id) => activity.isActive(id));
  });
  return found;
}

/** What the linear parameters of a product belong to. */
interface Like {
  readonly kind: 'inputs' | 'outputs';
  readonly at: readonly number[];
}

/** They follow the parameters of the function itself. */
const linearOf = (own: IrFunction, like: Like): number[] => like.at.map((_, i) => own.params.length + i);

/** (x.., l..) → L(x)·l becomes (x.., r..) → Lᵀ(x)·r. */
function transpose(key: string, own: IrFunction, product: IrFunction, like: Like, between: Between): IrFunction {
  const count = own.params.length;
  const linear = linearOf(own, like);
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
    if (op.kind !== 'apply') return withRegions(op, inside);
    const callee = keys.get(op.callee);
    invariant(callee !== undefined, 'a rule calls itself');
    return { kind: 'call', callee, args: op.args, outs: op.outs, origin: op.origin };
  };
  const inside = (region: Region): Region => ({ ...region, ops: region.ops.map(named) });
  const ops = fn.body.ops.filter((op) => !ruled.includes(op as FunctionsOp));
  const { rules: _, ...rest } = fn;
  return { ...rest, body: inside({ ...fn.body, ops }) };
}
