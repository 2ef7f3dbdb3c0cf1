/** With `math: "fast"` kernels of `gradgen/math` take the place of functions of `Math`. */
import type { PrimName } from '../ir/types.ts';

/** The functions that have a kernel, by what `gradgen/math` calls it; generated code calls `exp` `fastExp`. */
const kernels: Partial<Record<PrimName, string>> = {
  'Math.cos': 'cos',
  'Math.exp': 'exp',
  'Math.expm1': 'expm1',
  'Math.log': 'log',
  'Math.log1p': 'log1p',
  'Math.pow': 'pow',
  'Math.sin': 'sin',
  'Math.tanh': 'tanh',
  pow: 'pow',
};
const localName = (kernel: string): string => `fast${kernel.charAt(0).toUpperCase()}${kernel.slice(1)}`;

/** The names that kernels have in generated code, with what they are exported as. */
export const kernelNames: ReadonlyMap<string, string> = new Map(Object.values(kernels).map((kernel) => [localName(kernel), kernel]));

/** The name of the kernel that takes the place of a primitive, if there is one. */
export function kernelOf(prim: PrimName): string | undefined {
  const kernel = kernels[prim];
  return kernel && localName(kernel);
}
