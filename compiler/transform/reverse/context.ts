/** What building a reverse sweep knows and collects. */

import type { Activity } from '../../analysis/activity.ts';
import type { DearValues } from '../../analysis/dear-values.ts';
import type { Definitions } from '../../analysis/definitions.ts';
import type { Memory } from '../../analysis/memory.ts';
import type { PrivateArrays } from '../../analysis/private-arrays.ts';
import type { Stability } from '../../analysis/stability.ts';
import type { Update } from '../../analysis/updates.ts';
import { adjointOf, type Origin } from '../../diagnostics/origin.ts';
import type { Builder } from '../../ir/build.ts';
import type { CustomRule, ForOp, FunctionsOp, IfOp, IrFunction, Op, Region, SetOp, StoreOp, ValueId, WhileOp } from '../../ir/types.ts';
import { words } from '../../ir/words.ts';
import type { KeptChoice } from './choice.ts';
import type { Facts } from './exits.ts';

export type LoopOp = ForOp | WhileOp;

/** A reverse region and the forward region that it undoes. */
export interface Mirror {
  readonly forward: Region;
  readonly owner: IfOp | LoopOp | FunctionsOp;
  /**
   * `whole`: one per iteration that ran to its end. `partial`: once, for the iteration that left the loop. `activation`: one per call of a
   * local function.
   */
  readonly kind: 'branch' | 'whole' | 'partial' | 'activation';
  readonly reverse: Region;
  /** Forward values that are at hand under another name: the counter of a reversed counted loop, the parameters of a local function. */
  readonly known: ReadonlyMap<ValueId, ValueId>;
  /** Of whole iterations: they may be undone in any order. */
  readonly anyOrder?: boolean;
}

/** What undoes an activation of a local function. */
export interface ReverseFunction {
  readonly out: ValueId;
  /** Positions among the function's results: those that have a seed. */
  readonly seeds: readonly number[];
  /** Positions among its parameters: those whose adjoints it returns. */
  readonly adjoints: readonly number[];
}

/** A loop or branch whose reverse runs inside of it: a loop's iteration by iteration. */
export interface Fused {
  /** What its reverse needs from before, computed ahead of it. */
  readonly before: readonly Op[];
  /** The reverse part of each region, with the adjoints it contributes: one region for a loop, two for an `if`. */
  readonly parts: readonly Region[];
  /** Parameters of the sums that a loop carries; none for an `if`. */
  readonly params: readonly ValueId[];
  /** The adjoints contributed in all. */
  readonly outs: readonly ValueId[];
}

export interface ReverseContext {
  readonly fn: IrFunction;
  readonly b: Builder;
  readonly definitions: Definitions;
  readonly memory: Memory;
  readonly activity: Activity;
  readonly stability: Stability;
  readonly privateArrays: PrivateArrays;
  readonly updates: ReadonlyMap<StoreOp, Update>;
  readonly dearValues: DearValues;
  /** Is there certainly something behind a reference, wherever in the function one asks? */
  readonly isCertain: (reference: ValueId) => boolean;
  readonly counts: Counts;
  /** Loops that do nothing but choose, with their choices. */
  readonly choices: ReadonlyMap<Op, readonly KeptChoice[]>;
  /** Shadows of references that a store or fill replaced, where they are to be put back. */
  readonly replaced: ReadonlyMap<Op, ValueId>;
  /** Shadows by reference. Filled in the forward sweep for memory that moves, region by region in the reverse for the rest. */
  readonly shadows: Map<ValueId, ValueId>;
  /** The derivative's own parameters: seeds. */
  readonly seeds: ReadonlySet<ValueId>;
  readonly mirrors: Mirror[];
  readonly fused: Map<LoopOp | IfOp, Fused>;
  /** By local function: its reverse. Missing: nothing in it carries a derivative. */
  readonly functions: Map<ValueId, ReverseFunction>;
  /** Is a way to save work taken? */
  takes(saving: string): boolean;
  /** Seeds are not known before the forward sweep has ended. */
  readonly late: boolean;
  /** Local functions with rules of the user's. */
  readonly ruled: ReadonlyMap<ValueId, CustomRule>;
  /** By the call of one: its arguments, memory as it was at the call. */
  readonly keptArguments: ReadonlyMap<Op, readonly ValueId[]>;
  /** By definition of local functions: that of their reverses. */
  readonly reversed: Map<FunctionsOp, FunctionsOp>;
  /** Adjoints that a fused operation reads, computed ahead of it. */
  readonly moved: Map<ValueId, LoopOp | IfOp>;
  /** Regions whose values the reverse can use as they are: the body, and those of fused loops and branches. */
  readonly open: Set<Region>;
  /** Shadows that a fused operation needs ahead of it. */
  readonly early: Map<ValueId, LoopOp | IfOp>;
  readonly facts: Facts;
  /** The length of an array as its reverse region may read it. */
  lengthOf(array: ValueId): ValueId;
}

/** Counts that the forward sweep keeps for the reverse one. */
export interface Counts {
  /** Of a `while`: how many iterations began. */
  began(loop: WhileOp): ValueId;
  /** Of a counted loop with exits: the counter in the last iteration that began, `from − step` if none did. */
  last(loop: ForOp): ValueId;
  /** How many elements a `set` moved. */
  moved(op: SetOp): ValueId;
}

/** Runs `write` with new operations attributed to the adjoint of `origin`. */
export function inOrigin<T>(cx: ReverseContext, origin: Origin, write: () => T): T {
  const { b } = cx;
  const outer = b.origin;
  b.origin = adjointOf(origin);
  try {
    return write();
  } finally {
    b.origin = outer;
  }
}

/** The name wished for the adjoint of a value: after its own name, else after what its operation gives. */
export function adjointHint(cx: ReverseContext, id: ValueId): string | undefined {
  const hint = cx.fn.values[id]?.hint;
  if (hint !== undefined) return adjointName(hint);
  if (id >= cx.fn.values.length) return undefined;
  const { op } = cx.definitions.definitionOf(id);
  const word = op?.kind === 'prim' ? words[op.prim] : undefined;
  return word === undefined ? undefined : adjointName(word);
}

/** `dx`, `dk`, `du0` for one letter with optional digits, else `dWeights` (contract §3). */
export function adjointName(name: string): string {
  return /^[a-z]\d*$/.test(name) ? `d${name}` : `d${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
