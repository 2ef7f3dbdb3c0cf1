/** Records of a reverse sweep, when the derivative itself is differentiated: a second stack takes the tangents. */
import type { PopOp, PushOp, StackOp } from '../../ir/types.ts';
import { isActive, type Lane, newTangent, setTangent, tangentHint, tangentOf } from './context.ts';

export function tangentOfStack(op: StackOp | PushOp | PopOp, lane: Lane): void {
  const stack = op.kind === 'stack' ? op.out : op.stack;
  if (!isActive(stack, lane)) return;
  if (op.kind === 'stack') {
    setTangent(stack, lane.b.define('stack', {}, lane.b.typeOf(stack), tangentHint(stack, lane)), lane);
  } else if (op.kind === 'push') {
    lane.b.effect('push', { stack: tangentOf(stack, lane), value: tangentOf(op.value, lane) });
  } else {
    const from = tangentOf(stack, lane);
    lane.b.push({ kind: 'pop', stack: from, out: newTangent(op.out, lane), origin: lane.b.origin });
  }
}
