/**
 * Rewriting a function operation by operation: the loop that every local pass shares.
 *
 * Operations are visited in order, those of a region before the operation that holds it. What a rule replaces is seen by everything
 * that follows, since a value is defined before it is read.
 */

import type { IrFunction, Op, Region, ValueId, ValueInfo } from '../ir/types.ts';
import { operandsOf, replaceUses, withRegions } from '../ir/walk.ts';

export interface Rebuild {
  /** The table of values; grows with {@link Rebuild.define}. */
  readonly values: ValueInfo[];
  /** What stands for `id` by now. */
  use(id: ValueId): ValueId;
  /** From here on every reader of `from` reads `to`. A name that the user gave to `from` moves to a nameless `to`. */
  replace(from: ValueId, to: ValueId): void;
  /** A new value, for an operation that the rule returns. */
  define(info: ValueInfo): ValueId;
}

export interface RebuildRules {
  /** Called before the regions of an operation are visited, with its operands up to date. */
  enter?(op: Op, cx: Rebuild): void;
  /** Called around the operations of a region, after its parameters are in scope. */
  enterRegion?(region: Region): void;
  leaveRegion?(region: Region): void;
  /** What stands in the place of an operation: undefined keeps it. */
  rewrite(op: Op, cx: Rebuild): readonly Op[] | undefined;
}

/** Returns `fn` itself where no rule changed anything. */
export function rebuildFunction(fn: IrFunction, rules: RebuildRules): IrFunction {
  const cx = createRebuild(fn.values);
  const state = { changed: false };
  const body = rebuildRegion(fn.body, rules, cx, state);
  return state.changed || cx.renamed() ? { ...fn, body, values: cx.values } : fn;
}

/** With whether anything has been replaced yet. */
type Renames = Rebuild & { renamed(): boolean };

function createRebuild(table: readonly ValueInfo[]): Renames {
  const values = [...table];
  const renames = new Map<ValueId, ValueId>();
  const use = (id: ValueId): ValueId => {
    const next = renames.get(id);
    if (next === undefined) return id;
    const last = use(next);
    if (last !== next) renames.set(id, last);
    return last;
  };
  return {
    values,
    use,
    renamed: () => renames.size > 0,
    replace(from, to) {
      renames.set(from, to);
      adoptHint(values, from, to);
    },
    define(info) {
      values.push(info);
      return (values.length - 1) as ValueId;
    },
  };
}

/** A value that stands for another takes its name if it has none. What the user wrote is not called by an adjoint's name. */
export function adoptHint(values: ValueInfo[], from: ValueId, to: ValueId): void {
  const { hint, exact } = values[from] ?? {};
  const info = values[to];
  if (hint !== undefined && info && info.hint === undefined && (exact || !info.exact)) values[to] = { ...info, hint };
}

function rebuildRegion(region: Region, rules: RebuildRules, cx: Renames, state: { changed: boolean }): Region {
  rules.enterRegion?.(region);
  const ops: Op[] = [];
  for (const op of region.ops) {
    const named = cx.renamed() && operandsOf(op).some((id) => cx.use(id) !== id) ? renameOperands(op, cx.use) : op;
    rules.enter?.(named, cx);
    const whole = withRegions(named, (inner) => rebuildRegion(inner, rules, cx, state));
    const result = rules.rewrite(whole, cx);
    if (result) state.changed = true;
    ops.push(...(result ?? [whole]));
  }
  rules.leaveRegion?.(region);
  return { params: region.params, ops, yields: region.yields.map(cx.use) };
}

/** The operation with the values that it reads itself replaced; its regions stay as they are. */
export function renameOperands(op: Op, use: (id: ValueId) => ValueId): Op {
  if (op.kind === 'if') return { ...op, cond: use(op.cond) };
  if (op.kind === 'for') return { ...op, from: use(op.from), to: use(op.to), inits: op.inits.map(use) };
  if (op.kind === 'while') return { ...op, inits: op.inits.map(use) };
  if (op.kind === 'functions') return op;
  return replaceUses(op, use);
}
