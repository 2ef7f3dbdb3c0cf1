/** Local functions become functions of the file: what they share with the function around them, its stacks, is handed to them. */
import { isRefs } from '../ir/memory-types.ts';
import type { FunctionsOp, IrFunction, Op, ParamInfo, Region, ValueId } from '../ir/types.ts';
import { freeValues, walkFunction, walkRegion, withRegions } from '../ir/walk.ts';
import { classifyMemory, outside } from './memory-classes.ts';
import { findMissing, joinsOf } from './missing.ts';
import { findMutability, type Mutability } from './mutability.ts';
import { gatherLiterals } from './record-literals.ts';
import type { MemoryClass } from './syntax.ts';

/** A function that is printed apart. */
export interface Local {
  readonly out: ValueId;
  readonly fn: IrFunction;
  readonly hint: string;
  /** Does a call of it leave more on a stack of the arena? Then the arena's memory is given back by the function around. */
  readonly growsStacks: boolean;
}

export interface Split {
  readonly whole: IrFunction;
  readonly main: IrFunction;
  readonly locals: readonly Local[];
  readonly sharedStacks: ReadonlySet<ValueId>;
  /** As {@link findMissing}, of the whole. */
  readonly missing: ReadonlyMap<ValueId, string>;
  /** Is what lies behind a reference (or, `[]`, in it) the caller's, and written by nobody? */
  isReadOnly(id: ValueId, part: '[]' | ''): boolean;
  readonly written: Mutability;
}

/** `given`: the parameters that may be missing. */
export function splitLocals(fn: IrFunction, isPullback: boolean, given: Iterable<readonly [ValueId, string]>): Split | undefined {
  if (!fn.body.ops.some(({ kind }) => kind === 'functions')) return undefined;
  const moves = movesOf(fn, bodiesOf(fn));
  const ir = withTypesOfUsers(withLastingBlocks(fn, moves), moves);
  const bodies = bodiesOf(ir);
  const stacks = stacksOf(ir, bodies);
  const growing = growingFunctions(ir, bodies);
  const handed = (op: Op): Op => {
    if (op.kind === 'apply') return { ...op, args: [...op.args, ...(stacks.get(op.callee) ?? [])] };
    return withRegions(op, (region) => ({ ...region, ops: region.ops.map(handed) }));
  };
  const constants = new Map(ir.body.ops.flatMap((op) => (op.kind === 'const' ? [[op.out, op] as const] : [])));
  const locals = [...bodies].map(([out, body]): Local => {
    const params = [...body.params, ...(stacks.get(out) ?? [])];
    const needed = [...freeValues(body)].flatMap((id) => constants.get(id) ?? []);
    const region = { ...body, params, ops: [...needed, ...body.ops].map(handed) };
    return { out, hint: ir.values[out]?.hint ?? 'inner', fn: functionOf(ir, region), growsStacks: growing.has(out) };
  });
  const rest = ir.body.ops.filter(({ kind }) => kind !== 'functions').map(handed);
  const main = { ...ir, body: { ...ir.body, ops: rest } };
  const written = writtenParts(ir, moves);
  const mutable = findMutability(ir, {
    isKept: () => true,
    moves,
    literal: new Set([main, ...locals.map((local) => local.fn)].flatMap((each) => [...gatherLiterals(each).stores])),
    handedOut: isPullback ? (locals.at(-1)?.fn.body.yields ?? []) : [],
  });
  /** Other memory of its class may be written, but not through what this reference leads to. */
  const isWrittenThrough = (id: ValueId, part: '[]' | ''): boolean =>
    ((part === '[]') === isRefs(ir.values[id]?.type) ? mutable.itself : mutable.inside).has(id);
  return {
    whole: ir,
    main,
    locals,
    sharedStacks: new Set([...stacks.values()].flat()),
    missing: findMissing(ir, moves, given),
    written: mutable.written,
    isReadOnly: (id, part) =>
      written.memoryOf(id, '') === outside && (!written.parts.has(written.memoryOf(id, part)) || !isWrittenThrough(id, part)),
  };
}

function functionOf(ir: IrFunction, body: Region): IrFunction {
  const params = body.params.map((id): ParamInfo => ({ id, name: ir.values[id]?.hint ?? 'value', role: 'primal' }));
  const results = body.yields.map((_, at) => ({ name: `value${at + 1}`, kind: 'returned' as const }));
  return { ...ir, params, results, body };
}

type Bodies = ReadonlyMap<ValueId, Region>;

function bodiesOf(ir: IrFunction): Bodies {
  const definitions = ir.body.ops.filter((op): op is FunctionsOp => op.kind === 'functions');
  return new Map(definitions.flatMap(({ outs, bodies }) => outs.map((out, at) => [out, bodies[at] as Region] as const)));
}

