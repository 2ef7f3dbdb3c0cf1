/**
 * IR → statements, as it stands: every value is assigned to its variable, every exit is a code that is tested. What makes
 * it readable (folding, exits.ts, tidy.ts) comes after and may assume nothing but that these statements are right.
 */
import { InternalError, invariant } from '../diagnostics/internal.ts';
import type { Origin } from '../diagnostics/origin.ts';
import { isReference } from '../ir/memory-types.ts';
import type { ApplyOp, CallOp, ForOp, IfOp, IrFunction, Op, PrimOp, Region, ThrowOp, ValueId, WhileOp } from '../ir/types.ts';
import { walkFunction } from '../ir/walk.ts';
import { coalesce } from './coalesce.ts';
import type { Copy } from './copies.ts';
import { sequentialize } from './copies.ts';
import { recordedValues, rolesOf } from './describe.ts';
import { kernelsFor } from './kernels.ts';
import { analyzeLiveness } from './liveness.ts';
import { allocate, lowerMemoryOp } from './lower-memory.ts';
import { takeStack } from './lower-stack.ts';
import type { Lowering, Surroundings } from './lowering.ts';
import { newVariable, typeTextOf, valueExpr, variableOf, writable } from './lowering.ts';
import { classifyMemory } from './memory-classes.ts';
import { findMissing, makesHoles } from './missing.ts';
import { findMutability } from './mutability.ts';
import { primExpr } from './prims.ts';
import { gatherLiterals } from './record-literals.ts';
import type { Block, Expr, ForStmt, LoopStmt, MemoryClass, Variable } from './syntax.ts';
import { assign, binary, boolean, call, leaves, number, read, text } from './syntax.ts';

export function lowerFunction(given: IrFunction, surroundings: Surroundings, firstVariable: number): Block {
  const { fn, elements, stores } = gatherLiterals(given);
  const live = analyzeLiveness(fn);
  const memoryOf = classifyMemory(fn);
  const elementTypes = new Map<ValueId, readonly string[]>();
  const block: Block = [...(surroundings.opening ?? [])];
  const lowering: Lowering = {
    fn,
    live,
    classes: coalesce(fn, live),
    memoryOf,
    writtenParts: partsWritten(fn, memoryOf, surroundings),
    surroundings,
    kernels: surroundings.fastMath ? kernelsFor(fn) : new Map(),
    variables: new Map(),
    stacks: new Map(),
    roles: rolesOf(fn),
    recorded: recordedValues(fn),
    stackCount: countStacks(fn),
    elementTypes,
    literals: elements,
    literalStores: stores,
    missing: surroundings.missing ?? findMissing(fn),
    mutability: findMutability(fn, { ...(surroundings.isKept && { isKept: surroundings.isKept }), literal: stores }),
    lacking: makesHoles(fn),
    block,
    nextVariable: firstVariable,
  };
  collectStackedTypes(lowering, elementTypes);
  for (const [stack, types] of surroundings.stackedTypes ?? []) elementTypes.set(stack, types);
  fn.body.params.forEach((id, i) => lowering.variables.set(id, surroundings.parameter(i)));
  for (const [i, id] of fn.body.params.entries())
    if (fn.values[id]?.type.kind === 'stack') takeStack(id, surroundings.parameter(i), lowering);
  lowerOps(fn.body, lowering);
  if (!leaves(block.at(-1))) block.push(...surroundings.finish(fn.body.yields.map((id) => resultExpr(id, lowering))));
  return block;
}

/** A result that is a literal is handed out as such: then it need not be made where the caller brings the memory. */
function resultExpr(id: ValueId, lowering: Lowering): Expr {
  const elements = lowering.literals.get(id);
  const op = lowering.live.definition(id);
  const isAtEnd = op !== undefined && lowering.fn.body.ops.includes(op);
  if (!elements || op?.kind !== 'alloc' || !isAtEnd || lowering.live.uses(id) !== elements.size + 1) return valueExpr(id, lowering);
  return allocate(op, lowering, (value) => resultExpr(value, lowering));
}

function countStacks(fn: IrFunction): number {
  let count = 0;
  walkFunction(fn, (op) => void (op.kind === 'stack' && count++));
  return count;
}

function collectStackedTypes(lowering: Lowering, types: Map<ValueId, readonly string[]>): void {
  walkFunction(lowering.fn, (op) => {
    const id = op.kind === 'push' ? op.value : op.kind === 'pop' ? op.out : undefined;
    const type = id === undefined ? undefined : lowering.fn.values[id]?.type;
    if (id === undefined || (type?.kind !== 'array' && type?.kind !== 'text') || (op.kind !== 'push' && op.kind !== 'pop')) return;
    types.set(op.stack, [...new Set([...(types.get(op.stack) ?? []), typeTextOf(id, lowering)])]);
  });
}

