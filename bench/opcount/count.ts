/** What one call executes and keeps: counted by the interpreter of the IR, so the same on every machine. */
import { interpret, type StructuredValue } from '../../compiler/ir/interpret.ts';
import type { CopyOp, FillOp, IrFunction, IrProgram, Op, PrimOp, ValueId } from '../../compiler/ir/types.ts';

export interface Counts {
  /** Operators on numbers and flags: + − × ÷ % **, comparisons, choices, bits, conversions; not the step and test of a counted loop. */
  readonly arithmetic: number;
  /** Calls of `Math`. */
  readonly math: number;
  /** Elements and fields that are read, what is popped or read in bulk. Lengths and constants are free; `+=` loads, adds and stores. */
  readonly loads: number;
  /** Elements and fields that are written, what is pushed or written in bulk. The zeros of new memory are free. */
  readonly stores: number;
  /** What is kept for the reverse sweep: record arrays by their length, stacks by all that is pushed on them. */
  readonly recordedBytes: number;
}

type Tally = { -readonly [Name in keyof Counts]: number };
type Values = readonly StructuredValue[];

/** The results of a call, and what it took to get them. */
export function countOperations(subject: IrProgram | IrFunction, args: Values): { readonly results: Values; readonly counts: Counts } {
  const counts: Tally = { arithmetic: 0, math: 0, loads: 0, stores: 0, recordedBytes: 0 };
  const results = interpret<StructuredValue>(subject, args, { onOp: (op, values) => add(costOf(op, values), counts) });
  return { results, counts };
}

export function operationsIn({ arithmetic, math, loads, stores }: Counts): number {
  return arithmetic + math + loads + stores;
}

function add(cost: Partial<Counts>, to: Tally): void {
  for (const [name, count] of Object.entries(cost)) to[name as keyof Counts] += count;
}

/** Of the operation itself: what runs inside of it is counted on its own. */
function costOf(op: Op, values: Values): Partial<Counts> {
  switch (op.kind) {
    case 'prim':
      return primCost(op);
    case 'load':
    case 'present':
    case 'pop':
      return { loads: 1 };
    case 'store':
      return { stores: 1 };
    case 'push':
      return { stores: 1, recordedBytes: bytesIn(values[op.value]) };
    case 'accumulate':
      return { arithmetic: 1, loads: 1, stores: 1 };
    case 'same':
      return { arithmetic: 1 };
    case 'alloc':
      return op.fill === 'record' ? { recordedBytes: bytesIn(values[op.out]) } : {};
    case 'copy':
      return copyCost(op, values);
    case 'addInto':
      return bulk(numbersIn(values[op.source]), ['arithmetic', 'loads', 'stores']);
    case 'set':
      return bulk(lengthOf(values[op.source]), ['loads', 'stores']);
    case 'fill':
      return bulk(filledBy(op, values), ['stores']);
    default:
      return {};
  }
}

function primCost({ prim }: PrimOp): Partial<Counts> {
  if (prim.startsWith('Math.')) return { math: 1 };
  return prim === 'stopGradient' ? {} : { arithmetic: 1 };
}

function copyCost({ out, deep }: CopyOp, values: Values): Partial<Counts> {
  return bulk(deep ? numbersIn(values[out]) : lengthOf(values[out]), ['loads', 'stores']);
}

function bulk(count: number, names: readonly (keyof Counts)[]): Partial<Counts> {
  return Object.fromEntries(names.map((name) => [name, count]));
}

/** As `fill` counts: from the end where a bound is negative. */
function filledBy({ array, from, to }: FillOp, values: Values): number {
  const length = lengthOf(values[array]);
  const at = (id: ValueId | undefined, otherwise: number): number => {
    const bound = id === undefined ? otherwise : ((values[id] as number | undefined) ?? otherwise);
    return Math.trunc(bound < 0 ? Math.max(0, length + bound) : Math.min(bound, length));
  };
  return Math.max(0, at(to, length) - at(from, 0));
}

/** Flags take one byte, everything else eight. */
function bytesIn(value: StructuredValue): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (Array.isArray(value)) return 8 * value.length;
  return typeof value === 'boolean' ? 1 : 8;
}

/** Elements, or fields. */
function lengthOf(value: StructuredValue): number {
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
}

/** The numbers that can be reached. */
function numbersIn(value: StructuredValue): number {
  if (typeof value === 'number') return 1;
  if (ArrayBuffer.isView(value)) return lengthOf(value);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, child) => sum + numbersIn(child as StructuredValue), 0);
}
