/** A derivative that is asked for anywhere in a module, `grad(f)`, as a function of its own: what f captures are further parameters. */
import { ts } from '#ts-morph';
import { messages } from '../../diagnostics/catalog.ts';
import type { MarkedFunction, Signature, SignatureParam } from '../../ir/program.ts';
import type { Type } from '../../ir/types.ts';
import { nameOfFunction } from '../callees.ts';
import { capturedBy } from '../captures.ts';
import { missingOf } from '../classify.ts';
import { returnType, signatureAt } from '../fence-macros.ts';
import { isDifferentiableKind, type Kind } from '../kinds.ts';
import { type DerivativeTarget, innermost } from '../macros.ts';
import { readSignature, shapeOf } from '../signature.ts';
import { spanOf } from '../syntax.ts';
import { spelled, type TextReader } from '../type-text.ts';
import { refusalOf } from '../unusable.ts';
import { instanceOf } from './calls.ts';
import { type ModuleContext, report, typeOfKind } from './context.ts';
import { type Derivable, type Derivative, functionAround } from './derivable.ts';
import { derivativeFor, paramsOf } from './derivatives.ts';
import type { ParamUse } from './function.ts';
import { reachable, summaryOf, useOf } from './main.ts';

export interface SiteFunction {
  /** To be called with the arguments of the derivative, between which stands what is captured. */
  readonly marked: MarkedFunction;
  /** How many parameters the innermost function has. */
  readonly own: number;
  readonly captured: readonly string[];
  /** Seeds or tangents. */
  readonly added: number;
}

/** Undefined: it was refused, with a report. */
export function lowerSite(cx: ModuleContext, node: ts.CallExpression, target: DerivativeTarget, name: string): SiteFunction | undefined {
  const reader: TextReader = { types: cx.types, program: cx.program, imports: new Map() };
  const base = lowerInnermost(cx, reader, node, target);
  const derivative = base && derivativeFor(cx, node, target, base.derivable);
  if (!derivative) return undefined;
  const own = innermost(target).parameters.length;
  const added = addedParams(cx, reader, derivative, target, { own, before: base.params.length });
  const marked = markedSite(cx, reader, { derivative, target, name, params: base.params, added });
  return marked && { marked, own, captured: base.params.slice(own).map((param) => param.name), added: added.length };
}

interface Base {
  readonly derivable: Derivable;
  /** Its own parameters, then what it captures. */
  readonly params: readonly SignatureParam[];
}

/** The function at the bottom, lowered for the types that it declares. */
function lowerInnermost(cx: ModuleContext, reader: TextReader, node: ts.CallExpression, target: DerivativeTarget): Base | undefined {
  const fn = innermost(target);
  const { signature, diagnostics } = readSignature(cx.types, cx.program, fn, new Set());
  for (const diagnostic of diagnostics) report(cx, diagnostic);
  const symbols = capturedBy(cx.types, fn);
  const captured = symbols.flatMap((symbol) => capturedParam(cx, reader, node, symbol) ?? []);
  if (hasErrors(cx)) return undefined;
  const uses = [...signature.params.map((param, i) => useOf(cx, fn, param, i)), ...captured.map(({ use }) => use)];
  const returned = cx.types.returnKind(fn);
  const { key } = instanceOf(cx, fn, uses, symbols, returned.kind === 'record' && returned.tuple);
  const lowered = cx.callees.get(key)?.fn;
  if (!lowered || hasErrors(cx)) return undefined;
  const [written] = summaryOf(cx, lowered).written;
  if (written !== undefined)
    return void report(cx, messages.macroWrites(spanOf(node), target.product, nameOfFunction(fn), lowered.params[written]?.name ?? ''));
  // Each of them is one value.
  const given = uses.map((use, value) => ({ use, value }));
  const params = [...signature.params, ...captured.map(({ param }) => param)];
  return { derivable: { key, fn: lowered, params: paramsOf(cx, fn, given) }, params };
}

function hasErrors({ diagnostics }: ModuleContext): boolean {
  return diagnostics.some(({ severity }) => severity === 'error');
}

interface Captured {
  readonly param: SignatureParam;
  readonly use: ParamUse;
}

