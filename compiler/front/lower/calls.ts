/** Calls: built-in functions, methods of arrays, and functions of the project, which are lowered once per use. */
import { ts } from 'ts-morph';
import { messages } from '../../diagnostics/catalog.ts';
import type { Type, ValueId } from '../../ir/types.ts';
import { calleeOf, capturedBy, capturedWrites, nameOfFunction } from '../callees.ts';
import { bare, type FunctionWithBody, spanOf } from '../syntax.ts';
import { type Callee, from, type Lowering, report } from './context.ts';
import { lowerExpression } from './expressions.ts';
import { lowerFunction, type ParamUse } from './function.ts';
import { isMissingLiteral } from './logic.ts';
import { builtinNameOf, isBuiltin, isMathName, lowerBuiltin, lowerMath, mathNameOf } from './math.ts';
import { lowerMaker, lowerMethod } from './methods.ts';
import { refusedValue, standIn } from './refuse.ts';

/** A call whose single value is used. */
export function lowerCall(f: Lowering, node: ts.CallExpression): ValueId {
  const results = lowerCallResults(f, node, 1);
  return results[0] ?? refusedValue(f, node);
}

/** The values of a call; `count` says how many are used (undefined: none needs to be). */
export function lowerCallResults(f: Lowering, node: ts.CallExpression, count: number | undefined): readonly ValueId[] {
  const results = lowerKnownCall(f, node);
  if (count !== undefined && results.length !== count) {
    const refused = refusedValue(f, node);
    return Array.from({ length: count }, () => refused);
  }
  return results;
}

function lowerKnownCall(f: Lowering, node: ts.CallExpression): readonly ValueId[] {
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

interface Argument {
  readonly use: ParamUse;
  readonly value?: ValueId;
}

function lowerHelperCall(f: Lowering, node: ts.CallExpression, fn: FunctionWithBody): readonly ValueId[] {
  const given = fn.parameters.map((parameter, i) => lowerArgument(f, parameter, node.arguments[i]));
  for (const extra of node.arguments.slice(fn.parameters.length)) lowerExpression(f, extra);
  if (f.cx.active.includes(fn)) {
    report(f.cx, messages.recursion(spanOf(node), nameOfFunction(fn)));
    return [standIn(f)];
  }
  const captured = capturedBy(f.cx.types, fn);
  const args = [...given, ...captured.map((symbol) => capturedArgument(f, node, symbol))];
  const callee = instanceOf(
    f,
    fn,
    args.map(({ use }) => use),
    captured,
  );
  const values = args.flatMap(({ value }) => (value === undefined ? [] : [value]));
  const b = from(f, node);
  const outs = callee.returns.map((type, i) => b.value(type, callee.returns.length > 1 ? callee.fn.results[i]?.name : undefined));
  b.push({ kind: 'call', callee: callee.key, args: values, outs, origin: b.origin });
  return outs;
}

function lowerArgument(f: Lowering, parameter: ts.ParameterDeclaration, argument: ts.Expression | undefined): Argument {
  if (!argument || isMissingLiteral(f, bare(argument))) return { use: { kind: 'absent' } };
  const at = bare(argument);
  if (ts.isStringLiteralLike(at)) return { use: { kind: 'text', text: at.text } };
  const value = lowerExpression(f, argument);
  if (f.absent.has(value)) return { use: { kind: 'absent' } };
  if (f.reads.has(value) && f.cx.types.mayBeMissing(at)) report(f.cx, messages.maybeMissing(spanOf(at), at.getText()));
  else if (!f.optional.has(value) && (parameter.questionToken ?? parameter.initializer) && f.cx.types.mayBeMissing(at)) {
    report(f.cx, messages.maybeMissing(spanOf(at), at.getText()));
  }
  return { use: { kind: f.optional.has(value) && f.cx.types.mayBeMissing(at) ? 'optional' : 'value', type: f.b.typeOf(value) }, value };
}

function capturedArgument(f: Lowering, node: ts.CallExpression, symbol: ts.Symbol): Argument {
  const value = f.env.get(symbol);
  const text = f.texts.get(symbol);
  if (text !== undefined) return { use: { kind: 'text', text } };
  if (value === undefined) {
    report(f.cx, messages.notInitialised(spanOf(node), symbol.name));
    return { use: { kind: 'value', type: { kind: 'real' } }, value: standIn(f) };
  }
  if (f.absent.has(value)) return { use: { kind: 'absent' } };
  return { use: { kind: f.optional.has(value) ? 'optional' : 'value', type: f.b.typeOf(value) }, value };
}

/** The function lowered for this use, made on first need. */
function instanceOf(f: Lowering, fn: FunctionWithBody, uses: readonly ParamUse[], captured: readonly ts.Symbol[]): Callee {
  const { cx } = f;
  const key = `${uniqueName(f, fn)}(${uses.map(useText).join(', ')})`;
  const known = cx.callees.get(key);
  if (known) return known;
  for (const { name, at } of capturedWrites(cx.types, fn)) report(cx, messages.capturedWrite(spanOf(at), name, nameOfFunction(fn)));
  cx.uses.add(fn.getSourceFile().fileName);
  const lowered = lowerFunction(cx, fn, { name: nameOfFunction(fn), uses, captured });
  const callee: Callee = { key, fn: lowered.fn, returns: lowered.returns };
  cx.callees.set(key, callee);
  return callee;
}

function uniqueName(f: Lowering, fn: FunctionWithBody): string {
  const { names } = f.cx;
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
  return `${typeText(use.type)}${use.kind === 'optional' ? '?' : ''}`;
}

function typeText(type: Type): string {
  return type.kind === 'array' ? type.storage : type.kind;
}
