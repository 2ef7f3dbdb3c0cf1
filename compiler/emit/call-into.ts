/** `fValueAndGrad` where there is an Into function: it brings the memory and leaves the work to that. */
import { infoOf } from '../ir/build.ts';
import { tangentType } from '../ir/memory-types.ts';
import type { Shape } from '../ir/program.ts';
import type { ValueId } from '../ir/types.ts';
import { type DeepContext, zerosExpr } from './deep.ts';
import { chooseNames } from './names.ts';
import type { PrintContext } from './print-expression.ts';
import type { GradientEntry, Parameter, Plan } from './signature.ts';
import { gradientType } from './signature.ts';
import type { Expr } from './syntax.ts';
import { binary, call, method, number, read } from './syntax.ts';
import { isNested } from './tangents.ts';
import { storageConstructor } from './type-text.ts';
import { printWide } from './wide.ts';

export interface Callees {
  readonly into: string;
  /** What does its work on memory that is zero. */
  readonly worker: string | undefined;
}

export function callInto(plan: Plan, { into, worker }: Callees, uncheckedIndexedAccess: boolean): string[] {
  const { out, primals, gradients, taken } = plan;
  const grad = taken.has('grad') ? 'gradResult' : 'grad';
  const fresh = gradients.map((gradient) => newLike(gradient, plan));
  const memory: Expr = gradients.length === 1 ? (fresh[0] as Expr) : { kind: 'list', elements: fresh };
  const needsType = gradients.length > 1 || gradients.some(({ shape }) => holdsTuple(shape));
  const type = needsType ? `: ${gradientType(gradients)}` : '';
  const own = primals.map(({ variable }) => variable.hints[0]);
  const partsOf = (whole: string): string[] => (gradients.length === 1 ? [whole] : gradients.map((_, slot) => `${whole}[${slot}]`));
  const resultOf = (callee: string, whole: string): string => `${callee}(${[...own, ...partsOf(whole)].join(', ')})`;
  const made = out && worker === undefined ? binary('??', read(out.variable), memory) : memory;
  const names = chooseNames([{ kind: 'effect', value: made, writes: [], origin: plan.derived.ir.origin }], [...taken, grad]);
  const cx: PrintContext = {
    name: (variable) => (variable.fixed ? (variable.hints[0] ?? '') : (names.get(variable) ?? '')),
    uncheckedIndexedAccess,
  };
  const [first = '', ...rest] = printWide(`const ${grad}${type} = `, made, ';', '  ', cx);
  const supplied = out?.variable.hints[0];
  const asked =
    supplied === undefined || worker === undefined
      ? []
      : [`  if (${supplied} !== undefined) return { value: ${resultOf(into, supplied)}, grad: ${supplied} };`];
  const end = `  return { value: ${resultOf(worker ?? into, grad)}, ${grad === 'grad' ? 'grad' : `grad: ${grad}`} };`;
  return [...asked, `  ${first}`, ...rest, end];
}

function holdsTuple(shape: Shape): boolean {
  if (shape.kind === 'list') return holdsTuple(shape.element);
  return shape.kind === 'record' && (shape.tuple || shape.fields.some((field) => holdsTuple(field.shape)));
}

function newLike({ at, storage, shape }: GradientEntry, plan: Plan): Expr {
  const { variable } = plan.primals[at] as Parameter;
  const maybe = plan.derived.of.signature.params[at]?.optional === true;
  if (isNested(shape)) return newNested(read(variable), plan.derived.ir.params[at]?.id as ValueId, maybe, plan);
  const bare: Expr = { kind: 'length', array: read(variable), memory: undefined, ...(maybe && { maybe }) };
  const length = maybe ? binary('??', bare, number(0)) : bare;
  if (storage === 'list') return method(call('new Array<number>', [length], false), 'fill', [number(0)]);
  return call(`new ${storageConstructor(shape.kind === 'array' ? shape.storage : 'f64')}`, [length], false);
}

function newNested(like: Expr, id: ValueId, maybe: boolean, { derived }: Plan): Expr {
  const type = infoOf(derived.ir.values, id).type;
  const cx: DeepContext = {
    variable: (name, hints, bound) => ({ id: -1, type: name, hints, fixed: false, named: false, bound }),
    memory: () => 0,
    origin: derived.ir.origin,
  };
  return zerosExpr(tangentType(type), like, type, cx, maybe);
}
