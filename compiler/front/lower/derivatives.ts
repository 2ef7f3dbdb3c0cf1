/** Calls of derivatives, `grad(f)(x)`, and `stopGradient`. What f captures goes along as further arguments, not to be differentiated. */
import type { ts } from '#ts-morph';
import { messages } from '../../diagnostics/catalog.ts';
import { isDifferentiableType, isReference } from '../../ir/memory-types.ts';
import type { Type, ValueId } from '../../ir/types.ts';
import { nameOfFunction } from '../callees.ts';
import { capturedBy } from '../captures.ts';
import { isDifferentiableKind } from '../kinds.ts';
import { type DerivativeTarget, innermost } from '../macros.ts';
import { type FunctionWithBody, spanOf } from '../syntax.ts';
import { type Argument, capturedArgument, instanceOf, lowerArgument } from './calls.ts';
import { from, type Lowering, type ModuleContext, mayBeNothing, report, typeOfKind } from './context.ts';
import { converted, held } from './convert.ts';
import {
  callDerivative,
  type Derivable,
  type DerivableParam,
  type Derivative,
  derivableOf,
  makeDerivative,
  together,
} from './derivable.ts';
import { lowerExpression } from './expressions.ts';
import type { ParamUse } from './function.ts';
import { summaryOf } from './main.ts';
import { standIn } from './refuse.ts';
import { readerFor } from './type-arguments.ts';

/** `stopGradient(x)`: x as a constant. */
export function lowerStopGradient(f: Lowering, node: ts.CallExpression): ValueId {
  const [argument] = node.arguments;
  if (!argument) return standIn(f);
  const value = lowerExpression(f, argument);
  const mayMiss = f.optional.has(value) || f.reads.has(value) || (isReference(f.b.typeOf(value)) && mayBeNothing(f, value));
  const copy = mayMiss && f.cx.types.mayBeMissing(argument) ? undefined : held(from(f, node), value);
  if (copy === undefined) report(f.cx, messages.macroArgument(spanOf(argument), argument.getText(), 'something in it may be missing'));
  return copy ?? standIn(f);
}

export function lowerDerivativeCall(f: Lowering, node: ts.CallExpression, target: DerivativeTarget): ValueId {
  const fn = innermost(target);
  const given = fn.parameters.map((parameter, i) => certainArgument(f, parameter, node.arguments[i]));
  const further = node.arguments.slice(fn.parameters.length).map((argument) => ({ argument, value: lowerExpression(f, argument) }));
  const base = functionFor(f, node, target, given);
  const derivative = base && derivativeFor(f.cx, node, target, base.derivable);
  if (!derivative) return standIn(f);
  const own = base.values.length;
  const added = derivative.types.params.slice(own).map((type, i) => seedOf(f, node, further[i], type));
  if (added.includes(undefined)) return standIn(f);
  const b = from(f, node);
  const results = callDerivative(b, derivative, [...base.values, ...(added as ValueId[])]);
  const wanted = typeOfKind(f.cx.types.kindAt(node));
  const result = together(b, results);
  return (wanted && converted(b, result, wanted)) ?? result;
}

/** A whole number that is given to a number is one: its derivative is asked for. What the checker knows to be there is there. */
function certainArgument(f: Lowering, parameter: ts.ParameterDeclaration, node: ts.Expression | undefined): Argument {
  const argument = lowerArgument(f, parameter, node);
  const { use } = argument;
  if (!('type' in use)) return argument;
  if (use.type.kind === 'int' && f.cx.types.kindAt(parameter).kind === 'real')
    return { ...argument, use: { ...use, type: { kind: 'real' } } };
  const isThere = use.kind === 'optional' && isReference(use.type) && node !== undefined && !f.cx.types.mayBeMissing(node);
  return isThere ? { ...argument, use: { kind: 'value', type: use.type } } : argument;
}

interface Base {
  readonly derivable: Derivable;
  /** The arguments that it is called with, captured variables among them. */
  readonly values: readonly ValueId[];
}

