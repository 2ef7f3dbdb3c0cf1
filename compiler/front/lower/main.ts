/** The marked function itself: its program, with the results that a derivative has to know. */
import { messages } from '../../diagnostics/catalog.ts';
import { sourceOf } from '../../diagnostics/origin.ts';
import type { SignatureParam } from '../../ir/program.ts';
import type { IrFunction, IrProgram, Op, Region, ResultInfo, ValueId } from '../../ir/types.ts';
import { regionsOf } from '../../ir/walk.ts';
import { type FunctionWithBody, spanOf } from '../syntax.ts';
import { type ModuleContext, report, typeOfKind } from './context.ts';
import { noteOrder } from './field-order.ts';
import { lowerFunction, type ParamUse } from './function.ts';
import { paramRoot, type Root, type Summary, summarize } from './written.ts';

/** Lowers a marked function and everything that it calls. */
export function lowerProgram(cx: ModuleContext, fn: FunctionWithBody, name: string, params: readonly SignatureParam[]): IrProgram {
  const uses = params.map((param, i) => useOf(cx, fn, param, i));
  const lowered = lowerFunction(cx, fn, { name, uses, captured: [], splitsTuple: true });
  const callees = reachable(cx, lowered.fn);
  const summary = summarize(lowered.fn, summaries(callees));
  for (const { global, at } of summary.moduleWrites) {
    report(cx, messages.moduleWrite(sourceOf(at) ?? spanOf(fn), global.name));
  }
  return { main: withWritten(cx, fn, lowered.fn, summary), callees };
}

function useOf(cx: ModuleContext, fn: FunctionWithBody, param: SignatureParam, i: number): ParamUse {
  const parameter = fn.parameters[i];
  const kind = parameter ? cx.types.kindAt(parameter) : undefined;
  const type = kind && param.shape.kind !== 'opaque' ? typeOfKind(kind) : undefined;
  if (type) noteOrder(cx, type);
  return type ? { kind: param.optional ? 'optional' : 'value', type } : { kind: 'opaque' };
}

function summaries(callees: ReadonlyMap<string, IrFunction>): (callee: string) => Summary {
  const known = new Map<string, Summary>();
  const of = (callee: string): Summary => {
    const found = known.get(callee) ?? summarize(callees.get(callee) as IrFunction, of);
    known.set(callee, found);
    return found;
  };
  return of;
}

/** What is called, directly or not; instances that only an earlier attempt used are left out. */
function reachable(cx: ModuleContext, main: IrFunction): ReadonlyMap<string, IrFunction> {
  const found = new Map<string, IrFunction>();
  const visit = (region: Region): void => {
    for (const op of region.ops) {
      if (op.kind === 'call') enter(op);
      regionsOf(op).forEach(visit);
    }
  };
  const enter = (op: Extract<Op, { kind: 'call' }>): void => {
    const callee = cx.callees.get(op.callee);
    if (!callee || found.has(op.callee)) return;
    visit(callee.fn.body);
    found.set(op.callee, callee.fn);
  };
  visit(main.body);
  return found;
}

/** Written parameters follow the returned values, unless what is returned is the parameter itself. */
function withWritten(cx: ModuleContext, node: FunctionWithBody, fn: IrFunction, summary: Summary): IrFunction {
  const results: ResultInfo[] = [...fn.results];
  const yields: ValueId[] = [...fn.body.yields];
  for (const param of [...summary.written].sort((a, b) => a - b)) {
    const returned = summary.returns.filter((roots) => roots.has(paramRoot(param)));
    const name = fn.params[param]?.name ?? '';
    if (returned.some((roots) => !isOnly(roots, param))) report(cx, messages.sometimesSame(spanOf(node), name));
    if (returned.length > 0) continue;
    results.push({ name, kind: 'written', param });
    yields.push(fn.body.params[param] as ValueId);
  }
  return { ...fn, results, body: { ...fn.body, yields } };
}

function isOnly(roots: ReadonlySet<Root>, param: number): boolean {
  return roots.size === 1 && roots.has(paramRoot(param));
}