/** Blocks of the arena that are put on a stack of references outlive the call that takes them: they are memory like any other. */
function withLastingBlocks(ir: IrFunction, moves: ReturnType<typeof movesOf>): IrFunction {
  const memoryOf = classifyMemory(ir, moves);
  const kept = new Set<MemoryClass>();
  walkFunction(ir, (op) => {
    if (op.kind === 'push' && ir.values[op.value]?.type.kind === 'array') kept.add(memoryOf(op.value, ''));
  });
  if (kept.size === 0) return ir;
  const lasting = (op: Op): Op => {
    if (op.kind === 'alloc' && op.fill === 'record' && kept.has(memoryOf(op.out, ''))) return { ...op, fill: 'zero' };
    return withRegions(op, (region) => ({ ...region, ops: region.ops.map(lasting) }));
  };
  return { ...ir, body: { ...ir.body, ops: ir.body.ops.map(lasting) } };
}

/** What holds something of the user's, or a copy, is of the user's type, though a reverse sweep takes it. */
function withTypesOfUsers(ir: IrFunction, given: ReturnType<typeof movesOf>): IrFunction {
  const values = [...ir.values];
  const moves = [...given];
  walkFunction(ir, (op) => void moves.push(...(op.kind === 'copy' ? [[op.out, op.array] as const] : joinsOf(op))));
  for (let changed = true; changed; ) {
    changed = false;
    for (const [to, from] of moves) {
      const info = values[to];
      if (info?.type.kind !== 'array' || info.exact || !values[from]?.exact) continue;
      values[to] = { ...info, exact: true };
      changed = true;
    }
  }
  return { ...ir, values };
}

/** Functions that push numbers on a stack of the function around, themselves or through those that they call. */
function growingFunctions(ir: IrFunction, bodies: Bodies): ReadonlySet<ValueId> {
  const grown = throughCalls(bodies, (body) => {
    const own: ValueId[] = [];
    walkRegion(body, (op) => {
      if (op.kind === 'push' && ir.values[op.value]?.type.kind !== 'array' && !isMadeIn(body, op.stack)) own.push(op.stack);
    });
    return own;
  });
  return new Set([...grown].filter(([, stacks]) => stacks.size > 0).map(([out]) => out));
}

/** The stacks of the function around that each local function uses, itself or through those that it calls. */
function stacksOf(ir: IrFunction, bodies: Bodies): ReadonlyMap<ValueId, readonly ValueId[]> {
  const isStack = (id: ValueId): boolean => ir.values[id]?.type.kind === 'stack';
  const used = throughCalls(bodies, (body) => [...freeValues(body)].filter(isStack));
  return new Map([...used].map(([out, stacks]) => [out, [...stacks].sort((a, b) => a - b)]));
}

/** What each body has of its own and from those that it calls, but for the stacks that it makes. */
function throughCalls(bodies: Bodies, own: (body: Region) => readonly ValueId[]): ReadonlyMap<ValueId, ReadonlySet<ValueId>> {
  const all = new Map([...bodies].map(([out, body]) => [out, new Set(own(body))] as const));
  for (let changed = true; changed; ) {
    changed = false;
    for (const [out, body] of bodies) {
      const mine = all.get(out) as Set<ValueId>;
      const before = mine.size;
      walkRegion(body, (op) => {
        for (const stack of op.kind === 'apply' ? (all.get(op.callee) ?? []) : []) if (!isMadeIn(body, stack)) mine.add(stack);
      });
      changed ||= mine.size > before;
    }
  }
  return all;
}

function isMadeIn(body: Region, stack: ValueId): boolean {
  let found = false;
  walkRegion(body, (op) => {
    found ||= op.kind === 'stack' && op.out === stack;
  });
  return found;
}

/** Arguments go to parameters, what is returned to the results of calls, what is kept for a pullback to the first of its parameters. */
function movesOf(ir: IrFunction, bodies: Bodies): (readonly [to: ValueId, from: ValueId])[] {
  const moves: (readonly [ValueId, ValueId])[] = [];
  walkFunction(ir, (op) => {
    const body = op.kind === 'apply' ? bodies.get(op.callee) : undefined;
    if (op.kind !== 'apply' || !body) return;
    body.params.forEach((param, at) => void moves.push([param, op.args[at] as ValueId]));
    op.outs.forEach((out, at) => void moves.push([out, body.yields[at] as ValueId]));
  });
  const kept = ir.body.yields.filter((_, at) => ir.results[at]?.kind === 'captured');
  const pullback = kept.length > 0 ? [...bodies.values()].at(-1) : undefined;
  return [...moves, ...kept.map((id, at) => [pullback?.params[at] ?? id, id] as const)];
}

function writtenParts(ir: IrFunction, moves: ReturnType<typeof movesOf>) {
  const memoryOf = classifyMemory(ir, moves);
  const parts = new Set<MemoryClass>();
  walkFunction(ir, (op) => {
    if (op.kind === 'store' || op.kind === 'accumulate' || op.kind === 'fill' || op.kind === 'set') parts.add(memoryOf(op.array));
    if (op.kind === 'addInto') parts.add(memoryOf(op.array, ''));
  });
  return { memoryOf, parts };
}
