/** `@customVjp g` and `@customJvp g` above a function, `@inactive` above one: what its calls are differentiated as. */
import { ts } from '#ts-morph';
import { messages } from '../../diagnostics/catalog.ts';
import { isDifferentiableType, sameType, tangentType } from '../../ir/memory-types.ts';
import { typeText } from '../../ir/print.ts';
import type { GivenRule, IrFunction, Type } from '../../ir/types.ts';
import { walkFunction } from '../../ir/walk.ts';
import { functionBehind, nameOfFunction } from '../callees.ts';
import { isDifferentiableKind, typeOfKind } from '../kinds.ts';
import { docOf, type Tag, tagsIn } from '../marks/comments.ts';
import { parameterNames } from '../parameters.ts';
import type { FunctionWithBody } from '../syntax.ts';
import { instanceOf } from './calls.ts';
import { type Callee, type ModuleContext, report } from './context.ts';
import type { ParamUse } from './function.ts';
import { summaryOf } from './main.ts';
import { paramRoot, type Root, type Summary } from './written.ts';

/** The tags of a function that say how its calls are differentiated. */
export function ruleTags(fn: FunctionWithBody): readonly Tag[] {
  return tagsOf(fn).filter(({ name }) => name === 'customVjp' || name === 'customJvp');
}

/** Is the derivative of its calls taken to be zero? */
export function isInactive(fn: FunctionWithBody): boolean {
  return tagsOf(fn).some(({ name, text }) => name === 'inactive' && text === '');
}

/** Those of the doc comment of its declaration. */
function tagsOf(fn: FunctionWithBody): readonly Tag[] {
  for (let at: ts.Node = fn; !ts.isSourceFile(at) && !ts.isBlock(at); at = at.parent) {
    const doc = docOf(at);
    if (doc) return tagsIn(fn.getSourceFile(), doc.pos, doc.end);
  }
  return [];
}

/** A whole number that is given to a number is one. */
export function ruledUses(cx: ModuleContext, fn: FunctionWithBody, uses: readonly ParamUse[]): ParamUse[] {
  return uses.map((use, i) => {
    const parameter = fn.parameters[i];
    const isNumber = parameter !== undefined && 'type' in use && use.type.kind === 'int' && cx.types.kindAt(parameter).kind === 'real';
    return isNumber ? { ...use, type: { kind: 'real' } } : use;
  });
}

/** Lowers the functions that give the derivative of one that has been lowered. */
export function lowerRules(cx: ModuleContext, fn: FunctionWithBody, callee: Callee, uses: readonly ParamUse[]): void {
  const tags = ruleTags(fn);
  const refuse = (why: string): void => void report(cx, messages.customRefused((tags[0] as Tag).at, nameOfFunction(fn), why));
  if (uses.some(({ kind }) => kind !== 'value')) return refuse('it has parameters that may be left out, or is given texts');
  const why = whyNotOpaque(cx, callee);
  if (why !== undefined) return refuse(why);
  const inactive = inactiveNames(fn);
  const names = parameterNames(cx.types, fn);
  const inputs = fn.parameters.flatMap((parameter, i) =>
    isDifferentiableKind(cx.types.kindAt(parameter)) && !inactive.has(names[i] ?? '') ? [i] : [],
  );
  const outputs = callee.fn.results.flatMap(({ type }, at) => (isDifferentiableType(type ?? (callee.returns[at] as Type)) ? [at] : []));
  if (inputs.length === 0 || outputs.length === 0) return refuse('nothing in it can be differentiated');
  const rule = { inputs, outputs };
  const takes = uses.map((use) => ('type' in use ? use.type : { kind: 'real' as const }));
  const beside = (types: readonly Type[], at: readonly number[]): Type[] => at.map((i) => tangentType(types[i] as Type));
  const results = callee.fn.results.map(({ type }, at) => type ?? (callee.returns[at] as Type));
  const [ins, outs] = [beside(takes, inputs), beside(results, outputs)];
  const lowered = tags.map((tag) => {
    const isVjp = tag.name === 'customVjp';
    const key = lowerRule(cx, fn, tag, { takes: [...takes, ...(isVjp ? outs : ins)], gives: isVjp ? ins : outs });
    return [isVjp ? 'vjp' : 'jvp', key] as const;
  });
  if (lowered.some(([, key]) => key === undefined)) return;
  cx.rules.set(callee.key, { ...(Object.fromEntries(lowered) as Pick<GivenRule, 'vjp' | 'jvp'>), ...rule });
}

