/**
 * Jumps without jumps: how a statement ends, how two branches meet, and how what follows is guarded.
 *
 * Every statement that jumps has a code of its own. A completion says which codes are possible (0: it went on) and, where there
 * is more than one, the value that holds the code. See ARCHITECTURE.md, "Exits", for the shapes.
 */
import type { ts } from '#ts-morph';
import { messages } from '../../diagnostics/catalog.ts';
import { int } from '../../ir/build.ts';
import { isReference, sameType } from '../../ir/memory-types.ts';
import type { Op, Region, Type, ValueId } from '../../ir/types.ts';
import { spanOf } from '../syntax.ts';
import {
  describe,
  from,
  isMissingValue,
  isNumber,
  isSlot,
  type Lowering,
  mayBeNothing,
  missingValue,
  placeholder,
  report,
  type Target,
  type Variable,
  variableName,
} from './context.ts';

export interface Completion {
  /** The codes it may end with, without repetition; empty: it never ends (throws, or loops for ever). */
  readonly may: readonly number[];
  /** The code, where there are several. */
  readonly code?: ValueId;
  /** Codes after which the statement that follows is run. */
  readonly normal: ReadonlySet<number>;
}

const zero: ReadonlySet<number> = new Set([0]);
export const goesOn: Completion = { may: [0], normal: zero };
export const neverEnds: Completion = { may: [], normal: zero };

/** Leaves for a target; the code is that of the statement. */
export function jumpTo(f: Lowering, node: ts.Node, target: Target): Completion {
  return { may: [codeOf(f, node, target)], normal: zero };
}

export function codeOf(f: Lowering, node: ts.Node, target: Target): number {
  const known = f.siteOf.get(node);
  if (known !== undefined) {
    f.sites[known] = target;
    return known;
  }
  f.sites.push(target);
  f.siteOf.set(node, f.sites.length - 1);
  return f.sites.length - 1;
}

export function mayGoOn(end: Completion): boolean {
  return end.may.some((code) => end.normal.has(code));
}

export function alwaysGoesOn(end: Completion): boolean {
  return end.may.length > 0 && end.may.every((code) => end.normal.has(code));
}

/** The codes of jumps to one of the targets. */
export function codesTo(f: Lowering, end: Completion, targets: readonly Target[]): number[] {
  return end.may.filter((code) => targets.includes(f.sites[code] as Target));
}

/** Counts jumps to `targets` as going on from here. */
export function absorb(f: Lowering, end: Completion, targets: readonly Target[]): Completion {
  const codes = codesTo(f, end, targets);
  return codes.length === 0 ? end : { ...end, normal: new Set([...end.normal, ...codes]) };
}

/** The completion of a region, where going on is 0 and everything else leaves. */
export function settle(f: Lowering, end: Completion, ends: readonly Target[]): Completion {
  const seen = absorb(f, end, ends);
  const leaving = seen.may.filter((code) => !seen.normal.has(code));
  if (seen.may.length === 0) return neverEnds;
  if (leaving.length === 0) return goesOn;
  if (leaving.length === seen.may.length) return withCode(leaving, seen.code);
  if (seen.may.every((code) => code === 0 || leaving.includes(code))) return withCode(seen.may, seen.code);
  const [code] = f.b.branch(
    goesOnTest(f, seen),
    [int],
    () => [f.b.constant(0)],
    () => [codeValue(f, seen)],
    ['exit'],
  );
  return withCode([0, ...leaving], code);
}

function withCode(may: readonly number[], code: ValueId | undefined): Completion {
  return may.length > 1 && code !== undefined ? { may, code, normal: zero } : { may, normal: zero };
}

export function codeValue(f: Lowering, end: Completion): ValueId {
  return end.code ?? f.b.constant(end.may[0] ?? 0, 'exit');
}

