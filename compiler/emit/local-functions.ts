/** Local functions become functions of the file: what they share with the function around them, its stacks, is handed to them. */
import type { FunctionsOp, IrFunction, Op, ParamInfo, Region, ValueId } from '../ir/types.ts';
import { freeValues, walkFunction, walkRegion } from '../ir/walk.ts';
import { classifyMemory, outside } from './memory-classes.ts';
import { findMissing } from './missing.ts';
import type { MemoryClass } from './syntax.ts';

/** A function that is printed apart. */
export interface Local {
  readonly out: ValueId;
  readonly fn: IrFunction;
  readonly hint: string;
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
}

export function splitLocals(ir: IrFunction): Split | undefined {
  const definitions = ir.body.ops.filter((op): op is FunctionsOp => op.kind === 'functions');
  if (definitions.length === 0) return undefined;
  const bodies = new Map(definitions.flatMap(({ outs, bodies: regions }) => outs.map((out, at) => [out, regions[at] as Region] as const)));
  const stacks = stacksOf(ir, bodies);
  const handed = (op: Op): Op => {
    if (op.kind === 'apply') return { ...op, args: [...op.args, ...(stacks.get(op.callee) ?? [])] };
    return changeRegions(op, (region) => ({ ...region, ops: region.ops.map(handed) }));
  };
  const constants = new Map(ir.body.ops.flatMap((op) => (op.kind === 'const' ? [[op.out, op] as const] : [])));
  const locals = [...bodies].map(([out, body]): Local => {
    const params = [...body.params, ...(stacks.get(out) ?? [])];
    const needed = [...freeValues(body)].flatMap((id) => constants.get(id) ?? []);
    const region = { ...body, params, ops: [...needed, ...body.ops].map(handed) };
    return { out, hint: ir.values[out]?.hint ?? 'inner', fn: functionOf(ir, region) };
  });
  const rest = ir.body.ops.filter(({ kind }) => kind !== 'functions').map(handed);
  const main = { ...ir, body: { ...ir.body, ops: rest } };
  const written = writtenParts(ir, bodies);
  return {
    whole: ir,
    main,
    locals,
    sharedStacks: new Set([...stacks.values()].flat()),
    missing: findMissing(ir, movesOf(ir, bodies)),
    isReadOnly: (id, part) => written.memoryOf(id, '') === outside && !written.parts.has(written.memoryOf(id, part)),
  };
}

function functionOf(ir: IrFunction, body: Region): IrFunction {
  const params = body.params.map((id): ParamInfo => ({ id, name: ir.values[id]?.hint ?? 'value', role: 'primal' }));
  const results = body.yields.map((_, at) => ({ name: `value${at + 1}`, kind: 'returned' as const }));
  return { ...ir, params, results, body };
}

function changeRegions(op: Op, change: (region: Region) => Region): Op {
  if (op.kind === 'if') return { ...op, then: change(op.then), otherwise: change(op.otherwise) };
  if (op.kind === 'for') return { ...op, body: change(op.body) };
  return op.kind === 'while' ? { ...op, condition: change(op.condition), body: change(op.body) } : op;
}

type Bodies = ReadonlyMap<ValueId, Region>;

/** The stacks of the function around that each local function uses, itself or through those that it calls. */
function stacksOf(ir: IrFunction, bodies: Bodies): ReadonlyMap<ValueId, readonly ValueId[]> {
  const isStack = (id: ValueId): boolean => ir.values[id]?.type.kind === 'stack';
  const used = new Map([...bodies].map(([out, body]) => [out, new Set([...freeValues(body)].filter(isStack))] as const));
  for (let changed = true; changed; ) {
    changed = false;
    for (const [out, body] of bodies) {
      const mine = used.get(out) as Set<ValueId>;
      const before = mine.size;
      walkRegion(body, (op) => {
        for (const stack of op.kind === 'apply' ? (used.get(op.callee) ?? []) : []) if (!isMadeIn(body, stack)) mine.add(stack);
      });
      changed ||= mine.size > before;
    }
  }
  return new Map([...used].map(([out, stacks]) => [out, [...stacks].sort((a, b) => a - b)]));
}

const isMadeIn = (body: Region, stack: ValueId): boolean => body.ops.some((op) => op.kind === 'stack' && op.out === stack);

/** Arguments go to parameters, what is returned to the results of calls. */
function movesOf(ir: IrFunction, bodies: Bodies): (readonly [to: ValueId, from: ValueId])[] {
  const moves: (readonly [ValueId, ValueId])[] = [];
  walkFunction(ir, (op) => {
    const body = op.kind === 'apply' ? bodies.get(op.callee) : undefined;
    if (op.kind !== 'apply' || !body) return;
    body.params.forEach((param, at) => void moves.push([param, op.args[at] as ValueId]));
    op.outs.forEach((out, at) => void moves.push([out, body.yields[at] as ValueId]));
  });
  return moves;
}

function writtenParts(ir: IrFunction, bodies: Bodies) {
  const memoryOf = classifyMemory(ir, movesOf(ir, bodies));
  const parts = new Set<MemoryClass>();
  walkFunction(ir, (op) => {
    if (op.kind === 'store' || op.kind === 'accumulate' || op.kind === 'fill' || op.kind === 'set') parts.add(memoryOf(op.array));
    if (op.kind === 'addInto') parts.add(memoryOf(op.array, ''));
  });
  return { memoryOf, parts };
}
