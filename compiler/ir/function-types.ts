/** Functions and programs: what stands around the regions. */
import type { Origin } from '../diagnostics/origin.ts';
import type { Region, ValueId, ValueInfo } from './types.ts';
import type { Type } from './value-types.ts';

/** What a function hands back. A written parameter's final contents follow the returned values. */
export interface ResultInfo {
  readonly name: string;
  /** `captured`: what a pullback keeps of the forward sweep. */
  readonly kind: 'returned' | 'written' | 'gradient' | 'tangent' | 'captured';
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

/**
 * A derivative that the user gives. Both take what the function takes; `vjp` then the adjoints of its results and gives those of `inputs`,
 * `jvp` then the tangents of `inputs` and gives those of the results. Only results and parameters that can have a derivative count.
 * Calls in
 * them are of functions with rules.
 */
export interface CustomRule {
  readonly vjp: IrFunction;
  readonly jvp: IrFunction;
  /** Positions of the parameters that are differentiated. */
  readonly inputs: readonly number[];
  /** Positions of the results that can have a derivative. */
  readonly outputs: readonly number[];
}

export interface IrFunction {
  readonly name: string;
  readonly params: readonly ParamInfo[];
  /** One per entry of body.yields. body.params are the ids of `params`. */
  readonly results: readonly ResultInfo[];
  readonly body: Region;
  readonly values: readonly ValueInfo[];
  readonly origin: Origin;
  /** The rules of local functions, as long as there may be a derivative to come. */
  readonly rules?: ReadonlyMap<string, CustomRule>;
  /** No derivative is to come. */
  readonly settled?: true;
}

/** A function of a program whose derivative the user gives: the functions that give it, by key. At least one is there. */
export interface GivenRule {
  readonly vjp?: string;
  readonly jvp?: string;
  /** As {@link CustomRule.inputs}. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** A function and everything that it calls, by key. */
export interface IrProgram {
  readonly main: IrFunction;
  readonly callees: ReadonlyMap<string, IrFunction>;
  /** By callee: the derivative that the user gives it. */
  readonly rules?: ReadonlyMap<string, GivenRule>;
  /** Derivatives that are called, by key: of functions among the callees, made before calls are inlined. */
  readonly derived?: ReadonlyMap<string, DerivedCallee>;
}

/** What can be asked for inside of a function. */
export type DerivedProduct = 'grad' | 'valueAndGrad' | 'vjp' | 'jvp' | 'hvp' | 'jacobian' | 'hessian';

export interface DerivedCallee {
  /** Key of the function that is differentiated; it only reads its parameters. */
  readonly of: string;
  readonly product: DerivedProduct;
  /** Positions of the parameters to differentiate, in order. */
  readonly inputs: readonly number[];
}
