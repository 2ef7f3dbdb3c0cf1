import type { ConstantValue, Op } from './types.ts';

/** The number or flag that an operation defines as a constant; undefined for all else. */
export function scalarConstant(op: Op | undefined): number | boolean | undefined {
  return op?.kind === 'const' ? scalarOf(op.value) : undefined;
}

function scalarOf(value: ConstantValue): number | boolean | undefined {
  return typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
}
