/**
 * The intermediate representation: structured SSA with regions.
 *
 * Every value is defined once and lives in one table (`fn.values[id]`). Control flow is nested, never a graph. Arrays are
 * references to memory; whatever touches memory is ordered by its place in the region. See ARCHITECTURE.md, "The IR".
 */
import type { Origin } from '../diagnostics/origin.ts';
import type { PrimName } from './primitives.ts';
import type { ConstantValue, Type } from './value-types.ts';

export type * from './function-types.ts';
export { type MathName, mathNames, type OperatorName, operatorNames, type PrimName } from './primitives.ts';
export type * from './value-types.ts';

export type ValueId = number & { readonly brand: 'ValueId' };

export interface ValueInfo {
  readonly type: Type;
  /** The user's name for it (or one made from that): a wish that `emit` grants where it can. */
  readonly hint?: string;
  /** True: computed with exactly the operations that the user wrote. False (an adjoint's): may be reassociated. */
  readonly exact: boolean;
}

/** A list of operations in order, what it is given, and what it hands back. */
export interface Region {
  readonly params: readonly ValueId[];
  readonly ops: readonly Op[];
  readonly yields: readonly ValueId[];
}

interface OpBase {
  readonly origin: Origin;
}

/** A number, flag or text; null or undefined where its type is a reference, undefined where it is a number that is missing. */
export interface ConstOp extends OpBase {
  readonly kind: 'const';
  readonly out: ValueId;
  readonly value: ConstantValue;
}

/** A pure operation on scalars: an operator or a function of `Math`. */
export interface PrimOp extends OpBase {
  readonly kind: 'prim';
  readonly out: ValueId;
  readonly prim: PrimName;
  readonly args: readonly ValueId[];
}

/**
 * `array[index]`. `inRange`: proven to hit an element. `checked`: JavaScript's own meaning (a miss is undefined, which
 * computes like NaN). `orZero`: `array[index] ?? 0`.
 */
export interface LoadOp extends OpBase {
  readonly kind: 'load';
  readonly out: ValueId;
  readonly array: ValueId;
  readonly index: ValueId;
  readonly access: 'inRange' | 'checked' | 'orZero';
}

/** `array[index] = value`. `checked`: outside a typed array nothing happens; at the end of a list it grows. */
export interface StoreOp extends OpBase {
  readonly kind: 'store';
  readonly array: ValueId;
  readonly index: ValueId;
  readonly value: ValueId;
  readonly access: 'inRange' | 'checked';
}

/** `array[index] += value` on an adjoint or tangent array; relaxed, so that several commute. Outside of the array nothing happens. */
export interface AccumulateOp extends OpBase {
  readonly kind: 'accumulate';
  readonly array: ValueId;
  readonly index: ValueId;
  readonly value: ValueId;
  readonly access: 'inRange' | 'checked';
}

/** `array[i] += source[i]` for every i of `source` that `array` has; relaxed. Goes down into records and lists of references. */
export interface AddIntoOp extends OpBase {
  readonly kind: 'addInto';
  readonly array: ValueId;
  readonly source: ValueId;
}

/**
 * New memory of `length` zeros (`list`: `new Array(length).fill(0)`). With a `slot` (and fill 'zero') it will be a result, as a
 * `buffer`.
 */
export interface AllocOp extends OpBase {
  readonly kind: 'alloc';
  readonly out: ValueId;
  readonly length: ValueId;
  /**
   * `hole`: a list without its elements yet (`new Array(n)`), read as undefined; so always begins `refs`, and a record with other
   * fields than numbers. `record`: what the reverse sweep keeps; every element is stored before it is read, so `storage` may take a
   * used block from the arena.
   */
  readonly fill: 'zero' | 'hole' | 'record';
  /** Which result it is: the position among the function's gradient results. */
  readonly slot?: number;
}

/**
 * New zeros of the shape of `like`, down to the last number; fields that `out`'s type omits are left out, what is missing in
 * `like` is zero or empty. With a `slot` it will be a result: the caller may supply the memory (`out`, `…Into`).
 */
export interface BufferOp extends OpBase {
  readonly kind: 'buffer';
  readonly out: ValueId;
  readonly like: ValueId;
  /** Which result it is: the position among the function's gradient results. */
  readonly slot?: number;
  /** Every number is stored before it is read, so that memory of the caller's may be as it is. */
  readonly overwritten?: true;
}

export interface LengthOp extends OpBase {
  readonly kind: 'length';
  readonly out: ValueId;
  readonly array: ValueId;
}

/** Is there something at `array[index]`: neither undefined nor null? */
export interface PresentOp extends OpBase {
  readonly kind: 'present';
  readonly out: ValueId;
  readonly array: ValueId;
  readonly index: ValueId;
}

/**
 * New memory with the elements of `array` from `from` to `to`, as `slice` counts them; the storage is that of `out`. References
 * are copied as such, unless it is `deep`: then everything that can be reached is new (of a tree: no object is met twice).
 */
export interface CopyOp extends OpBase {
  readonly kind: 'copy';
  readonly out: ValueId;
  readonly array: ValueId;
  readonly from?: ValueId;
  readonly to?: ValueId;
  readonly deep?: true;
}

/** `array.subarray(from, to)`: another reference to the same memory, whose element 0 is element `from`. */
export interface ViewOp extends OpBase {
  readonly kind: 'view';
  readonly out: ValueId;
  readonly array: ValueId;
  readonly from?: ValueId;
  readonly to?: ValueId;
}