function partsWritten(fn: IrFunction, memoryOf: Lowering['memoryOf'], { isKept }: Surroundings): Set<MemoryClass> {
  const parts = new Set<MemoryClass>();
  walkFunction(fn, (op) => {
    if (op.kind === 'store' || op.kind === 'accumulate' || op.kind === 'fill' || op.kind === 'set') parts.add(memoryOf(op.array));
    if (op.kind === 'addInto') parts.add(memoryOf(op.array, ''));
    const handedOn = op.kind === 'apply' ? op.args.filter((id) => isReference(fn.values[id]?.type) && !isKept?.(id)) : [];
    for (const id of handedOn) for (const part of ['', '[]']) parts.add(memoryOf(id, part));
  });
  return parts;
}

/** Lowers until something leaves for good; what stands behind a `throw` is never reached. */
function lowerOps(region: Region, lowering: Lowering): boolean {
  for (const op of region.ops) {
    lowerOp(op, lowering);
    if (leaves(lowering.block.at(-1))) return false;
  }
  return true;
}

function lowerOp(op: Op, lowering: Lowering): void {
  switch (op.kind) {
    case 'const':
    case 'global':
      return;
    case 'prim':
      return void lowering.block.push(assign(variableOf(op.out, lowering), lowerPrim(op, lowering), op.origin));
    case 'if':
      return lowerIf(op, lowering);
    case 'for':
      return lowerFor(op, lowering);
    case 'while':
      return lowerWhile(op, lowering);
    case 'call':
      return lowerCall(op, lowering);
    case 'apply':
      return lowerApply(op, lowering);
    case 'functions':
      throw new InternalError('local functions are printed apart');
    case 'throw':
      return lowerThrow(op, lowering);
    default:
      return lowering.literalStores.has(op) ? undefined : lowerMemoryOp(op, lowering);
  }
}

function lowerPrim(op: PrimOp, lowering: Lowering): Expr {
  const args = op.args.map((id) => valueExpr(id, lowering));
  if (op.prim === 'given') return givenExpr(op, args, lowering);
  const kernel = lowering.kernels.get(op.prim);
  return kernel ? call(kernel, args) : primExpr(op.prim, args, lowering.fn.values[op.out]?.exact === false);
}

/** A parameter is tested for what its type allows; null may stand for any other reference. */
function givenExpr(op: PrimOp, args: readonly Expr[], lowering: Lowering): Expr {
  const [tested] = args;
  const isParameter = tested?.kind === 'read' && tested.variable.fixed;
  const mayBeNull = isParameter ? /\bnull\b/.test(tested.variable.type) : isReference(lowering.fn.values[op.args[0] as ValueId]?.type);
  return mayBeNull && tested ? binary('!=', tested, text('null')) : primExpr('given', args);
}

/** Writes into a block of its own. */
function inBlock(lowering: Lowering, write: () => void): Block {
  const outer = lowering.block;
  const mine: Block = [];
  lowering.block = mine;
  write();
  lowering.block = outer;
  return mine;
}

function lowerIf(op: IfOp, lowering: Lowering): void {
  const branch = (region: Region): Block =>
    inBlock(lowering, () => {
      if (lowerOps(region, lowering)) copyTo(op.outs, region.yields, op.origin, lowering);
    });
  const test = valueExpr(op.cond, lowering);
  lowering.block.push({ kind: 'if', test, then: branch(op.then), otherwise: branch(op.otherwise), origin: op.origin });
}

/** `outs := values`, all at once. */
function copyTo(outs: readonly ValueId[], values: readonly ValueId[], origin: Origin, lowering: Lowering): void {
  const copies = outs.flatMap((out, i): Copy[] => {
    const from = values[i] as ValueId;
    if (!isRead(out, lowering) && !isExit(out, lowering)) return [];
    const to = variableOf(out, lowering);
    return [{ to, from: writable(valueExpr(from, lowering), to.type) }];
  });
  const temporary = (of: Variable): Variable => newVariable(of.type, [`${of.hints[0] ?? 'value'}Before`], lowering);
  for (const { to, from } of sequentialize(copies, temporary)) lowering.block.push(assign(to, from, origin));
}

/** Does anything read this value or one that shares its variable? */
function isRead(id: ValueId, lowering: Lowering): boolean {
  return lowering.classes.members(id).some((member) => lowering.live.uses(member) > 0);
}

/** A loop tests its own exit code, whether or not anything else does. */
function isExit(out: ValueId, lowering: Lowering): boolean {
  const op = lowering.live.definition(out);
  return (op?.kind === 'for' || op?.kind === 'while') && op.exits && op.outs[0] === out;
}

