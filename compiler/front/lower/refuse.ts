/** Refusals that lowering itself finds; the fence has reported what it can before. */
import type { ts } from '#ts-morph';
import { messages } from '../../diagnostics/catalog.ts';
import type { ValueId } from '../../ir/types.ts';
import { nameOfNode } from '../node-names.ts';
import { spanOf } from '../syntax.ts';
import { type Lowering, report } from './context.ts';

/** Reports a construct that cannot be used. */
export function refuseNode(f: Lowering, node: ts.Node): void {
  report(f.cx, messages.unsupported(spanOf(node), nameOfNode(node)));
}

/** Reports it and gives a value to go on with, so that further problems are found too. */
export function refusedValue(f: Lowering, node: ts.Node): ValueId {
  refuseNode(f, node);
  return standIn(f);
}

/** A text where only a number or a flag will do. */
export function refusedText(f: Lowering, node: ts.Node): ValueId {
  report(f.cx, messages.text(spanOf(node), `the text \`${node.getText().slice(0, 30)}\``));
  return standIn(f);
}

/** A value for what was refused, to go on with. */
export function standIn(f: Lowering): ValueId {
  const id = f.b.constant(Number.NaN);
  f.refused.add(id);
  return id;
}