/** A variable of the functions around f, read where the derivative is asked for. */
function capturedParam(cx: ModuleContext, reader: TextReader, node: ts.CallExpression, symbol: ts.Symbol): Captured | undefined {
  const { checker } = cx.types;
  const declaration = symbol.valueDeclaration as ts.Declaration;
  const seen = checker.resolveName(symbol.name, node, ts.SymbolFlags.Value, false);
  if (seen !== symbol) return void report(cx, messages.macroArgument(spanOf(node), symbol.name, 'another variable hides it here'));
  const declared = checker.getTypeOfSymbolAtLocation(symbol, declaration);
  const kind = cx.types.kindOf(declared);
  const type = typeOfKind(kind);
  if (!type) return void report(cx, refusedKind(cx, declaration, symbol.name, kind, declared));
  const optional = missingOf(declared).length > 0;
  return { param: paramOf(reader, symbol.name, kind, optional), use: { kind: optional ? 'optional' : 'value', type } };
}

function refusedKind(cx: ModuleContext, at: ts.Node, name: string, kind: Kind, declared: ts.Type) {
  const refusal = kind.kind === 'other' ? refusalOf(at, name, kind) : undefined;
  return refusal ?? messages.parameterType(spanOf(at), name, cx.types.text(declared));
}

function paramOf(reader: TextReader, name: string, kind: Kind, optional: boolean): SignatureParam {
  return { name, type: spelled(reader, kind), shape: shapeOf(reader, kind), differentiable: isDifferentiableKind(kind), optional };
}

interface Added {
  readonly param: SignatureParam;
  readonly type: Type | undefined;
}

/** The seeds and tangents that users give, those of inner derivatives first, by the type of the derivative. */
function addedParams(
  cx: ModuleContext,
  reader: TextReader,
  { of, added }: Derivative,
  target: DerivativeTarget,
  { own, before }: { readonly own: number; readonly before: number },
): Added[] {
  const { checker } = cx.types;
  const [rest] = signatureAt(cx, target.node)?.getParameters() ?? [];
  const tuple = rest && checker.getTypeOfSymbol(rest);
  const types = tuple && checker.isTupleType(tuple) ? checker.getTypeArguments(tuple as ts.TypeReference) : [];
  const names = [...of.fn.params.map((param) => param.name), ...added].slice(before);
  return names.map((name, i): Added => {
    const type = types[own + i];
    const kind: Kind = type ? cx.types.kindOf(type) : { kind: 'void' };
    return { param: paramOf(reader, name, kind, false), type: typeOfKind(kind) };
  });
}

interface Site {
  readonly derivative: Derivative;
  readonly target: DerivativeTarget;
  readonly name: string;
  /** Those of the function, and what is captured. */
  readonly params: readonly SignatureParam[];
  readonly added: readonly Added[];
}

function markedSite(cx: ModuleContext, reader: TextReader, { derivative, target, name, params, added }: Site): MarkedFunction | undefined {
  const { node } = target;
  const first = derivative.types.params.length - added.length;
  const types = derivative.types.params.map((type, i) => added[i - first]?.type ?? type);
  const main = functionAround(cx, derivative, target, name, types);
  if (!main) return void report(cx, messages.macroArgument(spanOf(node), node.getText(), 'its seeds or tangents have another shape'));
  return {
    name,
    exportName: name,
    marks: [],
    signature: { params: [...params, ...added.map(({ param }) => param)], ...returnsOf(cx, reader, target, main.results.length) },
    program: { main, ...reachable(cx, main) },
    imports: [...reader.imports.values()],
    at: spanOf(node),
  };
}

/** What users see of the derivative: one value, or the elements of a tuple. */
function returnsOf(cx: ModuleContext, reader: TextReader, target: DerivativeTarget, count: number): Pick<Signature, 'returns' | 'tuple'> {
  const type = returnType(cx, target);
  const kind: Kind = type ? cx.types.kindOf(type) : { kind: 'void' };
  const kinds = count > 1 && kind.kind === 'record' ? kind.fields.map((field) => field.kind) : [kind];
  const returns = kinds.map((one, i) => ({
    name: kinds.length === 1 ? 'value' : `value${i + 1}`,
    type: spelled(reader, one),
    shape: shapeOf(reader, one),
  }));
  return { returns, tuple: count > 1 };
}