function lowerFor(op: ForOp, lowering: Lowering): void {
  enterLoop(op, lowering);
  const index = counterOf(op, lowering);
  const loop: ForStmt = {
    kind: 'for',
    index,
    from: valueExpr(op.from, lowering),
    ...bound(op, lowering),
    step: op.step,
    body: [],
    origin: op.origin,
  };
  lowerBody(op, loop, lowering);
  lowering.block.push(loop);
}

function counterOf(op: ForOp, lowering: Lowering): Variable {
  const id = op.body.params[0] as ValueId;
  const wish = lowering.fn.values[id]?.hint;
  // A letter that an outer loop has taken gives way to the next one.
  const index = newVariable('number', [...new Set([wish ?? 'i', 'i', 'j', 'k', 'm'])], lowering, false, true);
  lowering.variables.set(id, index);
  return index;
}

/** `i > -1` is `i >= 0`. */
function bound(op: ForOp, lowering: Lowering): { relation: '<' | '>' | '>='; to: Expr } {
  const to = valueExpr(op.to, lowering);
  if (op.step > 0) return { relation: '<', to };
  if (to.kind === 'number' && Number.isSafeInteger(to.value)) return { relation: '>=', to: number(to.value + 1) };
  return { relation: '>', to };
}

function lowerWhile(op: WhileOp, lowering: Lowering): void {
  enterLoop(op, lowering);
  let test: Expr = boolean(false);
  const setup = inBlock(lowering, () => {
    lowerOps(op.condition, lowering);
    test = valueExpr(op.condition.yields[0] as ValueId, lowering);
  });
  const loop: LoopStmt = { kind: 'while', when: op.test, setup, test, body: [], origin: op.origin };
  lowerBody(op, loop, lowering);
  lowering.block.push(loop);
}

/** What the loop carries gets its first value. */
function enterLoop(op: ForOp | WhileOp, lowering: Lowering): void {
  copyTo(op.outs.slice(op.exits ? 1 : 0), op.inits, op.origin, lowering);
  if (op.exits) lowering.block.push(assign(variableOf(op.outs[0] as ValueId, lowering), number(0), op.origin));
}

function lowerBody(op: ForOp | WhileOp, loop: LoopStmt, lowering: Lowering): void {
  loop.body = inBlock(lowering, () => {
    if (!lowerOps(op.body, lowering)) return;
    copyTo(op.outs, op.body.yields, op.origin, lowering);
    if (!op.exits) return;
    const exit = variableOf(op.outs[0] as ValueId, lowering);
    loop.exit = exit;
    const stop: Block = [{ kind: 'break', loop, origin: op.origin }];
    lowering.block.push({ kind: 'if', test: binary('!==', read(exit), number(0)), then: stop, otherwise: [], origin: op.origin });
  });
}

function lowerCall(op: CallOp, lowering: Lowering): void {
  invariant(op.outs.length <= 1, `${op.callee} hands back several values`);
  const args = op.args.map((id) => valueExpr(id, lowering));
  const value: Expr = { kind: 'call', callee: lowering.surroundings.callee(op.callee), args, pure: false, writes: true };
  const out = op.outs[0];
  if (out === undefined) lowering.block.push({ kind: 'effect', value, writes: undefined, origin: op.origin });
  else lowering.block.push(assign(variableOf(out, lowering), value, op.origin));
}

/** Several results come as a tuple. */
function lowerApply(op: ApplyOp, lowering: Lowering): void {
  const { block, surroundings } = lowering;
  const { origin } = op;
  const args = op.args.map((id, at) => writable(valueExpr(id, lowering), surroundings.parameterType?.(op.callee, at)));
  const callee = surroundings.localFunction?.(op.callee);
  invariant(callee !== undefined, 'a local function without a name');
  const value: Expr = { kind: 'call', callee, args, pure: false, writes: true };
  const read = op.outs.filter((out) => isRead(out, lowering));
  if (read.length === 0) return void block.push({ kind: 'effect', value, writes: undefined, origin });
  if (op.outs.length === 1) return void block.push(assign(variableOf(op.outs[0] as ValueId, lowering), value, origin));
  const returned = newVariable(`[${op.outs.map((id) => typeTextOf(id, lowering)).join(', ')}]`, ['returned'], lowering);
  block.push(assign(returned, value, origin));
  op.outs.forEach((out, at) => {
    if (isRead(out, lowering))
      block.push(assign(variableOf(out, lowering), tupleElement(returned, at, lowering.memoryOf(out, '')), origin));
  });
}

function tupleElement(tuple: Variable, at: number, memory: MemoryClass): Expr {
  return { kind: 'element', array: read(tuple), index: number(at), memory, raw: true };
}

function lowerThrow(op: ThrowOp, lowering: Lowering): void {
  const parts = op.message.map((part) => (typeof part === 'string' ? part : valueExpr(part, lowering)));
  const value = call(`new ${op.error}`, [{ kind: 'template', parts }], false);
  lowering.block.push({ kind: 'throw', value, origin: op.origin });
}
