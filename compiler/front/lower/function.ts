/** One function, for one use of it: parameters, body, results. */
import { ts } from '#ts-morph';
import { messages } from '../../diagnostics/catalog.ts';
import { bool, createBuilder } from '../../ir/build.ts';
import { isReference, sameType } from '../../ir/memory-types.ts';
import type { IrFunction, ParamInfo, ResultInfo, Type, ValueId } from '../../ir/types.ts';
import { parameterNames } from '../parameters.ts';
import { type FunctionWithBody, spanOf, walkOwn } from '../syntax.ts';
import type { Kind } from '../types.ts';
import { hoistConstants } from './constant-trees.ts';
import {
  type CarriedTypes,
  describe,
  from,
  type Lowering,
  type ModuleContext,
  missingValue,
  placeholder,
  type ReturnSlot,
  report,
  typeOfKind,
} from './context.ts';
import { choose } from './exits.ts';
import { lowerEffect, lowerExpression, lowerTuple } from './expressions.ts';
import { bind } from './patterns.ts';
import { lowerSteps } from './statements.ts';

/** What a parameter is given. */
export type ParamUse =
  | { readonly kind: 'value' | 'optional'; readonly type: Type }
  /** A number, flag or text that may be missing, and after it whether it is there. */
  | { readonly kind: 'flagged'; readonly type: Type }
  /** Carried along only. */
  | { readonly kind: 'opaque' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'text'; readonly text: string };

export interface FunctionUse {
  readonly name: string;
  /** Parameters in order, then the captured variables. */
  readonly uses: readonly ParamUse[];
  readonly captured: readonly ts.Symbol[];
  /** Each element of a returned tuple is a result of its own. */
  readonly splitsTuple?: boolean;
}

export interface LoweredFunction {
  readonly fn: IrFunction;
  readonly returns: readonly Type[];
}

/** Lowers a function. What loops carry shows its type only while lowering, so it may take several attempts. */
export function lowerFunction(cx: ModuleContext, fn: FunctionWithBody, use: FunctionUse): LoweredFunction {
  const carriedTypes: CarriedTypes = { byLoop: new Map(), bySlot: new Map(), changed: false };
  const returned = cx.types.returnKind(fn);
  const splits = use.splitsTuple === true && returned.kind === 'record' && returned.tuple;
  const slots = slotsOf(returned, splits);
  cx.active.push(fn);
  let lowered: LoweredFunction;
  do {
    carriedTypes.changed = false;
    lowered = attempt(createLowering(cx, fn, slots, splits, carriedTypes), use);
  } while (carriedTypes.changed);
  cx.active.pop();
  return lowered;
}

/** The types of what a function returns, by its declaration. */
export function declaredReturns(cx: ModuleContext, fn: FunctionWithBody): readonly Type[] {
  return slotsOf(cx.types.returnKind(fn), false).map(({ kind }) => typeOfKind(kind) ?? { kind: 'real' });
}

function slotsOf(returned: Kind, splits: boolean): ReturnSlot[] {
  if (returned.kind === 'void' || returned.kind === 'never') return [];
  if (returned.kind !== 'record' || !splits) return [{ slot: 0, name: 'value', kind: returned }];
  return returned.fields.map(({ label, kind }, slot) => ({ slot, name: label ?? `value${slot + 1}`, kind }));
}

