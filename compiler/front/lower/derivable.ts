/**
 * Functions as their derivatives see them. A derivative that is differentiated again becomes a function of its own first: one that calls
 * it and hands out what users see of it.
 */
import { type Builder, createBuilder, infoOf } from '../../ir/build.ts';
import { type CallTypes, derivedTypes, ordinaryType } from '../../ir/derived-types.ts';
import { isRecord } from '../../ir/memory-types.ts';
import { isDifferentiableResult, resultType } from '../../ir/results.ts';
import type { DerivedProduct, Field, IrFunction, ParamInfo, RecordType, ResultInfo, Type, ValueId } from '../../ir/types.ts';
import { returnType } from '../fence-macros.ts';
import { fieldOf, typeOfKind } from '../kinds.ts';
import type { DerivativeTarget } from '../macros.ts';
import { spanOf } from '../syntax.ts';
import type { ModuleContext } from './context.ts';
import { checkShape, converted, makeRecord } from './convert.ts';

export interface Derivable {
  /** Among the callees. */
  readonly key: string;
  readonly fn: IrFunction;
  /** As the user counts them. */
  readonly params: readonly DerivableParam[];
}

export interface DerivableParam {
  readonly name: string;
  /** By its declaration. */
  readonly differentiable: boolean;
  /** Which of the parameters of `fn` it is; undefined: it is left out. */
  readonly at: number | undefined;
  /** It is declared to be a number. */
  readonly isNumber: boolean;
  /** It may be missing. */
  readonly optional: boolean;
}

/** A derivative that can be called. */
export interface Derivative {
  /** Among the derivatives of the program. */
  readonly key: string;
  readonly of: Derivable;
  readonly product: DerivedProduct;
  /** What is differentiated; 'zero': a number that is left out. */
  readonly entries: readonly (number | 'zero')[];
  readonly types: CallTypes;
  /** Names of the seeds or tangents. */
  readonly added: readonly string[];
}

/** Enters a derivative into the program. */
export function makeDerivative(cx: ModuleContext, of: Derivable, product: DerivedProduct, entries: Derivative['entries']): Derivative {
  const inputs = entries.filter((entry) => entry !== 'zero');
  const key = `${product}${JSON.stringify(inputs)}(${of.key})`;
  cx.derived.set(key, { of: of.key, product, inputs });
  const types = derivedTypes(of.fn, { product, inputs });
  const count = types.params.length - of.fn.params.length;
  const tangents = inputs.map((at) => `tangentOf${capitalized(of.fn.params[at]?.name ?? 'X')}`);
  const seeds = count === 1 ? ['seed'] : Array.from({ length: count }, (_, i) => `seed${i + 1}`);
  return { key, of, product, entries, types, added: product === 'vjp' ? seeds : tangents.slice(0, count) };
}