function inactiveNames(fn: FunctionWithBody): ReadonlySet<string> {
  const listed = tagsOf(fn).flatMap(({ name, text }) => (name === 'inactive' ? text.split(',').map((one) => one.trim()) : []));
  return new Set(listed);
}

/** Nobody looks into a function with a rule: it must not do anything but return new values. */
function whyNotOpaque(cx: ModuleContext, { key, fn }: Callee): string | undefined {
  const summary = summaryOf(cx, fn);
  const [first] = summary.written;
  if (first !== undefined) return `it writes '${fn.params[first]?.name}'`;
  const { roots, twice } = handedOut(summary);
  if (twice) return 'one array or object is found at two places of what it returns; return a copy';
  const given = fn.params.findIndex((_, at) => [...roots].some((root) => root === paramRoot(at) || root.startsWith(`${paramRoot(at)}/`)));
  if (given >= 0) return `it returns memory of '${fn.params[given]?.name}'; return a copy`;
  return callsItself(cx, key) ? 'it calls itself' : undefined;
}

/** What a caller can reach through the results, and whether something can be reached in two ways. */
function handedOut({ returns, contents }: Summary): { readonly roots: ReadonlySet<Root>; readonly twice: boolean } {
  const roots = new Set<Root>();
  let twice = false;
  const reach = (root: Root): void => {
    twice ||= roots.has(root);
    if (roots.has(root)) return;
    roots.add(root);
    for (const held of contents.get(root)?.values() ?? []) held.forEach(reach);
  };
  for (const result of returns) result.forEach(reach);
  return { roots, twice };
}

function callsItself(cx: ModuleContext, key: string): boolean {
  const seen = new Set<string>();
  const reach = (at: string): boolean => {
    if (seen.has(at)) return false;
    seen.add(at);
    const fn = cx.callees.get(at)?.fn;
    return fn !== undefined && calleesOf(fn).some((callee) => callee === key || reach(callee));
  };
  return reach(key);
}

/** Is some function that is called, directly or not, one that calls itself? Those with rules do not. */
function reachesRecursion(cx: ModuleContext, key: string, seen: Set<string> = new Set()): boolean {
  if (seen.has(key)) return false;
  seen.add(key);
  const fn = cx.callees.get(key)?.fn;
  return fn !== undefined && (callsItself(cx, key) || calleesOf(fn).some((callee) => reachesRecursion(cx, callee, seen)));
}

interface RuleTypes {
  readonly takes: readonly Type[];
  readonly gives: readonly Type[];
}

function lowerRule(cx: ModuleContext, fn: FunctionWithBody, tag: Tag, { takes, gives }: RuleTypes): string | undefined {
  const name = nameOfFunction(fn);
  const rule = functionNamed(cx, fn, tag.text);
  if (!rule) return void report(cx, messages.customUnknown(tag.at, tag.name, tag.text));
  const given = gives.map(typeText).join(', ');
  const expected = `(${takes.map(typeText).join(', ')}) => ${gives.length === 1 ? given : `[${given}]`}`;
  const mismatch = (): undefined => void report(cx, messages.customSignature(tag.at, tag.text, tag.name, name, expected));
  const declared = rule.parameters.map((parameter) => typeOfKind(cx.types.kindAt(parameter)));
  const fits = (type: Type | undefined, to: Type | undefined): boolean =>
    sameType(type, to) || (type?.kind === 'int' && to?.kind === 'real') || (type?.kind === 'real' && to?.kind === 'int');
  if (declared.length !== takes.length || !takes.every((type, i) => fits(type, declared[i]))) return mismatch();
  const uses = takes.map((type): ParamUse => ({ kind: 'value', type }));
  const { key, returns } = instanceOf(cx, rule, uses, [], gives.length > 1);
  if (returns.length !== gives.length || !gives.every((type, i) => fits(returns[i], type))) return mismatch();
  if (reachesRecursion(cx, key))
    return void report(cx, messages.customRefused(tag.at, name, `'${tag.text}' calls a function that calls itself`));
  return key;
}

function functionNamed(cx: ModuleContext, fn: FunctionWithBody, name: string): FunctionWithBody | undefined {
  const { checker } = cx.types;
  const symbol = checker.getSymbolsInScope(fn, ts.SymbolFlags.Value | ts.SymbolFlags.Alias).find((one) => one.name === name);
  return functionBehind(symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);
}

function calleesOf(fn: IrFunction): readonly string[] {
  const found = new Set<string>();
  walkFunction(fn, (op) => void (op.kind === 'call' && found.add(op.callee)));
  return [...found];
}
