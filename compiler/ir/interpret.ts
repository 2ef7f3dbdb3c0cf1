/**
 * The oracle: runs IR with JavaScript's own semantics, operation by operation.
 *
 * Arrays passed in are used by reference, as a call would; what the IR allocates is real memory. Nothing is optimized and
 * every value is what V8 would compute, so that a pass that changes one bit of a value is seen.
 */
import { InternalError, invariant, unreachable } from '../diagnostics/internal.ts';
import { infoOf } from './build.ts';
import {
  arrayTypeOf,
  bind,
  type Frame,
  type Machine,
  memoryAt,
  type OpObserver,
  popFrom,
  type RuntimeValue,
  type StructuredValue,
  set,
  stackAt,
  type Value,
} from './interpret-frame.ts';
import { accumulateTo, allocate, copyOf, fillOf, loadFrom, type Memory, memoryOf, setOf, storeTo, viewOf } from './interpret-memory.ts';
import { addDeep, copyObject, emptyRecord, type Fields, fieldName, zerosLike } from './interpret-objects.ts';
import { evaluatePrim, type Scalar, userError } from './interpret-prim.ts';
import { isNumbers, isRecord, isRefs } from './memory-types.ts';
import type {
  AllocOp,
  ApplyOp,
  BufferOp,
  CallOp,
  CopyOp,
  ForOp,
  FunctionsOp,
  GlobalOp,
  IfOp,
  IrFunction,
  IrProgram,
  Op,
  Region,
  ValueId,
  WhileOp,
} from './types.ts';

export type { OpObserver, RuntimeValue, StructuredValue } from './interpret-frame.ts';
export type { Memory, Scalar };
export interface InterpretOptions {
  /** How many operations may run before {@link budgetSpent} is thrown; default: no limit. */
  readonly budget?: number;
  /** The bindings of modules that the program reads, as `name` → value. */
  readonly globals?: ReadonlyMap<string, RuntimeValue>;
  /** Sees every operation after it ran, a loop after its last iteration, with the values of its activation. */
  readonly onOp?: OpObserver;
}

/** The message of the internal error that ends a run over its budget. */
export const budgetSpent = 'the budget of operations is spent';

/** Runs a function on `args` and gives its results in order. Throws what the user's `throw` would, or {@link InternalError}. */
export function interpret<V extends StructuredValue = RuntimeValue>(
  program: IrProgram | IrFunction,
  args: readonly V[],
  options: InterpretOptions = {},
): readonly V[] {
  const { main, callees } = 'main' in program ? program : { main: program, callees: new Map<string, IrFunction>() };
  const globals = new Map(options.globals);
  const machine: Machine = { callees, globals, budget: options.budget ?? Number.POSITIVE_INFINITY, steps: 0, onOp: options.onOp };
  return runFunction(main, args, machine) as readonly V[];
}

function runFunction(fn: IrFunction, args: readonly Value[], machine: Machine): readonly Value[] {
  invariant(args.length <= fn.params.length, `${fn.name} takes ${fn.params.length} arguments, not ${args.length}`);
  const frame: Frame = { fn, values: [], machine, functions: new Map() };
  return runRegion(
    fn.body,
    fn.params.map((_, i) => args[i]),
    frame,
  );
}

function runRegion(region: Region, args: readonly Value[], frame: Frame): readonly Value[] {
  bind(region.params, args, frame);
  const { onOp } = frame.machine;
  for (const op of region.ops) {
    runOp(op, frame);
    onOp?.(op, frame.values);
  }
  return region.yields.map((id) => frame.values[id]);
}

