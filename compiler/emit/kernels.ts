/** With `math: "fast"` kernels of `gradgen/math` take the place of functions of `Math`. */
import type { IrFunction, PrimName } from '../ir/types.ts';
import { walkFunction } from '../ir/walk.ts';

interface Kernel {
  /** What `gradgen/math` calls it; generated code calls `exp` `fastExp`. */
  readonly name: string;
  /** Bytes of its bytecode, with what it calls. */
  readonly length: number;
  /** Faster than `Math`'s even where V8 does not inline it, so that its result is boxed. */
  readonly isAlwaysFaster: boolean;
}

const pow: Kernel = { name: 'pow', length: 750, isAlwaysFaster: true };

/** sin and cos are not among them: where a function calls both, as a derivative does, the kernels take longer than `Math`. */
const kernels: Partial<Record<PrimName, Kernel>> = {
  'Math.exp': { name: 'exp', length: 187, isAlwaysFaster: false },
  'Math.expm1': { name: 'expm1', length: 269, isAlwaysFaster: false },
  'Math.log': { name: 'log', length: 311, isAlwaysFaster: false },
  'Math.log1p': { name: 'log1p', length: 336, isAlwaysFaster: false },
  'Math.pow': pow,
  'Math.tanh': { name: 'tanh', length: 280, isAlwaysFaster: true },
  pow,
};

/** Bytecode that V8 (Node 20) inlines into one function, less what else there may be. */
const inlined = 750;

const localName = ({ name }: Kernel): string => `fast${name.charAt(0).toUpperCase()}${name.slice(1)}`;

/** The names that kernels have in generated code, with what they are exported as. */
export const kernelNames: ReadonlyMap<string, string> = new Map(Object.values(kernels).map((kernel) => [localName(kernel), kernel.name]));

/** The kernels that make a function faster, by the primitives whose place they take: all of them, or those that need not be inlined. */
export function kernelsFor(fn: IrFunction): ReadonlyMap<PrimName, string> {
  const used = new Map<PrimName, Kernel>();
  let length = 0;
  walkFunction(fn, (op) => {
    const kernel = op.kind === 'prim' ? kernels[op.prim] : undefined;
    if (op.kind !== 'prim' || !kernel) return;
    used.set(op.prim, kernel);
    length += kernel.length;
  });
  const chosen = [...used].filter(([, kernel]) => length <= inlined || kernel.isAlwaysFaster);
  return new Map(chosen.map(([prim, kernel]) => [prim, localName(kernel)]));
}
