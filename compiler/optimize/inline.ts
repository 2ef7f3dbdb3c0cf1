/**
 * Inlining: a program becomes one function without calls.
 *   In:      checked IR without recursion.      Out: each `call` is the callee's body with values of its own, its parameters the arguments.
 *   Example: y = call square x   →   y = mul x x
 *   Never:   renames what the user named; copies memory (a callee writes its caller's arrays).
 */
import { InternalError } from '../diagnostics/internal.ts';
import type { CallOp, IrFunction, IrProgram, Op, Region, ValueId, ValueInfo } from '../ir/types.ts';
import type { Renaming } from '../ir/walk.ts';
import { renameOp } from '../ir/walk.ts';
import { adoptHint, renameOperands, withRegions } from './rebuild.ts';

/** How far inlining may go. */
export interface InlineBudget {
  /** Operations of the resulting function. */
  readonly operations: number;
}

export type Inlined =
  | { readonly kind: 'inlined'; readonly fn: IrFunction }
  /** The budget ran out at this call. */
  | { readonly kind: 'exceeded'; readonly callee: string; readonly call: CallOp; readonly operations: number };

export const defaultInlineBudget: InlineBudget = { operations: 50_000 };

/** A function whose calls are gone, and how many operations it has. */
interface Flat {
  readonly fn: IrFunction;
  readonly operations: number;
}

type Exceeded = Extract<Inlined, { kind: 'exceeded' }>;

interface Inlining {
  readonly program: IrProgram;
  readonly budget: InlineBudget;
  readonly flat: Map<string, Flat | Exceeded>;
}

export function inlineProgram(program: IrProgram, budget: InlineBudget = defaultInlineBudget): Inlined {
  const result = flatten(program.main, { program, budget, flat: new Map() });
  return 'fn' in result ? { kind: 'inlined', fn: result.fn } : result;
}

/** One function's copy in the making. */
interface Copy {
  readonly values: ValueInfo[];
  readonly renames: Map<ValueId, ValueId>;
  operations: number;
  exceeded: Exceeded | undefined;
}

function flatten(fn: IrFunction, cx: Inlining): Flat | Exceeded {
  const copy: Copy = { values: [...fn.values], renames: new Map(), operations: 0, exceeded: undefined };
  const body = flattenRegion(fn.body, copy, cx);
  if (copy.exceeded) return copy.exceeded;
  return { fn: { ...fn, body, values: copy.values }, operations: copy.operations };
}

function flattenRegion(region: Region, copy: Copy, cx: Inlining): Region {
  const use = (id: ValueId): ValueId => copy.renames.get(id) ?? id;
  const ops: Op[] = [];
  for (const op of region.ops) {
    if (copy.exceeded) break;
    const named = renameOperands(op, use);
    if (named.kind === 'call') appendCallee(named, ops, copy, cx);
    else ops.push(withRegions(named, (inner) => flattenRegion(inner, copy, cx)));
    copy.operations++;
  }
  return { params: region.params, ops, yields: region.yields.map(use) };
}

function appendCallee(call: CallOp, ops: Op[], copy: Copy, cx: Inlining): void {
  const callee = flatCallee(call.callee, cx);
  if (!('fn' in callee)) {
    copy.exceeded = callee;
    return;
  }
  copy.operations += callee.operations;
  if (copy.operations > cx.budget.operations) {
    copy.exceeded = { kind: 'exceeded', callee: call.callee, call, operations: copy.operations };
    return;
  }
  const renaming = appendValues(callee.fn, call, copy.values);
  for (const op of callee.fn.body.ops) ops.push(renameOp(op, renaming));
  call.outs.forEach((out, i) => {
    const result = callee.fn.body.yields[i];
    if (result === undefined) throw new InternalError(`call of ${call.callee} has more outs than results`);
    copy.renames.set(out, renaming.use(result));
    adoptHint(copy.values, out, renaming.use(result));
  });
}

/** Recursion ends before it begins: it is refused earlier. */
function flatCallee(key: string, cx: Inlining): Flat | Exceeded {
  const known = cx.flat.get(key);
  if (known) return known;
  const callee = cx.program.callees.get(key);
  if (!callee) throw new InternalError(`call of an unknown function ${key}`);
  const result = flatten(callee, cx);
  cx.flat.set(key, result);
  return result;
}

/** The callee's values move behind the caller's; its parameters are the arguments. */
function appendValues(callee: IrFunction, call: CallOp, values: ValueInfo[]): Renaming {
  const offset = values.length;
  for (const info of callee.values) values.push(info);
  const args = new Map(callee.params.map((param, i) => [param.id, call.args[i]]));
  const move = (id: ValueId): ValueId => (id + offset) as ValueId;
  return { use: (id) => args.get(id) ?? move(id), define: move };
}
