/** Calls: built-in functions, methods of arrays, and functions of the project, which are lowered once per use. */
import { ts } from '#ts-morph';
import { messages } from '../../diagnostics/catalog.ts';
import { isNumbers, isReference } from '../../ir/memory-types.ts';
import { typeText } from '../../ir/print.ts';
import type { ValueId } from '../../ir/types.ts';
import { calleeOf, nameOfFunction } from '../callees.ts';
import { capturedBy, capturedWrites } from '../captures.ts';
import { missingOf } from '../classify.ts';
import { typeOfKind } from '../kinds.ts';
import { derivativeAt, macroNamed } from '../macros.ts';
import { bare, type FunctionWithBody, spanOf } from '../syntax.ts';
import { lowerList } from './arrays.ts';
import { type Callee, from, knownText, type Lowering, type ModuleContext, report } from './context.ts';
import { held } from './convert.ts';
import { isInactive, lowerRules, ruledUses, ruleTags } from './custom-rules.ts';
import { lowerDerivativeCall, lowerStopGradient } from './derivatives.ts';
import { lowerExpression } from './expressions.ts';
import { declaredReturns, lowerFunction, type ParamUse } from './function.ts';
import { isMissingLiteral } from './logic.ts';
import { summaryOf } from './main.ts';
import { builtinNameOf, isBuiltin, isMathName, lowerBuiltin, lowerMath, mathNameOf } from './math.ts';
import { lowerMaker, lowerMethod } from './methods.ts';
import { refusedValue, standIn } from './refuse.ts';
import { readerFor } from './type-arguments.ts';
import { getVariable } from './variables.ts';

/** A call whose value is used. */
export function lowerCall(f: Lowering, node: ts.CallExpression): ValueId {
  return lowerKnownCall(f, node)[0] ?? refusedValue(f, node);
}

/** A call whose value, if it has one, is not used. */
export function lowerCallEffect(f: Lowering, node: ts.CallExpression): void {
  lowerKnownCall(f, node);
}

function lowerKnownCall(f: Lowering, node: ts.CallExpression): readonly ValueId[] {
  if (macroNamed(f.cx.types, node.expression) === 'stopGradient') return [lowerStopGradient(f, node)];
  const derivative = derivativeAt(f.cx.types, node.expression);
  if (derivative) return [lowerDerivativeCall(f, node, derivative)];
  const math = mathNameOf(f.cx, node.expression);
  if (math && isMathName(math)) return [lowerMath(f, node, math)];
  const callee = calleeOf(f.cx.types, node);
  if (callee) return lowerHelperCall(f, node, callee);
  const builtin = builtinNameOf(f.cx, node.expression);
  if (builtin && isBuiltin(builtin)) return [lowerBuiltin(f, node, builtin)];
  const made = lowerMaker(f, node);
  if (made !== undefined) return [made];
  const target = bare(node.expression);
  const method = ts.isPropertyAccessExpression(target) ? lowerMethod(f, node, target) : undefined;
  return method ?? unknownCall(f, node);
}

function unknownCall(f: Lowering, node: ts.CallExpression): readonly ValueId[] {
  report(f.cx, messages.unknownCall(spanOf(node), node.expression.getText()));
  return [standIn(f)];
}

export interface Argument {
  readonly use: ParamUse;
  readonly value?: ValueId;
  /** Whether it is there, where the callee asks. */
  readonly flag?: ValueId;
}

function lowerHelperCall(f: Lowering, node: ts.CallExpression, fn: FunctionWithBody): readonly ValueId[] {
  const given = fn.parameters.map((parameter, i) =>
    parameter.dotDotDotToken ? lowerRest(f, node, parameter, node.arguments.slice(i)) : lowerArgument(f, parameter, node.arguments[i]),
  );
  const hasRest = fn.parameters.some(({ dotDotDotToken }) => dotDotDotToken);
  for (const extra of hasRest ? [] : node.arguments.slice(fn.parameters.length)) lowerExpression(f, extra);
  return callFunction(f, node, fn, given);
}

