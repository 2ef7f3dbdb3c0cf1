/** The reverse of a list of operations: each one's reverse, last first. */
import { InternalError, unreachable } from '../../diagnostics/internal.ts';
import type { Op } from '../../ir/types.ts';
import { reverseOfIf } from './branch.ts';
import { inOrigin, type ReverseContext } from './context.ts';
import { reverseOfApply } from './functions.ts';
import { reverseOfLoop } from './loop.ts';
import {
  reverseOfAccumulate,
  reverseOfAddInto,
  reverseOfCopy,
  reverseOfFill,
  reverseOfLoad,
  reverseOfPop,
  reverseOfPush,
  reverseOfSet,
  reverseOfStore,
} from './memory.ts';
import { reverseOfPrim } from './prim.ts';
import type { AdjointScope } from './scope.ts';

export function reverseOfOps(cx: ReverseContext, scope: AdjointScope, ops: readonly Op[]): void {
  for (const op of [...ops].reverse()) inOrigin(cx, op.origin, () => reverseOfOp(cx, scope, op));
}

function reverseOfOp(cx: ReverseContext, scope: AdjointScope, op: Op): void {
  switch (op.kind) {
    case 'prim':
      return reverseOfPrim(cx, scope, op);
    case 'load':
      return reverseOfLoad(cx, scope, op);
    case 'store':
      return reverseOfStore(cx, scope, op);
    case 'accumulate':
      return reverseOfAccumulate(cx, scope, op);
    case 'addInto':
      return reverseOfAddInto(cx, op);
    case 'copy':
      return reverseOfCopy(cx, op);
    case 'fill':
      return reverseOfFill(cx, scope, op);
    case 'set':
      return reverseOfSet(cx, op);
    case 'push':
      return reverseOfPush(cx, scope, op);
    case 'pop':
      return reverseOfPop(cx, scope, op);
    case 'if':
      return reverseOfIf(cx, scope, op);
    case 'for':
    case 'while':
      return reverseOfLoop(cx, scope, op);
    case 'apply':
      return reverseOfApply(cx, scope, op);
    case 'const':
    case 'functions':
    case 'length':
    case 'present':
    case 'same':
    case 'view':
    case 'global':
    case 'alloc':
    case 'buffer':
    case 'stack':
    case 'throw':
      return;
    case 'call':
      throw new InternalError('a call reached differentiation');
    default:
      return unreachable(op);
  }
}
