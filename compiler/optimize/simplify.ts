/**
 * Local rewrites: the lists of `rules-*.ts`, run to a fixed point with fuel.
 *   In:      checked IR.      Out: no operation that a rule matches, as far as the fuel goes.
 *   Example: dx += mulz(seed, 1) * -r   →   dx -= seed * r
 *   Never:   changes a bit of an exact value; puts undefined (a load that missed) where NaN could be seen by somebody.
 */

import { primType } from '../ir/build.ts';
import { scalarConstant } from '../ir/constants.ts';
import type { IrFunction, Op, PrimName, PrimOp, Region, Type, ValueId } from '../ir/types.ts';
import { outsOf } from '../ir/walk.ts';
import { exposedValues } from './exposure.ts';
import { countUses, fits, fixedPoint } from './facts.ts';
import { isSmallInteger } from './length-guard.ts';
import { certainNumbers, isCertainlyFinite, isCertainlyNumber, isCertainlyPositive } from './number-facts.ts';
import type { Pass } from './pass.ts';
import type { Rebuild } from './rebuild.ts';
import { rebuildFunction } from './rebuild.ts';
import type { RewriteRule, Rewriting, RuleContext } from './rewrite-rule.ts';
import { arithmeticRules } from './rules-arithmetic.ts';
import { likeTermRules } from './rules-like-terms.ts';
import { logicRules } from './rules-logic.ts';
import { powerRules } from './rules-power.ts';
import { analyzeSignAbsorption } from './sign-absorption.ts';
import { simplifyStructure } from './simplify-structure.ts';

const fuel = 12;

export const rewriteRules: readonly RewriteRule[] = [...logicRules, ...powerRules, ...likeTermRules, ...arithmeticRules];

const rulesOfPrim = new Map<PrimName, readonly RewriteRule[]>();
for (const rule of rewriteRules) for (const prim of rule.prims) rulesOfPrim.set(prim, [...(rulesOfPrim.get(prim) ?? []), rule]);

export const simplify: Pass = {
  name: 'simplify',
  summary: 'rewrite operations by local rules: x * 1, -(-x), double negation, powers, strong zeros that are idle',
  run: (fn) => fixedPoint(fn, fuel, (at) => simplifyStructure(simplifyPrims(at))),
};

/** What one sweep knows: the operations so far and the region of each. */
interface Sweep {
  readonly definitions: Map<ValueId, Op>;
  readonly regionOf: Map<ValueId, Region>;
  readonly regions: Region[];
  readonly uses: Map<ValueId, number>;
  readonly exposed: ReadonlySet<ValueId>;
  readonly certain: ReadonlySet<ValueId>;
  readonly absorbsSign: (id: ValueId) => boolean;
}

function simplifyPrims(fn: IrFunction): IrFunction {
  const sweep: Sweep = {
    definitions: new Map(),
    regionOf: new Map(),
    regions: [],
    uses: countUses(fn),
    exposed: exposedValues(fn),
    certain: certainNumbers(fn),
    absorbsSign: analyzeSignAbsorption(fn),
  };
  return rebuildFunction(fn, {
    enterRegion: (region) => void sweep.regions.push(region),
    leaveRegion: () => void sweep.regions.pop(),
    rewrite(op, cx) {
      const result = op.kind === 'prim' ? rewritePrim(op, sweep, cx) : undefined;
      for (const left of result ?? [op]) noteDefinition(left, sweep);
      return result;
    },
  });
}

function noteDefinition(op: Op, sweep: Sweep): void {
  const region = sweep.regions.at(-1);
  for (const out of outsOf(op)) {
    sweep.definitions.set(out, op);
    if (region) sweep.regionOf.set(out, region);
  }
}

function rewritePrim(op: PrimOp, sweep: Sweep, cx: Rebuild): readonly Op[] | undefined {
  const rules = rulesOfPrim.get(op.prim);
  if (!rules) return undefined;
  const emitted: Op[] = [];
  const context = createRuleContext(op, sweep, cx, emitted);
  for (const rule of rules) {
    const rewriting = rule.apply(op, context);
    const result = rewriting === undefined ? undefined : applyRewriting(op, rewriting, emitted, sweep, cx);
    if (result) return result;
    emitted.length = 0;
  }
  return undefined;
}

function applyRewriting(
  op: PrimOp,
  rewriting: NonNullable<Rewriting>,
  emitted: readonly Op[],
  sweep: Sweep,
  cx: Rebuild,
): readonly Op[] | undefined {
  if (typeof rewriting === 'object') {
    const next: PrimOp = { ...op, ...rewriting };
    return fits(typeOfPrim(next, cx), cx.values[op.out]?.type) ? [...emitted, next] : undefined;
  }
  const facts = { definitions: sweep.definitions, values: cx.values, certain: sweep.certain };
  const fresh = emitted.some((made) => outsOf(made).includes(rewriting));
  const harmless = fresh || !sweep.exposed.has(op.out) || isCertainlyNumber(facts, rewriting);
  if (!harmless || !fits(cx.values[rewriting]?.type, cx.values[op.out]?.type)) return undefined;
  cx.replace(op.out, rewriting);
  sweep.uses.set(rewriting, (sweep.uses.get(rewriting) ?? 0) + (sweep.uses.get(op.out) ?? 1));
  return [...emitted];
}

function typeOfPrim(op: PrimOp, cx: Rebuild): Type {
  return primType(
    op.prim,
    op.args.map((arg) => cx.values[arg]?.type ?? { kind: 'real' }),
  );
}

function createRuleContext(op: PrimOp, sweep: Sweep, cx: Rebuild, emitted: Op[]): RuleContext {
  const { definitions } = sweep;
  const define = (type: Type): ValueId => cx.define({ type, exact: cx.values[op.out]?.exact ?? false });
  const constant = (id: ValueId): number | boolean | undefined => scalarConstant(definitions.get(id));
  return {
    definition: (id) => definitions.get(id),
    constant,
    isRelaxed: (id) => cx.values[id]?.exact === false,
    isPrivate: (id) => (sweep.uses.get(id) ?? 1) === 1 && sweep.regionOf.get(id) === sweep.regions.at(-1),
    absorbsSign: sweep.absorbsSign,
    isFinite: (id) => isCertainlyFinite(definitions, id),
    isPositive: (id) => isCertainlyPositive(definitions, id),
    isInteger: (id) => cx.values[id]?.type.kind === 'int' && !isNumberOfReal(definitions.get(id), cx),
    isSmallInteger: (id) => isSmallInteger(id, (each) => definitions.get(each)),
    emit(prim, args) {
      const out = define(
        primType(
          prim,
          args.map((arg) => cx.values[arg]?.type ?? { kind: 'real' }),
        ),
      );
      emitted.push({ kind: 'prim', prim, args, out, origin: op.origin });
      return out;
    },
    flag(value) {
      const out = define({ kind: 'bool' });
      emitted.push({ kind: 'const', value, out, origin: op.origin });
      return out;
    },
    number(value) {
      const whole = Number.isInteger(value) && !Object.is(value, -0);
      const out = define(whole ? { kind: 'int' } : { kind: 'real' });
      emitted.push({ kind: 'const', value, out, origin: op.origin });
      return out;
    },
  };
}

/** `+x` of a real is typed int, but is not one. */
function isNumberOfReal(op: Op | undefined, { values }: Rebuild): boolean {
  return op?.kind === 'prim' && op.prim === 'toNumber' && values[op.args[0] as ValueId]?.type.kind === 'real';
}
