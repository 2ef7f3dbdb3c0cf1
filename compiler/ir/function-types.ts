/** Functions and programs: what stands around the regions. */
import type { Origin } from '../diagnostics/origin.ts';
import type { Region, ValueId, ValueInfo } from './types.ts';
import type { Type } from './value-types.ts';

/** What a function hands back. A written parameter's final contents follow the returned values. */
export interface ResultInfo {
  readonly name: string;
  readonly kind: 'returned' | 'written' | 'gradient' | 'tangent';
  /** As declared; where absent, the type of the value. Decides whether the result has a seed. */
  readonly type?: Type;
  /** For 'written' and 'gradient': the index of the parameter it belongs to. */
  readonly param?: number;
}

export interface ParamInfo {
  readonly id: ValueId;
  readonly name: string;
  /** `primal`: f's own. `seed`, `tangent`: added by a derivative. */
  readonly role: 'primal' | 'seed' | 'tangent';
}

export interface IrFunction {
  readonly name: string;
  readonly params: readonly ParamInfo[];
  /** One per entry of body.yields. body.params are the ids of `params`. */
  readonly results: readonly ResultInfo[];
  readonly body: Region;
  readonly values: readonly ValueInfo[];
  readonly origin: Origin;
}

/** A function and everything that it calls, by key. */
export interface IrProgram {
  readonly main: IrFunction;
  readonly callees: ReadonlyMap<string, IrFunction>;
}
