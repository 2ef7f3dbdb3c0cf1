/** Calls of derivatives: what a derivative that a program calls is given, and what it gives. */
import { invariant } from '../diagnostics/internal.ts';
import { arrayOf, infoOf, int } from './build.ts';
import { isRecord, isRefs, shadowType, tangentType } from './memory-types.ts';
import { isDifferentiableResult } from './results.ts';
import type { DerivedCallee, IrFunction, Type } from './types.ts';

export interface CallTypes {
  readonly params: readonly Type[];
  readonly outs: readonly Type[];
}

/** Of the derivative of `fn`. Beside a product, the values of f come first where something is to be compared with them. */
export function derivedTypes(fn: IrFunction, { product, inputs }: Pick<DerivedCallee, 'product' | 'inputs'>): CallTypes {
  const own = fn.body.params.map((id) => infoOf(fn.values, id).type);
  const values = fn.body.yields.map((id) => infoOf(fn.values, id).type);
  const outputs = values.filter((_, at) => isDifferentiableResult(fn, at));
  const inputTypes = inputs.map((at) => {
    const type = own[at];
    invariant(type !== undefined, `${fn.name} has no parameter ${at}`);
    return type;
  });
  const gradients = inputTypes.map(shadowType);
  switch (product) {
    case 'grad':
      return { params: own, outs: gradients };
    case 'valueAndGrad':
      return { params: own, outs: [...values, ...gradients] };
    case 'vjp':
      return { params: [...own, ...outputs.map(tangentType)], outs: [...values, ...gradients] };
    case 'jvp':
      return { params: [...own, ...inputTypes.map(tangentType)], outs: [...values, ...outputs.map(tangentType)] };
    case 'hvp':
      return { params: [...own, ...inputTypes.map(tangentType)], outs: inputTypes.map((type) => tangentType(shadowType(type))) };
    case 'jacobian':
    case 'hessian':
      return { params: own, outs: [int, int, arrayOf('f64')] };
  }
}

/** A type as users have it: what has no derivative is not there. */
export function ordinaryType(type: Type): Type {
  if (isRefs(type)) return { ...type, element: ordinaryType(type.element) };
  if (!isRecord(type)) return type;
  const fields = type.fields.filter(({ omitted }) => !omitted).map((field) => ({ ...field, type: ordinaryType(field.type) }));
  return { ...type, fields };
}