function runOp(op: Op, frame: Frame): void {
  const { machine, values } = frame;
  if (++machine.steps > machine.budget) throw new InternalError(budgetSpent);
  const number = (id: ValueId): number => values[id] as number;
  const optional = (id: ValueId | undefined): number | undefined => (id === undefined ? undefined : number(id));
  const memory = (id: ValueId): Memory => memoryAt(id, frame);
  switch (op.kind) {
    case 'const':
      return set(op.out, op.value, frame);
    case 'prim':
      return set(
        op.out,
        evaluatePrim(
          op.prim,
          op.args.map((id) => values[id]),
        ),
        frame,
      );
    case 'load':
    case 'store':
    case 'accumulate':
    case 'present':
      return runAccess(op, frame);
    case 'addInto':
      return addDeep(arrayTypeOf(op.array, frame), memory(op.array), memory(op.source));
    case 'alloc':
      return set(op.out, allocateOut(op, number(op.length), frame), frame);
    case 'buffer':
      return set(op.out, bufferOf(op, frame), frame);
    case 'length':
      return set(op.out, memory(op.array).length, frame);
    case 'copy':
      return set(op.out, copyOut(op, { from: optional(op.from), to: optional(op.to) }, frame), frame);
    case 'view':
      return set(op.out, viewOf(memory(op.array), { from: optional(op.from), to: optional(op.to) }), frame);
    case 'fill':
      return fillOf(memory(op.array), number(op.value), { from: optional(op.from), to: optional(op.to) });
    case 'set':
      return setOf(memory(op.array), memory(op.source), optional(op.offset) ?? 0);
    case 'same':
      return set(op.out, values[op.left] === values[op.right], frame);
    case 'stack':
      return set(op.out, [], frame);
    case 'push':
      return void stackAt(op.stack, frame).push(values[op.value]);
    case 'pop':
      return set(op.out, popFrom(stackAt(op.stack, frame)), frame);
    case 'global':
      return set(op.out, globalValue(op, frame), frame);
    case 'if':
      return runIf(op, frame);
    case 'for':
      return runFor(op, frame);
    case 'while':
      return runWhile(op, frame);
    case 'call':
      return runCall(op, frame);
    case 'functions':
      return defineFunctions(op, frame);
    case 'apply':
      return runApply(op, frame);
    case 'throw':
      throw userError(op.error, op.message.map((part) => (typeof part === 'string' ? part : String(values[part]))).join(''));
    default:
      return unreachable(op);
  }
}

type Access = Extract<Op, { kind: 'load' | 'store' | 'accumulate' | 'present' }>;

/** An element, or a field by its name. */
function runAccess(op: Access, frame: Frame): void {
  const { values } = frame;
  const type = arrayTypeOf(op.array, frame);
  const index = values[op.index] as number;
  if (isRecord(type)) return runFieldAccess(op, memoryAt(op.array, frame) as unknown as Fields, fieldName(type, index), frame);
  const memory = memoryAt(op.array, frame);
  if (op.kind === 'load') return set(op.out, loadFrom(memory, index, op.access), frame);
  if (op.kind === 'present') return set(op.out, isThere(memory[index]), frame);
  if (op.kind === 'store') return storeTo(memory, index, values[op.value] as number, op.access);
  return accumulateTo(memory, index, values[op.value] as number, op.access);
}