function capitalized(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** The derivative as a function that can be differentiated. */
export function derivableOf(cx: ModuleContext, derivative: Derivative, target: DerivativeTarget): Derivable | undefined {
  const { of, added, types } = derivative;
  const key = `the function ${derivative.key}`;
  const fn = cx.callees.get(key)?.fn ?? functionAround(cx, derivative, target, key, derivative.types.params);
  if (!fn) return undefined;
  cx.callees.set(key, { key, fn, returns: fn.body.yields.map((id) => infoOf(fn.values, id).type) });
  const first = types.params.length - added.length;
  const seeds = added.map((name, i): DerivableParam => ({ name, differentiable: true, isNumber: false, at: first + i, optional: false }));
  return { key, fn, params: [...of.params, ...seeds] };
}

/** `given`: the types of the arguments. Undefined: they cannot be made into what the derivative takes. */
export function functionAround(
  cx: ModuleContext,
  derivative: Derivative,
  target: DerivativeTarget,
  name: string,
  given: readonly Type[],
): IrFunction | undefined {
  const origin = spanOf(target.node);
  const b = createBuilder(origin, [], true);
  const names = [...derivative.of.fn.params.map((param) => param.name), ...derivative.added];
  const params = given.map((type, i): ParamInfo => {
    const hint = names[i] ?? '';
    return { id: b.value(type, hint), name: hint, role: 'primal' };
  });
  const ids = params.map(({ id }) => id);
  const wanted = wantedTypes(cx, target);
  const state = { failed: false };
  const body = b.region(ids, () => {
    const args = ids.flatMap((id, i) => converted(b, id, derivative.types.params[i] as Type) ?? []);
    state.failed = args.length < ids.length;
    const results = state.failed ? [] : callDerivative(b, derivative, args);
    return results.map((value, i) => converted(b, value, wanted(i, results.length) ?? b.typeOf(value)) ?? value);
  });
  const results = body.yields.map((id, i): ResultInfo => {
    const type = b.typeOf(id);
    return {
      name: body.yields.length === 1 ? 'value' : `value${i + 1}`,
      kind: 'returned',
      type: type.kind === 'int' ? { kind: 'real' } : type,
    };
  });
  return state.failed ? undefined : { name, params, results, body, values: b.values, origin };
}

/** The types that the checker knows of the results. */
function wantedTypes(cx: ModuleContext, target: DerivativeTarget): (at: number, count: number) => Type | undefined {
  const returned = returnType(cx, target);
  const type = returned && typeOfKind(cx.types.kindOf(returned));
  return (at, count) => (count === 1 ? type : type && isRecord(type) && type.tuple ? type.fields[at]?.type : undefined);
}

/** Calls a derivative. Gives what users see: one result, or those of a tuple. */
export function callDerivative(b: Builder, derivative: Derivative, args: readonly ValueId[]): readonly ValueId[] {
  const { key, of, product, types } = derivative;
  const outs = types.outs.map((type) => b.value(type));
  if (product !== 'vjp') checkTangents(b, derivative, args);
  b.push({ kind: 'call', callee: key, args, outs, origin: b.origin });
  const count = ['valueAndGrad', 'vjp', 'jvp'].includes(product) ? of.fn.results.length : 0;
  const values = outs.slice(0, count).map((id, at): Typed => [id, resultType(of.fn, at)]);
  if (product === 'vjp') checkSeeds(b, derivative, args, values);
  return packed(b, derivative, values, outs.slice(count));
}

/** A value, and the type that it is declared with. */
type Typed = readonly [value: ValueId, type: Type];

function packed(b: Builder, { product, entries }: Derivative, values: readonly Typed[], outs: readonly ValueId[]): readonly ValueId[] {
  if (product === 'jacobian' || product === 'hessian') {
    const [rows, cols, numbers] = outs.map((id): Typed => [id, b.typeOf(id).kind === 'int' ? { kind: 'real' } : b.typeOf(id)]);
    return [record(b, { rows, cols, values: numbers })[0]];
  }
  if (product === 'jvp')
    return [
      record(b, {
        value: sole(b, values),
        tangent: sole(
          b,
          outs.map((id) => ordinary(b, id)),
        ),
      })[0],
    ];
  let next = 0;
  const gradients = entries.map(
    (entry): Typed => (entry === 'zero' ? [b.constant(0), { kind: 'real' }] : ordinary(b, outs[next++] as ValueId)),
  );
  if (product === 'valueAndGrad') return [record(b, { value: values[0], grad: sole(b, gradients) })[0]];
  return gradients.map(([id]) => id);
}

/** Tangents have the shape of their inputs. */
function checkTangents(b: Builder, { entries, types, added }: Derivative, args: readonly ValueId[]): void {
  const inputs = entries.filter((entry) => entry !== 'zero');
  const first = types.params.length - added.length;
  added.forEach((name, i) => {
    checkShape(b, args[inputs[i] as number] as ValueId, args[first + i] as ValueId, name);
  });
}

/** Seeds have the shape of their outputs. */
function checkSeeds(b: Builder, { of, types, added }: Derivative, args: readonly ValueId[], values: readonly Typed[]): void {
  const outputs = values.flatMap(([id], at) => (isDifferentiableResult(of.fn, at) ? [id] : []));
  const first = types.params.length - added.length;
  added.forEach((name, i) => {
    checkShape(b, outputs[i] as ValueId, args[first + i] as ValueId, name);
  });
}

/** Without what has no derivative; a number that came out as a whole one is a number all the same. */
function ordinary(b: Builder, value: ValueId): Typed {
  const type = b.typeOf(value);
  if (type.kind !== 'array') return [value, { kind: 'real' }];
  const to = ordinaryType(type);
  return [converted(b, value, to) ?? value, to];
}

/** One is itself, several are a tuple. */
function sole(b: Builder, values: readonly Typed[]): Typed {
  const [first] = values;
  return values.length === 1 && first ? first : record(b, Object.fromEntries(values.map((value, i) => [i, value])), true);
}

/** The results of a call as one value. */
export function together(b: Builder, values: readonly ValueId[]): ValueId {
  return sole(
    b,
    values.map((id): Typed => [id, b.typeOf(id).kind === 'int' ? { kind: 'real' } : b.typeOf(id)]),
  )[0];
}

function record(b: Builder, parts: Readonly<Record<string, Typed | undefined>>, tuple = false): Typed {
  const found = Object.entries(parts).flatMap(([name, part]) => (part ? [{ name, value: part[0], type: part[1] }] : []));
  const fields = found.map(({ name, type }): Field => fieldOf(name, type, false, false));
  const type: RecordType = { kind: 'array', storage: 'record', fields, tuple };
  return [
    makeRecord(
      b,
      type,
      found.map(({ value }) => value),
    ),
    type,
  ];
}
