/**
 * Inlining: a program becomes one function without calls.
 *   In:      checked IR.      Out: each `call` is the callee's body with values of its own, its parameters the arguments; functions
 *            that call
 *            themselves, directly or not, and those with a derivative of the user's become local functions at the start (`recursion.ts`).
 *   Example: y = call square x   →   y = mul x x
 *   Never:   renames what the user named; copies memory (a callee writes its caller's arrays).
 */
import { InternalError } from '../diagnostics/internal.ts';
import type { CallOp, CustomRule, IrFunction, IrProgram, Op, Region, ValueId, ValueInfo } from '../ir/types.ts';
import { renameOp, withRegions } from '../ir/walk.ts';
import { adoptHint, renameOperands } from './rebuild.ts';
import { appendValues, localFunctions, localGroups } from './recursion.ts';

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
  /** Functions that become local ones: their calls stay for the time being. */
  readonly local: ReadonlySet<string>;
  readonly flat: Map<string, Flat | Exceeded>;
}

/** `rules`: those of the program, made. */
export function inlineProgram(
  program: IrProgram,
  budget: InlineBudget = defaultInlineBudget,
  rules?: ReadonlyMap<string, CustomRule>,
): Inlined {
  const groups = localGroups(program);
  const cx: Inlining = { program, budget, local: new Set(groups.flat()), flat: new Map() };
  const result = flatten(program.main, cx);
  if (!('fn' in result)) return result;
  const bodies = new Map([...cx.local].map((key) => [key, flatCallee(key, cx)] as const));
  const exceeded = [...bodies.values()].find((body): body is Exceeded => !('fn' in body));
  return exceeded ?? { kind: 'inlined', fn: localFunctions(result.fn, groups, (key) => (bodies.get(key) as Flat).fn, rules) };
}

/** One function's copy in the making. */
interface Copy {
  readonly values: ValueInfo[];
  readonly renames: Map<ValueId, ValueId>;
  /** Local functions of callees, and their stacks: they stand at the start. */
  readonly lifted: Op[];
  operations: number;
  exceeded: Exceeded | undefined;
}

function flatten(fn: IrFunction, cx: Inlining): Flat | Exceeded {
  const copy: Copy = { values: [...fn.values], renames: new Map(), lifted: [], operations: 0, exceeded: undefined };
  const body = flattenRegion(fn.body, copy, cx);
  if (copy.exceeded) return copy.exceeded;
  return { fn: { ...fn, body: { ...body, ops: [...copy.lifted, ...body.ops] }, values: copy.values }, operations: copy.operations };
}

function flattenRegion(region: Region, copy: Copy, cx: Inlining): Region {
  const use = (id: ValueId): ValueId => copy.renames.get(id) ?? id;
  const ops: Op[] = [];
  for (const op of region.ops) {
    if (copy.exceeded) break;
    const named = renameOperands(op, use);
    if (named.kind === 'call' && !cx.local.has(named.callee)) appendCallee(named, ops, copy, cx);
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
  const renaming = appendValues(callee.fn, call.args, copy.values);
  const hasFunctions = callee.fn.body.ops.some(({ kind }) => kind === 'functions');
  for (const op of callee.fn.body.ops) {
    // Its stacks are empty whenever it is not running, so one of each is enough.
    const isLifted = hasFunctions && (op.kind === 'functions' || op.kind === 'stack');
    (isLifted ? copy.lifted : ops).push(renameOp(op, renaming));
  }
  call.outs.forEach((out, i) => {
    const result = callee.fn.body.yields[i];
    if (result === undefined) throw new InternalError(`call of ${call.callee} has more outs than results`);
    copy.renames.set(out, renaming.use(result));
    adoptHint(copy.values, out, renaming.use(result));
  });
}

function flatCallee(key: string, cx: Inlining): Flat | Exceeded {
  const known = cx.flat.get(key);
  if (known) return known;
  const callee = cx.program.callees.get(key);
  if (!callee) throw new InternalError(`call of an unknown function ${key}`);
  const result = flatten(callee, cx);
  cx.flat.set(key, result);
  return result;
}
