/** What all loops share: the variables they carry, their bodies, and how they end. */
import { ts } from '#ts-morph';
import { messages } from '../../diagnostics/catalog.ts';
import { int } from '../../ir/build.ts';
import { isReference, sameType } from '../../ir/memory-types.ts';
import type { Region, Type, ValueId } from '../../ir/types.ts';
import { effectsOf } from '../effects.ts';
import { some, spanOf } from '../syntax.ts';
import {
  isMissingValue,
  isPresence,
  isSlot,
  type Lowering,
  mayBeNothing,
  placeholder,
  report,
  type Target,
  typeOfKind,
  type Variable,
  variableName,
} from './context.ts';
import { absorb, type Completion, codeValue, goesOn, meetTypes, neverEnds, retyped, settle } from './exits.ts';
import { inScope, lowerSteps, type Step } from './statements.ts';

export interface Loop {
  readonly node: ts.IterationStatement;
  readonly labels: readonly string[];
  readonly onBreak: Target;
  readonly onContinue: Target;
}

export function createLoop(node: ts.IterationStatement, labels: readonly string[]): Loop {
  return { node, labels, onBreak: { name: 'break' }, onContinue: { name: 'continue' } };
}

export interface Carried {
  readonly variable: Variable;
  readonly init: ValueId;
  readonly type: Type;
}

/** The variables that the loop changes and that exist around it, with their values on entry. */
export function carry(
  f: Lowering,
  loop: Loop,
  parts: readonly (ts.Node | undefined)[],
  also: readonly Variable[],
  not?: Variable,
): Carried[] {
  const { assigned } = effectsOf(f.cx.types, parts);
  const returns = parts.some((part) => part !== undefined && some(part, ts.isReturnStatement));
  const variables = [...f.env.keys()].filter(
    (variable) =>
      variable !== not &&
      (isSlot(variable)
        ? (returns && f.slots.includes(variable)) || also.includes(variable)
        : assigned.has(isPresence(variable) ? variable.presenceOf : variable) || also.includes(variable)),
  );
  return variables.flatMap((variable) => {
    const carried = carryOne(f, loop, variable);
    return carried ? [carried] : [];
  });
}

function carryOne(f: Lowering, loop: Loop, variable: Variable): Carried | undefined {
  const current = f.env.get(variable);
  const type = current === undefined ? declaredType(f, variable) : f.b.typeOf(current);
  if (!type || (current === undefined && type.kind === 'array' && !isSlot(variable))) return undefined;
  const known = f.carriedTypes.byLoop.get(loop.node)?.get(variable) ?? type;
  if (current === undefined && !isSlot(variable) && !isPresence(variable) && !f.cx.strictNull)
    report(f.cx, messages.notInitialised(spanOf(loop.node), variable.name));
  const init = current === undefined ? placeholder(f, known) : retyped(f, current, known);
  return { variable, init, type: known };
}

function declaredType(f: Lowering, variable: Variable): Type | undefined {
  if (isSlot(variable)) return loosest(typeOfKind(variable.kind) ?? f.carriedTypes.bySlot.get(variable.slot)) ?? int;
  if (isPresence(variable)) return undefined;
  const declaration = variable.valueDeclaration;
  return declaration ? loosest(typeOfKind(f.cx.types.kindAt(declaration))) : undefined;
}

/** Whether a number is an integer is inferred, so it starts as one. */
function loosest(type: Type | undefined): Type | undefined {
  return type?.kind === 'real' ? int : type;
}

export interface Body {
  readonly region: Region;
  readonly end: Completion;
  readonly exits: boolean;
}

