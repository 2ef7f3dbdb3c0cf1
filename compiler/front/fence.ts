/** The fence: every construct of a function, and of the functions it reaches, that cannot be compiled, in one report. */
import { ts } from 'ts-morph';
import { calleeOf } from './callees.ts';
import type { ModuleContext } from './lower/context.ts';
import { type FunctionWithBody } from './syntax.ts';

/** Reports to `cx`; gives the functions reached, the first one included. */
export function checkFence(cx: ModuleContext, fn: FunctionWithBody): readonly FunctionWithBody[] {
  const reached: FunctionWithBody[] = [fn];
  for (const one of reached) {
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node)) {
        const callee = calleeOf(cx.types, node);
        if (callee && !reached.includes(callee)) reached.push(callee);
      }
      ts.forEachChild(node, visit);
    };
    visit(one.body);
  }
  return reached;
}