/** Calls a function of the project with values that are there already. */
export function callFunction(f: Lowering, node: ts.Node, fn: FunctionWithBody, given: readonly Argument[]): readonly ValueId[] {
  if (f.cx.active.filter((each) => each === fn).length > mostInstances) {
    report(f.cx, messages.recursion(spanOf(node), nameOfFunction(fn)));
    return [standIn(f)];
  }
  const captured = capturedBy(f.cx.types, fn);
  const args = [...given, ...captured.map((symbol) => capturedArgument(f, node, symbol))];
  const received = args.map(({ use }) => use);
  const uses = ruleTags(fn).length > 0 ? ruledUses(f.cx, fn, received) : received;
  const callee = instanceOf({ ...f.cx, types: readerFor(f, node, fn, uses) }, fn, uses, captured);
  const values = args.flatMap(({ value, flag }) => [value, flag].filter((one) => one !== undefined));
  const b = from(f, node);
  const outs = callee.returns.map((type) => b.value(type));
  b.push({ kind: 'call', callee: callee.key, args: values, outs, origin: b.origin });
  return isInactive(fn) ? withoutDerivative(f, node, callee.key, outs) : outs;
}

/** What a function that is declared inactive gives is constant. */
function withoutDerivative(f: Lowering, node: ts.Node, key: string, outs: readonly ValueId[]): readonly ValueId[] {
  const lowered = f.cx.callees.get(key)?.fn;
  const refuse = (why: string): void => void report(f.cx, messages.inactiveCall(spanOf(node), lowered?.name ?? key, why));
  if (lowered && summaryOf(f.cx, lowered).written.size > 0) refuse('it writes its arguments');
  return outs.map((out) => {
    const copy = held(from(f, node), out);
    if (copy === undefined) refuse('something in what it returns may be missing');
    return copy ?? out;
  });
}

/** The further arguments, as the array that `...rest` holds. */
function lowerRest(f: Lowering, node: ts.Node, parameter: ts.ParameterDeclaration, further: readonly ts.Expression[]): Argument {
  const value = lowerList(f, node, further, typeOfKind(f.cx.types.kindAt(parameter)));
  return { use: { kind: 'value', type: f.b.typeOf(value) }, value };
}

export function lowerArgument(f: Lowering, parameter: ts.ParameterDeclaration, argument: ts.Expression | undefined): Argument {
  if (!argument || isMissingLiteral(f, bare(argument))) return { use: { kind: 'absent' } };
  const at = bare(argument);
  const value = lowerExpression(f, argument);
  const text = knownText(f, value);
  if (text !== undefined) return { use: { kind: 'text', text } };
  if (f.absent.has(value)) return { use: { kind: 'absent' } };
  if (isReference(f.b.typeOf(value))) return { use: referenceUse(f, parameter, at, value), value };
  const flag = f.cx.types.mayBeMissing(at) ? f.reads.get(value) : undefined;
  if (flag !== undefined) return flagged(f, value, flag, parameter.initializer && at);
  if (!f.optional.has(value) && (parameter.questionToken ?? parameter.initializer) && f.cx.types.mayBeMissing(at)) {
    report(f.cx, messages.maybeMissing(spanOf(at), at.getText()));
  }
  return { use: { kind: f.optional.has(value) && f.cx.types.mayBeMissing(at) ? 'optional' : 'value', type: f.b.typeOf(value) }, value };
}

/** `defaulted`: where undefined, but not null, is replaced. */
function flagged(f: Lowering, value: ValueId, flag: ValueId, defaulted: ts.Expression | undefined): Argument {
  if (defaulted && missingOf(f.cx.types.checker.getTypeAtLocation(defaulted)).includes('null'))
    report(f.cx, messages.nullOrUndefined(spanOf(defaulted), defaulted.getText()));
  return { use: { kind: 'flagged', type: f.b.typeOf(value) }, value, flag };
}

