/** Records of a reverse sweep, when the derivative itself is differentiated: a second stack takes the tangents. */
import type { PopOp, PushOp, StackOp } from '../../ir/types.ts';
import { type Forward, isActive, newTangent, setTangent, tangentHint, tangentOf } from './context.ts';

export function tangentOfStack(op: StackOp | PushOp | PopOp, cx: Forward): void {
  const stack = op.kind === 'stack' ? op.out : op.stack;
  if (!isActive(stack, cx)) return;
  if (op.kind === 'stack') {
    setTangent(stack, cx.b.define('stack', {}, cx.b.typeOf(stack), tangentHint(stack, cx)), cx);
  } else if (op.kind === 'push') {
    cx.b.effect('push', { stack: tangentOf(stack, cx), value: tangentOf(op.value, cx) });
  } else {
    const from = tangentOf(stack, cx);
    cx.b.push({ kind: 'pop', stack: from, out: newTangent(op.out, cx), origin: cx.b.origin });
  }
}