/** `array.fill(value, from, to)`. */
export interface FillOp extends OpBase {
  readonly kind: 'fill';
  readonly array: ValueId;
  readonly value: ValueId;
  readonly from?: ValueId;
  readonly to?: ValueId;
}

/** `array.set(source, offset)`. */
export interface SetOp extends OpBase {
  readonly kind: 'set';
  readonly array: ValueId;
  readonly source: ValueId;
  readonly offset?: ValueId;
}

/** Are two references the same object? */
export interface SameOp extends OpBase {
  readonly kind: 'same';
  readonly out: ValueId;
  readonly left: ValueId;
  readonly right: ValueId;
}

/** A new empty stack. */
export interface StackOp extends OpBase {
  readonly kind: 'stack';
  readonly out: ValueId;
}

export interface PushOp extends OpBase {
  readonly kind: 'push';
  readonly stack: ValueId;
  readonly value: ValueId;
}

export interface PopOp extends OpBase {
  readonly kind: 'pop';
  readonly out: ValueId;
  readonly stack: ValueId;
}

/** A binding of a module, read when the function is called. */
export interface GlobalOp extends OpBase {
  readonly kind: 'global';
  readonly out: ValueId;
  readonly name: string;
  /** Where it is exported from, as an absolute path; undefined for a literal that the emitter writes out (`literal`). */
  readonly module: string;
  /** The numbers themselves where the binding is never written and its initialiser is a literal. */
  readonly literal?: readonly number[];
}

export interface IfOp extends OpBase {
  readonly kind: 'if';
  readonly cond: ValueId;
  /** Both regions have no parameters and yield as many values as there are `outs`. */
  readonly then: Region;
  readonly otherwise: Region;
  readonly outs: readonly ValueId[];
}

/**
 * A counted loop: index = from, from + step, … while it is before `to`; max(0, ceil((to − from) / step)) trips.
 * `from` is an integer, `step` a nonzero integer constant, `to` any number. body.params = [index, ...carried].
 * With `exits` the body yields [exit code, ...carried] and the outs are [exit code, ...carried]: a code other than 0 stops
 * the loop at once, 0 out of the loop means that it ran out. Else body yields and outs are the carried values.
 */
export interface ForOp extends OpBase {
  readonly kind: 'for';
  readonly from: ValueId;
  readonly to: ValueId;
  readonly step: number;
  readonly inits: readonly ValueId[];
  readonly body: Region;
  readonly outs: readonly ValueId[];
  readonly exits: boolean;
}

/**
 * `while` (test 'before') or `do … while` (test 'after'). condition.params = carried, condition.yields = [bool];
 * body.params = carried; yields, outs and `exits` as for {@link ForOp}. A nonzero exit code skips the test.
 */
export interface WhileOp extends OpBase {
  readonly kind: 'while';
  readonly test: 'before' | 'after';
  readonly inits: readonly ValueId[];
  readonly condition: Region;
  readonly body: Region;
  readonly outs: readonly ValueId[];
  readonly exits: boolean;
}

/** Calls a function of the program. */
export interface CallOp extends OpBase {
  readonly kind: 'call';
  /** Key into the program's functions. */
  readonly callee: string;
  readonly args: readonly ValueId[];
  readonly outs: readonly ValueId[];
}

/**
 * Local functions that may call each other and themselves: the parameters of a region are what it is given, its yields what it returns.
 * They are
 * visible after the operation and inside of their own bodies. They stand at the top level of the function; of what is around them their
 * bodies
 * read constants and stacks only, so a derivative passes in what it needs.
 */
export interface FunctionsOp extends OpBase {
  readonly kind: 'functions';
  readonly outs: readonly ValueId[];
  readonly bodies: readonly Region[];
  /**
   * Where the user gives the derivatives of these functions: the keys of the rules (`IrFunction.rules`). They write nothing of their
   * callers'.
   */
  readonly keys?: readonly string[];
}

/** Calls a local function. */
export interface ApplyOp extends OpBase {
  readonly kind: 'apply';
  readonly callee: ValueId;
  readonly args: readonly ValueId[];
  readonly outs: readonly ValueId[];
}

/** Throws one of JavaScript's own errors; what follows in the region is not reached. */
export interface ThrowOp extends OpBase {
  readonly kind: 'throw';
  readonly error: ErrorName;
  /** The message: text and values in turn, as in a template literal. */
  readonly message: readonly (string | ValueId)[];
}

export type ErrorName = 'Error' | 'RangeError' | 'TypeError' | 'EvalError' | 'ReferenceError' | 'SyntaxError' | 'URIError';

export type Op =
  | ConstOp
  | PrimOp
  | LoadOp
  | StoreOp
  | AccumulateOp
  | AddIntoOp
  | AllocOp
  | BufferOp
  | LengthOp
  | PresentOp
  | CopyOp
  | ViewOp
  | FillOp
  | SetOp
  | SameOp
  | StackOp
  | PushOp
  | PopOp
  | GlobalOp
  | IfOp
  | ForOp
  | WhileOp
  | CallOp
  | FunctionsOp
  | ApplyOp
  | ThrowOp;

type EveryOpHasOrigin = Op extends { origin: Origin } ? true : never;
const everyOpHasOrigin: EveryOpHasOrigin = true;
void everyOpHasOrigin;
