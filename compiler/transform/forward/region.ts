/** The dispatcher of forward mode: every operation stays, and beside it stands the one that computes its tangent. */
import { InternalError, unreachable } from '../../diagnostics/internal.ts';
import type { Op, Region, ValueId } from '../../ir/types.ts';
import { forwardOfIf } from './branch.ts';
import { type Forward, keepPrimal, type Lane, writeFor } from './context.ts';
import { forwardOfApply, forwardOfFunctions } from './functions.ts';
import { forwardOfFor, forwardOfWhile } from './loop.ts';
import { tangentOfAccess, tangentOfMemory, tangentOfReference } from './memory.ts';
import { tangentOfPrim } from './prim.ts';
import { tangentOfStack } from './stack.ts';

/** A region with its tangents: `params` and `yields` are given because the caller knows which tangents cross. */
export function forwardOfRegion(region: Region, params: readonly ValueId[], yields: () => readonly ValueId[], cx: Forward): Region {
  return cx.b.region(params, () => {
    for (const op of region.ops) forwardOfOp(op, cx);
    return yields();
  });
}

function forwardOfOp(op: Op, cx: Forward): void {
  if (op.kind === 'if') return forwardOfIf(op, cx);
  if (op.kind === 'for') return forwardOfFor(op, cx);
  if (op.kind === 'while') return forwardOfWhile(op, cx);
  if (op.kind === 'functions') return forwardOfFunctions(op, cx);
  if (op.kind === 'apply') return forwardOfApply(op, cx);
  keepPrimal(op, cx);
  writeFor(op.origin, cx);
  for (const lane of cx.lanes) tangentOfOp(op, lane);
}

type FlatOp = Exclude<Op, { kind: 'if' | 'for' | 'while' | 'functions' | 'apply' }>;

function tangentOfOp(op: FlatOp, lane: Lane): void {
  switch (op.kind) {
    case 'prim':
      return tangentOfPrim(op, lane);
    case 'load':
    case 'store':
    case 'accumulate':
      return tangentOfAccess(op, lane);
    case 'alloc':
    case 'buffer':
    case 'copy':
    case 'global':
    case 'fill':
    case 'set':
    case 'addInto':
      return tangentOfMemory(op, lane);
    case 'const':
    case 'view':
      return tangentOfReference(op, lane);
    case 'stack':
    case 'push':
    case 'pop':
      return tangentOfStack(op, lane);
    case 'length':
    case 'present':
    case 'same':
    case 'throw':
      return;
    case 'call':
      throw new InternalError(`forward mode meets a call of ${op.callee}: calls are inlined before`);
    default:
      return unreachable(op);
  }
}
