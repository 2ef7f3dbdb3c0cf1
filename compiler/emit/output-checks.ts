/** Memory that the caller supplies for results: checked before anything is written, then zeroed where the work adds to it. */
import { infoOf } from '../ir/build.ts';
import { tangentType } from '../ir/memory-types.ts';
import type { Shape, SignatureParam } from '../ir/program.ts';
import type { ValueId } from '../ir/types.ts';
import { type DeepContext, zeroing } from './deep.ts';
import { outside } from './memory-classes.ts';
import { type PrintContext, printPlace } from './print-expression.ts';
import { check, isNestedParameter, type Making, variableAt } from './result-checks.ts';
import { flatRecord, hidesMemory, isShared, mayShare } from './sharing.ts';
import type { GradientEntry } from './signature.ts';
import type { Expr, Stmt, Variable } from './syntax.ts';
import { boolean, number, read, text } from './syntax.ts';
import { isNested } from './tangents.ts';

/** Something that the function is given. */
interface Given {
  readonly value: Expr;
  readonly shape: Shape;
  readonly part: 'all' | 'differentiable';
  readonly name: string;
}

/** Arguments besides the one at this position, seeds and tangents, as far as they hold memory. */
function othersThan(at: number, { plan }: Making): Given[] {
  const own = plan.derived.of.signature.params.flatMap(({ shape, name }, i): Given[] =>
    i !== at && isShared(shape) ? [{ value: variableAt(i, plan), shape, part: 'all', name }] : [],
  );
  const added = plan.extra.flatMap(({ variable, type, shape }): Given[] => {
    if (type === 'number') return [];
    const name = variable.hints[0] ?? 'seed';
    return [{ value: read(variable), shape: shape ?? anyArray, part: 'differentiable', name }];
  });
  return [...own, ...added];
}

/** The arrays that results must not overlap besides the parameter that they belong to, where there is nothing but arrays. */
export const inputArrays = (making: Making, at: number): Expr[] => othersThan(at, making).map(({ value }) => value);

/** All arguments, seeds and tangents that are arrays of numbers. */
export const plainInputs = (making: Making): Expr[] =>
  othersThan(-1, making)
    .filter(({ shape }) => !isNested(shape))
    .map(({ value }) => value);

/** Checks that an array of results is no part of a record or list among the arguments. */
export function apartChecks(array: Expr, making: Making): Stmt[] {
  const nested = othersThan(-1, making).filter(({ shape }) => isNested(shape) && mayShare(anyArray, shape));
  return nested.map((other) => check('checkApart', [array, other.value, constantOf(other, making)], making.origin));
}

const anyArray: Shape = { kind: 'array', storage: 'f64', readonly: false };

/** Is there anything but numbers and arrays of them? */
export const meetsNested = ({ plan }: Making): boolean =>
  plan.derived.of.signature.params.some(({ shape }) => isNested(shape)) || plan.extra.some(isNestedParameter);

interface Buffer extends Given {
  readonly gradient: GradientEntry;
}

/** Several buffers of the caller's are all checked before one is written; a single array is checked where it is made. */
export function bufferChecks(making: Making): Stmt[] {
  const { plan, origin } = making;
  const buffers = plan.gradients.flatMap((gradient, slot): Buffer[] => {
    const { storage, shape, of } = gradient;
    return storage ? [{ gradient, value: suppliedBy(slot, making), shape, part: 'differentiable', name: of.name }] : [];
  });
  const checks = (): Stmt[] => [...buffers.flatMap((buffer, i) => outChecks(buffer, buffers.slice(i + 1), making)).sort(byKind)];
  if (plan.buffers.length > 0) return checks();
  if (!plan.out || !needsCheck(making)) return [];
  const test: Expr = { kind: 'binary', operator: '!==', left: read(plan.out.variable), right: text('undefined') };
  const then = [...checks(), ...plan.gradients.flatMap((_, slot) => zeroNested(slot, making))];
  return [{ kind: 'if', test, then, otherwise: [], origin }];
}

const needsCheck = (making: Making): boolean => making.plan.gradients.length > 1 || !making.inPlace.has(0) || meetsNested(making);

/** All are of the right shape before one is compared with what they might share memory with. */
const byKind = (a: Stmt, b: Stmt): number => Number(isApartCheck(a)) - Number(isApartCheck(b));

