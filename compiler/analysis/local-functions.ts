/** Local functions: which body a call runs, and what goes in and comes out. */
import type { CustomRule, FunctionsOp, IrFunction, Op, Region, ValueId } from '../ir/types.ts';
import { walkRegion } from '../ir/walk.ts';
import type { Definitions, Place } from './definitions.ts';

/** The bodies of a function's local functions, which stand at its top level. */
export function localBodies(fn: IrFunction): ReadonlyMap<ValueId, Region> {
  const bodies = new Map<ValueId, Region>();
  for (const { outs, bodies: regions } of functionsOf(fn)) outs.forEach((out, at) => void bodies.set(out, regions[at] as Region));
  return bodies;
}

export function functionsOf(fn: IrFunction): readonly FunctionsOp[] {
  return fn.body.ops.filter((op): op is FunctionsOp => op.kind === 'functions');
}

/** The local functions that the user gives the derivatives of, and their rules. */
export function ruledFunctions(fn: IrFunction): ReadonlyMap<ValueId, CustomRule> {
  const ruled = new Map<ValueId, CustomRule>();
  for (const { outs, keys = [] } of functionsOf(fn)) {
    outs.forEach((out, at) => {
      const rule = fn.rules?.get(keys[at] ?? '');
      if (rule) ruled.set(out, rule);
    });
  }
  return ruled;
}

/** What flows through calls of these: from every input to every result. */
export function ruledFlows(fn: IrFunction): readonly (readonly [ValueId, ValueId])[] {
  const ruled = ruledFunctions(fn);
  const flows: (readonly [ValueId, ValueId])[] = [];
  if (ruled.size > 0)
    walkRegion(fn.body, (op) => {
      const rule = op.kind === 'apply' ? ruled.get(op.callee) : undefined;
      if (op.kind !== 'apply' || !rule) return;
      for (const from of rule.inputs) for (const to of rule.outputs) flows.push([op.args[from] as ValueId, op.outs[to] as ValueId]);
    });
  return flows;
}

/** The same as {@link callMoves} without the calls of functions with rules: nobody looks into these. */
export function openCallMoves(fn: IrFunction): readonly (readonly [ValueId, ValueId])[] {
  const ruled = ruledFunctions(fn);
  return callMoves(fn, (callee) => !ruled.has(callee));
}

/** Pairs of values that calls of local functions make one, in the direction in which values move: arguments in, results out. */
export function callMoves(fn: IrFunction, counts: (callee: ValueId) => boolean = () => true): readonly (readonly [ValueId, ValueId])[] {
  const bodies = localBodies(fn);
  if (bodies.size === 0) return [];
  const moves: (readonly [ValueId, ValueId])[] = [];
  walkRegion(fn.body, (op) => {
    const body = op.kind === 'apply' ? bodies.get(op.callee) : undefined;
    if (op.kind !== 'apply' || !body || !counts(op.callee)) return;
    op.args.forEach((arg, i) => void moves.push([arg, body.params[i] as ValueId]));
    op.outs.forEach((out, i) => void moves.push([body.yields[i] as ValueId, out]));
  });
  return moves;
}

/** The body of the local function that an operation stands in. It may run whenever a local function is called. */
export function localFunctionAround(op: Op, definitions: Definitions): Place | undefined {
  let at: Place | undefined = definitions.placeOfOp(op);
  while (at && at.owner?.kind !== 'functions') at = at.parent;
  return at;
}
