/** One function, for one use of it: parameters, body, results. */
import { ts } from 'ts-morph';
import { createBuilder } from '../../ir/build.ts';
import type { IrFunction, ParamInfo, ResultInfo, Type, ValueId } from '../../ir/types.ts';
import { type FunctionWithBody, spanOf, walkOwn } from '../syntax.ts';
import type { Kind } from '../types.ts';
import { from, type Lowering, type ModuleContext, named, placeholder, type RealCarried, type ReturnSlot, typeOfKind } from './context.ts';
import { choose } from './exits.ts';
import { lowerEffect, lowerExpression, lowerTuple } from './expressions.ts';
import { lowerSteps } from './statements.ts';

/** What a parameter is given. */
export type ParamUse =
  | { readonly kind: 'value' | 'optional'; readonly type: Type }
  /** Carried along only. */
  | { readonly kind: 'opaque' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'text'; readonly text: string };

export interface FunctionUse {
  readonly name: string;
  /** Parameters in order, then the captured variables. */
  readonly uses: readonly ParamUse[];
  readonly captured: readonly ts.Symbol[];
}

export interface LoweredFunction {
  readonly fn: IrFunction;
  readonly returns: readonly Type[];
}

/** Lowers a function. Which carried variables are integers shows only while lowering, so it may take several attempts. */
export function lowerFunction(cx: ModuleContext, fn: FunctionWithBody, use: FunctionUse): LoweredFunction {
  const reals: RealCarried = { byLoop: new Map(), changed: false };
  const returned = cx.types.returnKind(fn);
  const slots = slotsOf(returned);
  cx.active.push(fn);
  let lowered: LoweredFunction;
  do {
    reals.changed = false;
    lowered = attempt(createLowering(cx, fn, slots, returned.kind === 'tuple', reals), use);
  } while (reals.changed);
  cx.active.pop();
  return lowered;
}

function slotsOf(returned: Kind): ReturnSlot[] {
  if (returned.kind === 'void' || returned.kind === 'never') return [];
  if (returned.kind !== 'tuple') return [{ slot: 0, name: 'value', kind: returned }];
  return returned.elements.map(({ name, kind }, slot) => ({ slot, name: name ?? `value${slot + 1}`, kind }));
}

function createLowering(
  cx: ModuleContext,
  fn: FunctionWithBody,
  slots: readonly ReturnSlot[],
  returnsTuple: boolean,
  reals: RealCarried,
): Lowering {
  return {
    cx,
    fn,
    slots,
    returnsTuple,
    reals,
    b: createBuilder(spanOf(fn), [], true),
    env: new Map(slots.map((slot) => [slot, undefined])),
    tuples: new Map(),
    texts: new Map(),
    reads: new Map(),
    counters: new Set(),
    optional: new Set(),
    absent: new Set(),
    opaque: new Set(),
    refused: new Set(),
    scopes: [],
    onReturn: { name: 'return' },
    sites: [undefined],
    siteOf: new Map(),
  };
}

function attempt(f: Lowering, { name, uses, captured }: FunctionUse): LoweredFunction {
  const params: ParamInfo[] = [];
  const body = f.b.region([], () => {
    uses.forEach((use, i) => bindParam(f, use, f.fn.parameters[i], captured[i - f.fn.parameters.length], params));
    f.fn.parameters.forEach((parameter, i) => applyDefault(f, parameter, uses[i]));
    declareVars(f);
    lowerBody(f);
    return f.slots.map((slot) => f.env.get(slot) ?? placeholder(f, typeOfKind(slot.kind) ?? { kind: 'real' }));
  });
  const results = f.slots.map(resultOf);
  const region = { ...body, params: params.map(({ id }) => id) };
  const fn: IrFunction = { name, params, results, body: region, values: f.b.values, origin: spanOf(f.fn) };
  return { fn, returns: body.yields.map((id) => f.b.typeOf(id)) };
}

/** The declaration decides whether a result can be differentiated, not the value. */
function resultOf({ name, kind }: ReturnSlot): ResultInfo {
  const type = typeOfKind(kind);
  return { name, kind: 'returned', ...(type && { type }) };
}

function bindParam(
  f: Lowering,
  use: ParamUse,
  parameter: ts.ParameterDeclaration | undefined,
  captured: ts.Symbol | undefined,
  params: ParamInfo[],
): void {
  const name = parameter ? parameter.name.getText() : (captured?.name ?? '');
  const symbol = parameter ? f.cx.types.symbolAt(parameter.name) : captured;
  if (use.kind === 'text' && symbol) f.texts.set(symbol, use.text);
  if (use.kind === 'text') return;
  const id =
    use.kind === 'absent' ? absentValue(f, parameter, captured) : f.b.value(use.kind === 'opaque' ? { kind: 'int' } : use.type, name);
  if (use.kind !== 'absent') params.push({ id, name, role: 'primal' });
  if (use.kind === 'optional') f.optional.add(id);
  if (use.kind === 'opaque') f.opaque.add(id);
  if (symbol) f.env.set(symbol, id);
}

/** A parameter that is left out: its value is never read, only whether it is there. */
function absentValue(f: Lowering, parameter: ts.ParameterDeclaration | undefined, captured: ts.Symbol | undefined): ValueId {
  const node = parameter ?? captured?.valueDeclaration;
  const type = node && typeOfKind(f.cx.types.kindAt(node));
  const id = placeholder(f, type ?? { kind: 'real' });
  f.absent.add(id);
  return id;
}

/** `p = d`: undefined takes the default, which may read the parameters before it. */
function applyDefault(f: Lowering, parameter: ts.ParameterDeclaration, use: ParamUse | undefined): void {
  const { initializer } = parameter;
  const symbol = f.cx.types.symbolAt(parameter.name);
  const id = symbol && f.env.get(symbol);
  if (!initializer || !symbol || id === undefined || use?.kind === 'value' || use?.kind === 'opaque') return;
  if (use?.kind === 'absent') {
    f.env.set(symbol, named(f, lowerExpression(f, initializer), symbol.name));
    return;
  }
  const given = from(f, parameter).prim('given', [id]);
  const [value] = choose(
    f,
    parameter,
    given,
    () => [id],
    () => [lowerExpression(f, initializer)],
    id,
  );
  if (value !== undefined) f.env.set(symbol, named(f, value, symbol.name));
}

/** `var` belongs to the whole function. */
function declareVars(f: Lowering): void {
  walkOwn(f.fn.body, (node) => {
    if (!ts.isVariableDeclaration(node) || !ts.isIdentifier(node.name) || ts.getCombinedNodeFlags(node) & ts.NodeFlags.BlockScoped) return;
    const symbol = f.cx.types.symbolAt(node.name);
    if (symbol && !f.env.has(symbol)) f.env.set(symbol, undefined);
  });
}

function lowerBody(f: Lowering): void {
  const { body } = f.fn;
  if (ts.isBlock(body)) {
    lowerSteps(f, body.statements, [f.onReturn]);
    return;
  }
  if (f.slots.length === 0) return void lowerEffect(f, body);
  const values = f.returnsTuple ? lowerTuple(f, body, f.slots.length) : [lowerExpression(f, body)];
  f.slots.forEach((slot, i) => f.env.set(slot, values[i]));
}