function referenceUse(f: Lowering, parameter: ts.ParameterDeclaration, node: ts.Expression, value: ValueId): ParamUse {
  const missing = missingOf(f.cx.types.checker.getTypeAtLocation(node));
  if (parameter.initializer && missing.includes('null')) report(f.cx, messages.nullOrUndefined(spanOf(node), node.getText()));
  return { kind: missing.length > 0 || f.optional.has(value) ? 'optional' : 'value', type: f.b.typeOf(value) };
}

export function capturedArgument(f: Lowering, node: ts.Node, symbol: ts.Symbol): Argument {
  const value = getVariable(f, symbol);
  const text = value === undefined ? undefined : knownText(f, value);
  if (text !== undefined) return { use: { kind: 'text', text } };
  if (value === undefined) {
    report(f.cx, messages.notInitialised(spanOf(node), symbol.name));
    return { use: { kind: 'value', type: { kind: 'real' } }, value: standIn(f) };
  }
  if (f.absent.has(value)) return { use: { kind: 'absent' } };
  const flag = f.optional.has(value) ? undefined : f.reads.get(value);
  if (flag !== undefined) return flagged(f, value, flag, undefined);
  return { use: { kind: f.optional.has(value) ? 'optional' : 'value', type: f.b.typeOf(value) }, value };
}

/** How many kinds of arguments a recursive function may have on the way from one call of it to the next. */
const mostInstances = 8;

/** The function lowered for this use, made on first need; a call from within itself needs only what it returns. */
export function instanceOf(
  cx: ModuleContext,
  fn: FunctionWithBody,
  uses: readonly ParamUse[],
  captured: readonly ts.Symbol[],
  splitsTuple = false,
): Pick<Callee, 'key' | 'returns'> {
  const key = `${uniqueName(cx, fn)}${bindingsText(cx)}(${uses.map(useText).join(', ')})${splitsTuple ? ' in parts' : ''}`;
  const returns = cx.pending.get(key);
  if (returns) return { key, returns };
  const known = cx.callees.get(key);
  if (known) return known;
  for (const { name, at } of capturedWrites(cx.types, fn)) report(cx, messages.capturedWrite(spanOf(at), name, nameOfFunction(fn)));
  cx.uses.add(fn.getSourceFile().fileName);
  cx.pending.set(key, declaredReturns(cx, fn));
  const lowered = lowerFunction(cx, fn, { name: nameOfFunction(fn), uses, captured, splitsTuple });
  cx.pending.delete(key);
  const callee: Callee = { key, fn: lowered.fn, returns: lowered.returns };
  cx.callees.set(key, callee);
  if (ruleTags(fn).length > 0) lowerRules(cx, fn, callee, uses);
  return callee;
}

/** `<real>`: what type parameters stand for. */
function bindingsText({ types }: ModuleContext): string {
  const texts = [...types.bindings.values()].map((kind) => typeText(typeOfKind(kind)));
  return texts.length > 0 ? `<${texts.join(', ')}>` : '';
}

function uniqueName({ names }: ModuleContext, fn: FunctionWithBody): string {
  const known = names.get(fn);
  if (known !== undefined) return known;
  const base = nameOfFunction(fn);
  const taken = new Set(names.values());
  let name = base;
  for (let i = 2; taken.has(name); i++) name = `${base}${i}`;
  names.set(fn, name);
  return name;
}

function useText(use: ParamUse): string {
  if (use.kind === 'absent') return '-';
  if (use.kind === 'text') return JSON.stringify(use.text);
  if (use.kind === 'opaque') return 'opaque';
  const missing = use.kind === 'optional' ? '?' : use.kind === 'flagged' ? '??' : '';
  return `${isNumbers(use.type) ? use.type.storage : typeText(use.type)}${missing}`;
}
