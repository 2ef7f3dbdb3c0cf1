/** What a run of IR carries along: the values of one activation, and what all of them share. */
import { InternalError, invariant } from '../diagnostics/internal.ts';
import { infoOf } from './build.ts';
import type { Memory } from './interpret-memory.ts';
import type { Scalar } from './interpret-prim.ts';
import type { ArrayType, IrFunction, Op, Region, ValueId } from './types.ts';

/** Numbers, flags and arrays of numbers. */
export type RuntimeValue = Scalar | Memory;
/** The same, texts, objects by their fields and lists of all of these. */
export type StructuredValue = RuntimeValue | string | null | readonly StructuredValue[] | { readonly [field: string]: StructuredValue };

export type Value = StructuredValue;

/** What it is told: an operation, and the values of the activation that ran it. */
export type OpObserver = (op: Op, values: readonly Value[]) => void;

export interface Machine {
  readonly callees: ReadonlyMap<string, IrFunction>;
  readonly globals: Map<string, RuntimeValue>;
  readonly budget: number;
  steps: number;
  readonly onOp: OpObserver | undefined;
}

/** One activation: the values of one call. */
export interface Frame {
  readonly fn: IrFunction;
  readonly values: Value[];
  readonly machine: Machine;
  /** The local functions. */
  readonly functions: Map<ValueId, LocalFunction>;
}

export interface LocalFunction {
  readonly body: Region;
  /** The activation that it was defined in. */
  readonly home: Frame;
}

export function bind(ids: readonly ValueId[], values: readonly Value[], frame: Frame): void {
  for (const [i, id] of ids.entries()) frame.values[id] = values[i];
}

export function set(id: ValueId, value: Value, frame: Frame): void {
  frame.values[id] = value;
}

export function memoryAt(id: ValueId, frame: Frame): Memory {
  const value = frame.values[id];
  if (value === undefined || value === null) throw new TypeError(`v${id} is ${value}`);
  if (typeof value !== 'object') throw new InternalError(`${frame.fn.name}: v${id} is ${String(value)}, not an array`);
  return value as Memory;
}

export function stackAt(id: ValueId, frame: Frame): Value[] {
  return memoryAt(id, frame) as unknown as Value[];
}

export function popFrom(stack: Value[]): Value {
  invariant(stack.length > 0, 'pop from an empty stack');
  return stack.pop();
}

export function arrayTypeOf(id: ValueId, frame: Frame): ArrayType {
  const { type } = infoOf(frame.fn.values, id);
  if (type.kind !== 'array') throw new InternalError(`v${id} is not an array`);
  return type;
}
