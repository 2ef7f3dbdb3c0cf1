/** How much a function computes, from its IR alone. */
import type { IrFunction, Op, Region } from './ir/types.ts';

/** Loops are counted with that many iterations: enough that the innermost one decides, as it does in fact. */
const assumedTrips = 10;

const free: ReadonlySet<Op['kind']> = new Set(['const', 'global', 'if', 'for', 'while', 'stack']);

/** The operations of one call; of two branches, the longer one. */
export function operationsOf(fn: IrFunction): number {
  return operationsIn(fn.body);
}

function operationsIn(region: Region): number {
  return region.ops.reduce((sum, op) => sum + (free.has(op.kind) ? 0 : 1) + nested(op), 0);
}

function nested(op: Op): number {
  switch (op.kind) {
    case 'if':
      return Math.max(operationsIn(op.then), operationsIn(op.otherwise));
    case 'for':
      return assumedTrips * operationsIn(op.body);
    case 'while':
      return assumedTrips * (operationsIn(op.condition) + operationsIn(op.body));
    default:
      return 0;
  }
}