function createLowering(
  cx: ModuleContext,
  fn: FunctionWithBody,
  slots: readonly ReturnSlot[],
  splitsTuple: boolean,
  carriedTypes: CarriedTypes,
): Lowering {
  return {
    cx,
    fn,
    slots,
    splitsTuple,
    carriedTypes,
    b: createBuilder(spanOf(fn), [], true),
    env: new Map(slots.map((slot) => [slot, undefined])),
    reads: new Map(),
    elements: new Map(),
    presences: new Map(),
    params: new Set(),
    counters: new Set(),
    optional: new Set(),
    nullable: new Set(),
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
    const names = parameterNames(f.cx.types, f.fn);
    const given = uses.map((use, i) => takeParam(f, use, i, names[i] ?? captured[i - names.length]?.name ?? '', params));
    captured.forEach((symbol, i) => {
      f.env.set(symbol, given[names.length + i]);
    });
    f.fn.parameters.forEach((parameter, i) => {
      bind(f, parameter.name, applyDefault(f, parameter, uses[i], given[i] as ValueId));
    });
    hoistConstants(f);
    declareVars(f);
    lowerBody(f);
    return f.slots.map((slot) => f.env.get(slot) ?? placeholder(f, typeOfKind(slot.kind) ?? { kind: 'real' }));
  });
  const results = f.slots.map((slot, i) => resultOf(f, slot, body.yields[i] as ValueId));
  const region = { ...body, params: params.map(({ id }) => id) };
  const fn: IrFunction = { name, params, results, body: region, values: f.b.values, origin: spanOf(f.fn) };
  return { fn, returns: body.yields.map((id) => f.b.typeOf(id)) };
}

/** The declaration decides whether a result can be differentiated, not the value. */
function resultOf(f: Lowering, { name, kind }: ReturnSlot, value: ValueId): ResultInfo {
  const type = typeOfKind(kind);
  const actual = f.b.typeOf(value);
  const differs = isReference(type) && !sameType(type, actual);
  if (differs && type && f.cx.active.length === 1 && !f.refused.has(value))
    report(f.cx, messages.arraysMeet(spanOf(f.fn.type ?? f.fn.name ?? f.fn), name, describe(actual), describe(type)));
  return { name, kind: 'returned', ...(type && !differs && { type }) };
}

/** The value of a parameter or captured variable. */
function takeParam(f: Lowering, use: ParamUse, i: number, name: string, params: ParamInfo[]): ValueId {
  if (use.kind === 'text') return f.b.constant(use.text, name);
  if (use.kind === 'absent') return absentValue(f, f.fn.parameters[i]);
  const id = f.b.value(use.kind === 'opaque' ? { kind: 'int' } : use.type, name);
  params.push({ id, name, role: 'primal' });
  f.params.add(id);
  if (use.kind === 'optional') f.optional.add(id);
  if (use.kind === 'flagged') f.reads.set(id, takeFlag(f, `${name}Given`, params));
  if (use.kind === 'opaque') f.opaque.add(id);
  return id;
}

function takeFlag(f: Lowering, name: string, params: ParamInfo[]): ValueId {
  const id = f.b.value(bool, name);
  params.push({ id, name, role: 'primal' });
  return id;
}

/** A parameter that is left out: its value is never read, only whether it is there. */
function absentValue(f: Lowering, parameter: ts.ParameterDeclaration | undefined): ValueId {
  const type = parameter && typeOfKind(f.cx.types.kindAt(parameter));
  const id = isReference(type) && type ? missingValue(f, type) : placeholder(f, type ?? { kind: 'real' });
  f.absent.add(id);
  return id;
}

/** `p = d`: undefined takes the default, which may read the parameters before it. */
function applyDefault(f: Lowering, parameter: ts.ParameterDeclaration, use: ParamUse | undefined, id: ValueId): ValueId {
  const { initializer } = parameter;
  if (!initializer || (use?.kind !== 'absent' && use?.kind !== 'optional' && use?.kind !== 'flagged')) return id;
  if (use.kind === 'absent') return lowerExpression(f, initializer);
  const given = f.reads.get(id) ?? from(f, parameter).prim('given', [id]);
  const [value] = choose(
    f,
    parameter,
    given,
    () => [id],
    () => [lowerExpression(f, initializer)],
    id,
  );
  return value ?? id;
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
  const values = f.splitsTuple ? lowerTuple(f, body, f.slots.length) : [lowerExpression(f, body)];
  f.slots.forEach((slot, i) => f.env.set(slot, values[i]));
}
