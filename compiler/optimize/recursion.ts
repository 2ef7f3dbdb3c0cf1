/** Recursion: functions that call themselves become local functions of the function that is differentiated. */
import { InternalError } from '../diagnostics/internal.ts';
import type { CustomRule, FunctionsOp, IrFunction, IrProgram, Op, Region, ValueId, ValueInfo } from '../ir/types.ts';
import { type Renaming, renameRegion, walkFunction, withRegions } from '../ir/walk.ts';

/**
 * Functions that call each other in a circle (Tarjan, SIAM J. Comput. 1972), and those whose derivative the user gives; callees first,
 * among
 * them what the user's derivatives call.
 */
export function localGroups(program: IrProgram): readonly (readonly string[])[] {
  const { callees, rules } = program;
  const ruleOf = (key: string): readonly string[] => [rules?.get(key)?.vjp, rules?.get(key)?.jvp].filter((one) => one !== undefined);
  const calls = (key: string): readonly string[] => [...callsOf(callees.get(key)), ...ruleOf(key)];
  const isRuled = (key: string): boolean => rules?.has(key) === true;
  const search: Search = { calls, isRuled, order: new Map(), low: new Map(), path: [], groups: [] };
  for (const key of callsOf(program.main)) if (!search.order.has(key)) visit(key, search);
  return search.groups;
}

interface Search {
  readonly calls: (key: string) => readonly string[];
  readonly isRuled: (key: string) => boolean;
  readonly order: Map<string, number>;
  /** The earliest function on the path that can be reached. */
  readonly low: Map<string, number>;
  readonly path: string[];
  readonly groups: string[][];
}

function visit(key: string, search: Search): void {
  const { order, low, path } = search;
  const mine = order.size;
  order.set(key, mine);
  low.set(key, mine);
  path.push(key);
  const reach = (at: number): void => void low.set(key, Math.min(low.get(key) as number, at));
  const calls = search.calls(key);
  for (const callee of calls) {
    if (!order.has(callee)) {
      visit(callee, search);
      reach(low.get(callee) as number);
    } else if (path.includes(callee)) reach(order.get(callee) as number);
  }
  if (low.get(key) !== mine) return;
  const group = path.splice(path.indexOf(key));
  const ruled = group.filter(search.isRuled);
  if (ruled.length > 0) search.groups.push(ruled);
  else if (group.length > 1 || calls.includes(key)) search.groups.push(group);
}

function callsOf(fn: IrFunction | undefined): readonly string[] {
  const found = new Set<string>();
  if (fn) walkFunction(fn, (op) => void (op.kind === 'call' && found.add(op.callee)));
  return [...found];
}

/** `main` with each group of recursive functions at its start, and their calls as calls of local functions. */
export function localFunctions(
  main: IrFunction,
  groups: readonly (readonly string[])[],
  bodyOf: (key: string) => IrFunction,
  rules?: ReadonlyMap<string, CustomRule>,
): IrFunction {
  if (groups.length === 0) return rules ? { ...main, rules } : main;
  const values: ValueInfo[] = [...main.values];
  const outs = new Map(groups.flat().map((key) => [key, defineFunction(bodyOf(key), values)]));
  const inner: Op[] = [];
  const definitions = groups.map((group): FunctionsOp => {
    const bodies = group.map((key) => bodyFor(bodyOf(key), values, inner));
    const { origin } = bodyOf(group[0] as string);
    const ruled = rules && group.every((key) => rules.has(key));
    return { kind: 'functions', outs: group.map((key) => outs.get(key) as ValueId), bodies, ...(ruled && { keys: group }), origin };
  });
  const apply = (op: Op): Op => {
    const whole = withRegions(op, (region) => ({ ...region, ops: region.ops.map(apply) }));
    if (whole.kind !== 'call') return whole;
    const callee = outs.get(whole.callee);
    if (callee === undefined) throw new InternalError(`call of an unknown function ${whole.callee}`);
    return { kind: 'apply', callee, args: whole.args, outs: whole.outs, origin: whole.origin };
  };
  return { ...main, values, body: { ...main.body, ops: [...inner, ...definitions, ...main.body.ops].map(apply) }, ...(rules && { rules }) };
}

function defineFunction({ name }: IrFunction, values: ValueInfo[]): ValueId {
  values.push({ type: { kind: 'function' }, hint: name, exact: true });
  return (values.length - 1) as ValueId;
}

/** Local functions and stacks of the body itself go ahead of it. */
function bodyFor(fn: IrFunction, values: ValueInfo[], ahead: Op[]): Region {
  const params = fn.params.map(({ id }) => id);
  const body = renameRegion({ ...fn.body, params }, appendValues(fn, undefined, values));
  const isAhead = ({ kind }: Op): boolean => kind === 'functions' || kind === 'stack';
  ahead.push(...body.ops.filter(isAhead));
  return { ...body, ops: body.ops.filter((op) => !isAhead(op)) };
}

/** The callee's values move behind the caller's; its parameters are the arguments, if there are any. */
export function appendValues(callee: IrFunction, given: readonly ValueId[] | undefined, values: ValueInfo[]): Renaming {
  const offset = values.length;
  for (const info of callee.values) values.push(info);
  const args = new Map(given && callee.params.map((param, i) => [param.id, given[i]]));
  const move = (id: ValueId): ValueId => (id + offset) as ValueId;
  return { use: (id) => args.get(id) ?? move(id), define: move };
}