/** Is the code one after which the next statement is run? */
export function goesOnTest(f: Lowering, end: Completion): ValueId {
  const code = codeValue(f, end);
  const normal = end.may.filter((one) => end.normal.has(one));
  const leaving = end.may.filter((one) => !end.normal.has(one));
  const equals = (one: number): ValueId => f.b.prim('eq', [code, f.b.constant(one)]);
  const any = (codes: readonly number[]): ValueId => codes.map(equals).reduce((left, right) => f.b.prim('or', [left, right]));
  if (normal.length === 1) return equals(normal[0] as number);
  if (leaving.length === 1) return f.b.prim('ne', [code, f.b.constant(leaving[0] as number)]);
  return normal.length <= leaving.length ? any(normal) : f.b.prim('not', [any(leaving)]);
}

/** A branch that was lowered but not yet joined with the other. */
export interface Arm {
  readonly ops: readonly Op[];
  readonly env: Map<Variable, ValueId | undefined>;
  readonly end: Completion;
  readonly values: readonly ValueId[];
}

export interface ArmEnd {
  readonly end: Completion;
  readonly values: readonly ValueId[];
}

/** Lowers a branch in an environment of its own. */
export function lowerArm(f: Lowering, ends: readonly Target[], write: () => ArmEnd): Arm {
  const outer = f.env;
  f.env = new Map(outer);
  const state: { end: Completion; values: readonly ValueId[] } = { end: goesOn, values: [] };
  const { ops } = f.b.region([], () => {
    const { end, values } = write();
    state.end = settle(f, end, ends);
    state.values = values;
    return [];
  });
  const env = f.env;
  f.env = outer;
  return { ops, env, ...state };
}

/** One value that leaves a branch: what each arm gives for it. */
interface Column {
  readonly type: Type;
  readonly hint: string | undefined;
  readonly of: (arm: Arm) => ValueId | undefined;
}

/** Emits the `if` and goes on in the environment after it. `present`: a parameter that the condition says is there. */
export function join(f: Lowering, at: ts.Node, cond: ValueId, arms: readonly [Arm, Arm], present?: ValueId): ArmEnd {
  const exit = exitColumn(f, arms);
  const variables = [...f.env.keys()].filter((variable) => isChanged(variable, arms));
  const kept = variables.filter((variable) => isKept(variable, arms));
  const columns = [
    ...(exit ? [exit] : []),
    ...kept.map((variable) => variableColumn(f, at, variable, arms, present)),
    ...arms[0].values.map((_, i) => valueColumn(f, at, i, arms, present)),
  ];
  const outs = emitIf(f, at, cond, arms, columns);
  const first = exit ? 1 : 0;
  for (const variable of variables) f.env.set(variable, undefined);
  kept.forEach((variable, i) => f.env.set(variable, outs[first + i]));
  adoptSame(f, arms);
  const may = [...new Set(arms.flatMap((arm) => arm.end.may))];
  const end: Completion = exit ? { may, code: outs[0] as ValueId, normal: zero } : { may, normal: zero };
  return { end, values: outs.slice(first + kept.length) };
}

function emitIf(f: Lowering, at: ts.Node, cond: ValueId, arms: readonly [Arm, Arm], columns: readonly Column[]): ValueId[] {
  const b = from(f, at);
  const [then, otherwise] = [finish(f, arms[0], columns), finish(f, arms[1], columns)];
  const outs = columns.map(({ type, hint }) => b.value(type, hint));
  columns.forEach(({ of, type }, i) => {
    const mayMiss = arms.some((arm) => isNothing(f, of(arm), arm));
    if (isReference(type) && mayMiss) f.nullable.add(outs[i] as ValueId);
  });
  if (outs.length + then.ops.length + otherwise.ops.length > 0) b.push({ kind: 'if', cond, then, otherwise, outs, origin: b.origin });
  return outs;
}

/** An arm that does not go on leaves a placeholder behind that nobody reads. */
function isNothing(f: Lowering, id: ValueId | undefined, arm: Arm): boolean {
  return id !== undefined && arm.end.may.length > 0 && mayBeNothing(f, id);
}

function finish(f: Lowering, arm: Arm, columns: readonly Column[]): Region {
  const fill = f.b.region([], () => columns.map((column) => fitted(f, column.of(arm), column.type)));
  return { params: [], ops: [...arm.ops, ...fill.ops], yields: fill.yields };
}

function fitted(f: Lowering, id: ValueId | undefined, type: Type): ValueId {
  return id === undefined ? placeholder(f, type) : retyped(f, id, type);
}