/** The function at the bottom, lowered for these arguments. */
function functionFor(f: Lowering, node: ts.CallExpression, target: DerivativeTarget, given: readonly Argument[]): Base | undefined {
  const fn = innermost(target);
  const name = nameOfFunction(fn);
  if (f.cx.active.includes(fn)) return void report(f.cx, messages.macroRecursion(spanOf(node), target.product, name));
  const captured = capturedBy(f.cx.types, fn);
  const args = [...given, ...captured.map((symbol) => capturedArgument(f, node, symbol))];
  const uses = args.map(({ use }) => use);
  const returned = f.cx.types.returnKind(fn);
  const cx = { ...f.cx, types: readerFor(f, node, fn, uses) };
  const { key } = instanceOf(cx, fn, uses, captured, returned.kind === 'record' && returned.tuple);
  const lowered = f.cx.callees.get(key)?.fn;
  if (!lowered) return undefined;
  const [written] = summaryOf(f.cx, lowered).written;
  if (written !== undefined)
    return void report(f.cx, messages.macroWrites(spanOf(node), target.product, name, lowered.params[written]?.name ?? ''));
  const values = args.flatMap(({ value, flag }) => [value, flag].filter((one) => one !== undefined));
  return { derivable: { key, fn: lowered, params: paramsOf(f.cx, fn, args) }, values };
}

/** The parameters of a function that is lowered for these arguments; of their values only counts whether there are any. */
export function paramsOf(
  cx: ModuleContext,
  fn: FunctionWithBody,
  args: readonly { readonly use: ParamUse; readonly value?: unknown; readonly flag?: unknown }[],
): DerivableParam[] {
  let next = 0;
  return fn.parameters.map((parameter, i): DerivableParam => {
    const { use, value, flag } = args[i] as (typeof args)[number];
    const at = value === undefined ? undefined : next;
    next += (value === undefined ? 0 : 1) + (flag === undefined ? 0 : 1);
    const kind = cx.types.kindAt(parameter);
    return {
      name: parameter.name.getText(),
      differentiable: isDifferentiableKind(kind),
      isNumber: kind.kind === 'real',
      at,
      optional: use.kind === 'optional',
    };
  });
}

/** The derivative that is called, with those that it is made of. */
export function derivativeFor(
  cx: ModuleContext,
  node: ts.CallExpression,
  target: DerivativeTarget,
  base: Derivable,
): Derivative | undefined {
  const inner = target.of.kind === 'derivative' ? derivativeFor(cx, node, target.of, base) : undefined;
  const of = target.of.kind === 'derivative' ? inner && derivableOf(cx, inner, target.of) : base;
  if (!of) return undefined;
  const entries = chosenParams(target, of).map((param) => entryOf(cx, node, param, of));
  return entries.includes(undefined) ? undefined : makeDerivative(cx, of, target.product, entries as Derivative['entries']);
}

/** The parameters that are listed (the fence has looked at them), or all that can be differentiated. */
function chosenParams({ positions }: DerivativeTarget, of: Derivable): readonly DerivableParam[] {
  if (!positions) return of.params.filter(({ differentiable }) => differentiable);
  return positions.flatMap((at) => of.params[at] ?? []);
}

/** Where the parameter of the user's is among those that there are. */
function entryOf(
  cx: ModuleContext,
  node: ts.CallExpression,
  { name, at, optional, isNumber }: DerivableParam,
  of: Derivable,
): number | 'zero' | undefined {
  const type: Type | undefined = at === undefined ? undefined : of.fn.values[of.fn.body.params[at] as ValueId]?.type;
  const refuse = (why: string): undefined => void report(cx, messages.macroArgument(spanOf(node), name, why));
  if (at === undefined || !type) return isNumber ? 'zero' : refuse('it is left out');
  if (optional && isReference(type)) return refuse('it may be missing');
  return isDifferentiableType(type) ? at : refuse('it holds whole numbers');
}

/** An argument that has been evaluated, before what the function captures is looked up. */
interface Evaluated {
  readonly argument: ts.Expression;
  readonly value: ValueId;
}

/** A seed or tangent, as memory of the type that the derivative takes. */
function seedOf(f: Lowering, node: ts.CallExpression, given: Evaluated | undefined, type: Type): ValueId | undefined {
  if (!given) return void report(f.cx, messages.macroArgument(spanOf(node), node.getText(), 'a seed or tangent is left out'));
  const { argument, value } = given;
  const made = f.cx.types.mayBeMissing(argument) ? undefined : converted(from(f, argument), value, type);
  if (made === undefined && !f.refused.has(value))
    report(f.cx, messages.macroArgument(spanOf(argument), argument.getText(), 'it is not certainly of the shape of what it belongs to'));
  return made;
}