/** Lowers a body with the carried variables as parameters after `index`. `last` runs after the body, knowing how it ended. */
export function lowerBody(
  f: Lowering,
  loop: Loop,
  carried: readonly Carried[],
  index: readonly ValueId[],
  write: () => Completion,
  last: (end: Completion) => void = () => undefined,
): Body {
  const outer = f.env;
  f.env = new Map(outer);
  const params = bindCarried(f, carried);
  const state = { end: goesOn };
  const region = f.b.region([...index, ...params], () => {
    const scope = { labels: loop.labels, loop: true, onBreak: loop.onBreak, onContinue: loop.onContinue };
    state.end = settle(f, inScope(f, scope, write), [loop.onContinue]);
    last(state.end);
    const values = carried.map((one) => yieldOf(f, loop, one));
    return leaves(state.end) ? [codeValue(f, state.end), ...values] : values;
  });
  f.env = outer;
  return { region, end: state.end, exits: leaves(state.end) };
}

function leaves(end: Completion): boolean {
  return end.may.some((code) => code !== 0);
}

export function bindCarried(f: Lowering, carried: readonly Carried[]): ValueId[] {
  return carried.map((one) => {
    const { variable, type } = one;
    const id = f.b.value(type, variableName(variable));
    noteNothing(f, one, id);
    f.env.set(variable, id);
    return id;
  });
}

/** What the loop carries may be nothing if it may so at the start, or by its declaration. */
function noteNothing(f: Lowering, { variable, init, type }: Carried, id: ValueId): void {
  if (!isReference(type)) return;
  const declaration = isSlot(variable) || isPresence(variable) ? undefined : variable.valueDeclaration;
  const mayMiss = declaration !== undefined && f.cx.types.mayBeMissing(declaration);
  if (mayMiss || (!isSlot(variable) && mayBeNothing(f, init))) f.nullable.add(id);
}

function yieldOf(f: Lowering, loop: Loop, { variable, type, init }: Carried): ValueId {
  const id = f.env.get(variable);
  if (id === undefined) return placeholder(f, type);
  const actual = f.b.typeOf(id);
  if (sameType(type, actual)) return id;
  if (isMissingValue(f, id)) return retyped(f, id, type);
  const isLoose = isMissingValue(f, init) && !f.carriedTypes.byLoop.get(loop.node)?.has(variable);
  if ((type.kind === 'int' && actual.kind === 'real') || isLoose) noteType(f, loop.node, variable, actual);
  else meetTypes(f, loop.node, variableName(variable), type, actual);
  return id;
}

/** Asks for another attempt, with this type for the variable. */
function noteType(f: Lowering, loop: ts.Node, variable: Variable, type: Type): void {
  const known = f.carriedTypes.byLoop.get(loop) ?? new Map<Variable, Type>();
  f.carriedTypes.byLoop.set(loop, known.set(variable, type));
  f.carriedTypes.changed = true;
}

/** After the loop: its outs are the variables' values, and its exit code says where it goes on. */
export function leaveLoop(
  f: Lowering,
  loop: Loop,
  carried: readonly Carried[],
  body: Body,
  runsOut: boolean,
): { outs: ValueId[]; end: Completion } {
  const code = body.exits ? [f.b.value(int, 'exit')] : [];
  const outs = carried.map((one) => {
    const { variable, type } = one;
    const id = f.b.value(type, variableName(variable));
    noteNothing(f, one, id);
    f.env.set(variable, id);
    return id;
  });
  const may = [...(runsOut ? [0] : []), ...body.end.may.filter((one) => one !== 0)];
  const end: Completion = { may, ...(code[0] !== undefined && may.length > 1 && { code: code[0] }), normal: new Set([0]) };
  return { outs: [...code, ...outs], end: may.length === 0 ? neverEnds : absorb(f, end, [loop.onBreak]) };
}

/** The body, then further steps that `continue` does not skip. */
export function lowerBodySteps(f: Lowering, loop: Loop, further: readonly Step[]): Completion {
  const body = loop.node.statement;
  if (further.length === 0) return lowerSteps(f, [body], [loop.onContinue]);
  const block = (): Completion => absorb(f, lowerSteps(f, [body], [loop.onContinue]), [loop.onContinue]);
  return lowerSteps(f, [block, ...further], [loop.onContinue]);
}