const isApartCheck = (statement: Stmt): boolean =>
  statement.kind === 'effect' && statement.value.kind === 'call' && /^check(?:Apart|Distinct)$/.test(statement.value.callee);

function outChecks(buffer: Buffer, later: readonly Buffer[], making: Making): Stmt[] {
  const { plan, origin } = making;
  const { at } = buffer.gradient;
  const { shape, name } = plan.derived.of.signature.params[at] as SignatureParam;
  const like: Given = { value: variableAt(at, plan), shape, part: 'all', name };
  const others = [...(hidesMemory(shape) ? [like] : []), ...othersThan(at, making), ...later];
  const isPlain = (other: Given): boolean => !isNested(buffer.shape) && !isNested(other.shape);
  const apart = others.filter((other) => !isPlain(other) && mayShare(buffer.shape, other.shape));
  const apartFrom = (other: Given): Stmt => check('checkApart', [buffer.value, other.value, constantOf(other, making)], origin);
  const numbers = flatRecord(buffer.shape);
  if (numbers) return flatChecks(buffer, numbers, like, apart, making);
  const own = isNested(buffer.shape)
    ? check('checkNestedOut', [buffer.value, constantOf(buffer, making), like.value], origin)
    : check('checkOut', [buffer.value, like.value, ...others.filter(isPlain).map(({ value }) => value)], origin);
  return [own, ...apart.map(apartFrom)];
}

/** A small record is looked at in place: that costs next to nothing. */
function flatChecks(buffer: Buffer, numbers: readonly string[], like: Given, others: readonly Given[], making: Making): Stmt[] {
  const { origin } = making;
  const tests = numbers.map((name, i) => `typeof ${placeText(buffer, name, i === 0)} === "number"`);
  const isWhole = tests.length === 0 ? boolean(true) : text(tests.join(' && '));
  const single = others.filter(({ shape }) => flatRecord(shape)).map(({ value }) => value);
  const groups = Array.from({ length: Math.ceil(single.length / mostDistinct) }, (_, i) =>
    single.slice(i * mostDistinct, (i + 1) * mostDistinct),
  );
  return [
    check('checkRecord', [buffer.value, isWhole, like.value], origin),
    ...groups.map((group) => check('checkDistinct', [buffer.value, ...group], origin)),
    ...others.flatMap((other) =>
      flatRecord(other.shape) ? [] : [check('checkApart', [buffer.value, other.value, constantOf(other, making)], origin)],
    ),
  ];
}

const mostDistinct = 4;

/** `du.x`; the first time the record itself may be missing. */
function placeText({ value, shape }: Buffer, name: string, maybe: boolean): string {
  const cx: PrintContext = { name: ({ hints }) => hints[0] ?? '', uncheckedIndexedAccess: false };
  const field = shape.kind === 'record' && !shape.tuple ? { field: name } : {};
  return printPlace({ array: value, index: text(name), ...field, ...(maybe && { maybe }) }, cx);
}

/** The constant that says what something consists of. */
const constantOf = ({ shape, part, name }: Given, { plan }: Making): Expr => text(plan.tangents.constantOf(shape, part, name));

/** Records and lists that the work adds to are zeroed. */
export function zeroNested(slot: number, making: Making): Stmt[] {
  const { plan, inPlace, origin } = making;
  const { shape, at, name } = plan.gradients[slot] as GradientEntry;
  if (!inPlace.has(slot) || !isNested(shape)) return [];
  const { values, params } = plan.derived.ir;
  const type = tangentType(infoOf(values, params[at]?.id as ValueId).type);
  const cx: DeepContext = {
    variable: (text, hints, bound) => ({ id: -1, type: text, hints, fixed: false, named: false, bound }),
    memory: () => outside,
    origin,
  };
  return zeroing(type, suppliedBy(slot, making), cx, name);
}

/** The array that the caller supplies for a slot, where it supplies one. */
export function suppliedBy(slot: number, { plan }: Making): Expr {
  const own = plan.buffers[slot];
  if (own) return read(own.variable);
  const out = read(plan.out?.variable as Variable);
  return plan.gradients.length === 1 ? out : { kind: 'element', array: out, index: number(slot), memory: outside, raw: true };
}