function runFieldAccess(op: Access, record: Fields, name: string, frame: Frame): void {
  if (op.kind === 'load') return set(op.out, op.access === 'orZero' ? ((record[name] ?? 0) as Value) : (record[name] as Value), frame);
  if (op.kind === 'present') return set(op.out, isThere(record[name]), frame);
  const value = frame.values[op.value];
  record[name] = op.kind === 'store' ? value : (record[name] as number) + (value as number);
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function allocateOut(op: AllocOp, length: number, frame: Frame): Value {
  const type = arrayTypeOf(op.out, frame);
  if (isRecord(type)) return emptyRecord(type, op.fill === 'zero') as Value;
  return isRefs(type) ? new Array<Value>(length) : allocate(type.storage, length, op.fill);
}

/** What is certainly overwritten holds no zeros here: a read of it shows. */
function bufferOf(op: BufferOp, frame: Frame): Value {
  const zeros = zerosLike(arrayTypeOf(op.out, frame), frame.values[op.like]) as Value;
  if (op.overwritten) (zeros as Float64Array).fill(Number.NaN);
  return zeros;
}

function copyOut(op: CopyOp, range: { readonly from: number | undefined; readonly to: number | undefined }, frame: Frame): Value {
  const type = arrayTypeOf(op.out, frame);
  const value = memoryAt(op.array, frame);
  if (isNumbers(type)) return copyOf(value, range, type.storage);
  const part = isRefs(type) ? (value as unknown as Value[]).slice(range.from, range.to) : value;
  return copyObject(type, part, op.deep === true) as Value;
}

/** A binding is one object however often it is read. */
function globalValue(op: GlobalOp, frame: Frame): RuntimeValue {
  const { globals } = frame.machine;
  const key = op.literal ? `${op.module}#${op.name}` : op.name;
  if (!globals.has(key)) {
    invariant(op.literal !== undefined, `no value for the global ${op.name}`);
    const { type } = infoOf(frame.fn.values, op.out);
    globals.set(key, isNumbers(type) ? memoryOf(type.storage, op.literal) : op.literal[0]);
  }
  return globals.get(key);
}

function runIf(op: IfOp, frame: Frame): void {
  const region = frame.values[op.cond] ? op.then : op.otherwise;
  bind(op.outs, runRegion(region, [], frame), frame);
}

function runFor(op: ForOp, frame: Frame): void {
  const to = frame.values[op.to] as number;
  let state: LoopState = { code: 0, carried: op.inits.map((id) => frame.values[id]) };
  const goesOn = (index: number): boolean => (op.step > 0 ? index < to : index > to);
  for (let index = frame.values[op.from] as number; goesOn(index) && state.code === 0; index += op.step) {
    state = split(op.exits, runRegion(op.body, [index, ...state.carried], frame));
  }
  bindLoop(op, state, frame);
}

function runWhile(op: WhileOp, frame: Frame): void {
  let state: LoopState = { code: 0, carried: op.inits.map((id) => frame.values[id]) };
  const goesOn = (): boolean => Boolean(runRegion(op.condition, state.carried, frame)[0]);
  let running = op.test === 'after' || goesOn();
  while (running) {
    state = split(op.exits, runRegion(op.body, state.carried, frame));
    running = state.code === 0 && goesOn();
  }
  bindLoop(op, state, frame);
}

interface LoopState {
  readonly code: Value;
  readonly carried: readonly Value[];
}

function split(exits: boolean, yields: readonly Value[]): LoopState {
  return exits ? { code: yields[0], carried: yields.slice(1) } : { code: 0, carried: yields };
}

function bindLoop(op: ForOp | WhileOp, { code, carried }: LoopState, frame: Frame): void {
  bind(op.outs, op.exits ? [code, ...carried] : carried, frame);
}

function runCall(op: CallOp, frame: Frame): void {
  const callee = frame.machine.callees.get(op.callee);
  if (!callee) throw new InternalError(`no function ${op.callee}`);
  const args = op.args.map((id) => frame.values[id]);
  bind(op.outs, runFunction(callee, args, frame.machine), frame);
}

function defineFunctions({ outs, bodies }: FunctionsOp, frame: Frame): void {
  outs.forEach((out, at) => void frame.functions.set(out, { body: bodies[at] as Region, home: frame }));
}

/** Every activation has values of its own, beside those of the one that its function was defined in. */
function runApply(op: ApplyOp, frame: Frame): void {
  const callee = frame.functions.get(op.callee);
  invariant(callee !== undefined, `${frame.fn.name}: v${op.callee} is no local function`);
  const args = op.args.map((id) => frame.values[id]);
  const inner: Frame = { ...callee.home, values: [...callee.home.values] };
  bind(op.outs, runRegion(callee.body, args, inner), frame);
}
