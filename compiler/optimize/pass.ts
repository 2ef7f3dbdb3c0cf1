/** A pass: a pure function from IR to equivalent IR, with a name by which it can be switched off. */
import type { IrFunction } from '../ir/types.ts';

export interface Pass {
  /** Kebab-case; `--print-ir after=NAME` and the `disabled` option take it. */
  readonly name: string;
  /** One sentence, without a full stop. */
  readonly summary: string;
  /** Returns `fn` itself where nothing changed: that is how a fixed point is seen. Never meets a `call`. */
  run(fn: IrFunction): IrFunction;
}