/** What is undefined or null is so in any type. */
export function retyped(f: Lowering, id: ValueId, type: Type): ValueId {
  if (!isMissingValue(f, id) || sameType(f.b.typeOf(id), type)) return id;
  const op = f.b.definerOf(id);
  return missingValue(f, type, op?.kind === 'const' && op.value === null ? null : undefined);
}

function exitColumn(f: Lowering, arms: readonly [Arm, Arm]): Column | undefined {
  const codes = new Set(arms.flatMap((arm) => arm.end.may));
  if (codes.size <= 1) return undefined;
  return { type: int, hint: 'exit', of: (arm) => (arm.end.may.length === 0 ? undefined : codeValue(f, arm.end)) };
}

function isChanged(variable: Variable, [then, otherwise]: readonly [Arm, Arm]): boolean {
  return then.env.get(variable) !== otherwise.env.get(variable);
}

/** Both arms set the same value: only possible for values from around, or none. */
function adoptSame(f: Lowering, [then, otherwise]: readonly [Arm, Arm]): void {
  for (const variable of f.env.keys()) {
    const value = then.env.get(variable);
    if (value !== undefined && value === otherwise.env.get(variable)) f.env.set(variable, value);
  }
}

/** A variable that one arm did not set has a value afterwards only if that arm does not go on, or if it is a return slot. */
function isKept(variable: Variable, arms: readonly [Arm, Arm]): boolean {
  return isSlot(variable) || arms.every((arm) => arm.env.get(variable) !== undefined || !mayGoOn(arm.end));
}

function variableColumn(f: Lowering, at: ts.Node, variable: Variable, arms: readonly [Arm, Arm], present: ValueId | undefined): Column {
  const of = (arm: Arm): ValueId | undefined => arm.env.get(variable);
  const name = variableName(variable);
  return { type: meet(f, at, name, arms.map(of), present), hint: name, of };
}

function valueColumn(f: Lowering, at: ts.Node, i: number, arms: readonly [Arm, Arm], present: ValueId | undefined): Column {
  const of = (arm: Arm): ValueId | undefined => arm.values[i];
  return { type: meet(f, at, 'this value', arms.map(of), present), hint: undefined, of };
}

/** The type of what may be one of several values. */
export function meet(f: Lowering, at: ts.Node, name: string, ids: readonly (ValueId | undefined)[], present?: ValueId): Type {
  const given = ids.filter((id): id is ValueId => id !== undefined);
  const known = given.some((id) => f.refused.has(id)) ? given.slice(0, 1) : given;
  if (!f.cx.strictNull && known.some((id) => id !== present && (f.optional.has(id) || f.absent.has(id))))
    report(f.cx, messages.maybeMissing(spanOf(at), name));
  const there = known.filter((id) => !isMissingValue(f, id));
  return (there.length > 0 ? there : known).map((id) => f.b.typeOf(id)).reduce((first, second) => meetTypes(f, at, name, first, second));
}

export function meetTypes(f: Lowering, at: ts.Node, name: string, first: Type, second: Type): Type {
  if (isNumber(first) && isNumber(second)) return first.kind === 'int' ? second : first;
  if (f.carriedTypes.changed) return first;
  if (first.kind === 'array' && second.kind === 'array') {
    if (!sameType(first, second)) report(f.cx, messages.arraysMeet(spanOf(at), name, describe(first), describe(second)));
  } else if (first.kind !== second.kind) {
    report(f.cx, messages.mixedValue(spanOf(at), describe(first), describe(second)));
  }
  return first;
}

/** Chooses between values (and effects); neither side leaves. */
export function choose(
  f: Lowering,
  at: ts.Node,
  cond: ValueId,
  then: () => readonly ValueId[],
  otherwise: () => readonly ValueId[],
  present?: ValueId,
): readonly ValueId[] {
  const thenArm = lowerArm(f, [], () => ({ end: goesOn, values: then() }));
  const otherwiseArm = lowerArm(f, [], () => ({ end: goesOn, values: otherwise() }));
  return join(f, at, cond, [thenArm, otherwiseArm], present).values;
}
