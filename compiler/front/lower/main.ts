/** The marked function itself: its program, with the results that a derivative has to know. */
import { messages } from '../../diagnostics/catalog.ts';
import { invariant } from '../../diagnostics/internal.ts';
import { sourceOf } from '../../diagnostics/origin.ts';
import { createBuilder, infoOf } from '../../ir/build.ts';
import type { SignatureParam } from '../../ir/program.ts';
import type { DerivedCallee, GivenRule, IrFunction, IrProgram, Region, ResultInfo, ValueId } from '../../ir/types.ts';
import { regionsOf, walkFunction } from '../../ir/walk.ts';
import { type FunctionWithBody, spanOf } from '../syntax.ts';
import { instanceOf } from './calls.ts';
import { type ModuleContext, report, typeOfKind } from './context.ts';
import { ruleTags } from './custom-rules.ts';
import { noteOrder } from './field-order.ts';
import { lowerFunction, type ParamUse } from './function.ts';
import { nothingDone, paramRoot, type Root, type Summary, summarize, summaryOfDerivative, summaryText } from './written.ts';

/** Lowers a marked function and everything that it calls. */
export function lowerProgram(cx: ModuleContext, fn: FunctionWithBody, name: string, params: readonly SignatureParam[]): IrProgram {
  const uses = params.map((param, i) => useOf(cx, fn, param, i));
  const lowered =
    ruleTags(fn).length > 0 ? lowerRuled(cx, fn, name, uses) : lowerFunction(cx, fn, { name, uses, captured: [], splitsTuple: true });
  const called = reachable(cx, lowered.fn);
  const summary = summarize(lowered.fn, summaries(called));
  for (const { global, at } of summary.moduleWrites) {
    report(cx, messages.moduleWrite(sourceOf(at) ?? spanOf(fn), global.name));
  }
  return { main: withWritten(cx, fn, lowered.fn, summary), ...called };
}

/** The derivative of a marked function with a rule is that of a call of it. */
function lowerRuled(cx: ModuleContext, fn: FunctionWithBody, name: string, uses: readonly ParamUse[]): { readonly fn: IrFunction } {
  const { key } = instanceOf(cx, fn, uses, [], true);
  const callee = cx.callees.get(key)?.fn;
  invariant(callee !== undefined, `${name} has not been lowered`);
  const b = createBuilder(callee.origin, [], true);
  const params = callee.params.map((param) => ({ ...param, id: b.value(infoOf(callee.values, param.id).type, param.name) }));
  const ids = params.map(({ id }) => id);
  const body = b.region(ids, () => {
    const outs = callee.body.yields.map((id) => b.value(infoOf(callee.values, id).type));
    b.push({ kind: 'call', callee: key, args: ids, outs, origin: b.origin });
    return outs;
  });
  return { fn: { ...callee, name, params, body, values: b.values } };
}

/** What a parameter of a marked function is given. */
export function useOf(cx: ModuleContext, fn: FunctionWithBody, param: SignatureParam, i: number): ParamUse {
  const parameter = fn.parameters[i];
  const kind = parameter ? cx.types.kindAt(parameter) : undefined;
  const type = kind && param.shape.kind !== 'opaque' ? typeOfKind(kind) : undefined;
  if (type) noteOrder(cx, type);
  return type ? { kind: param.optional ? 'optional' : 'value', type } : { kind: 'opaque' };
}

/** Callees come before callers, so one round is enough; recursion takes as many as change anything. */
function summaries({ callees, derived }: Called): (callee: string) => Summary {
  const known = new Map<string, Summary>();
  const recursive = [...callees].some(([key], at) => [...callees.values()].slice(0, at + 1).some((fn) => calls(fn, key)));
  const of = (callee: string): Summary => {
    const derivative = derived.get(callee);
    const fn = derivative && callees.get(derivative.of);
    return fn ? summaryOfDerivative(fn, derivative, of(derivative.of)) : (known.get(callee) ?? nothingDone);
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (const [key, fn] of callees) {
      const before = known.get(key);
      const found = summarize(fn, of);
      known.set(key, found);
      changed ||= recursive && summaryText(before) !== summaryText(found);
    }
  }
  return of;
}

function calls(fn: IrFunction, key: string): boolean {
  let found = false;
  walkFunction(fn, (op) => {
    found ||= op.kind === 'call' && op.callee === key;
  });
  return found;
}

interface Called {
  readonly callees: ReadonlyMap<string, IrFunction>;
  readonly derived: ReadonlyMap<string, DerivedCallee>;
  readonly rules?: ReadonlyMap<string, GivenRule>;
}

/** What a function, lowered for one use, writes of its caller's. */
export function summaryOf(cx: ModuleContext, fn: IrFunction): Summary {
  return summarize(fn, summaries(reachable(cx, fn)));
}

/** What is called, directly or not, callees first; instances that only an earlier attempt used are left out. */
export function reachable(cx: ModuleContext, main: IrFunction): Called {
  const found = new Map<string, IrFunction>();
  const derived = new Map<string, DerivedCallee>();
  const entered = new Set<string>();
  const visit = (region: Region): void => {
    for (const op of region.ops) {
      if (op.kind === 'call') enter(op.callee);
      regionsOf(op).forEach(visit);
    }
  };
  const rules = new Map<string, GivenRule>();
  const enter = (key: string): void => {
    const derivative = cx.derived.get(key);
    const callee = cx.callees.get(key);
    if (entered.has(key)) return;
    entered.add(key);
    if (derivative) {
      derived.set(key, derivative);
      enter(derivative.of);
    }
    const rule = cx.rules.get(key);
    for (const given of [rule?.vjp, rule?.jvp]) if (given !== undefined) enter(given);
    if (rule) rules.set(key, rule);
    if (!callee) return;
    visit(callee.fn.body);
    found.set(key, callee.fn);
  };
  visit(main.body);
  return { callees: found, derived, ...(rules.size > 0 && { rules }) };
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
