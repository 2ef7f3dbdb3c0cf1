/**
 * After the last derivative: rules of the user's are of no use any more, and local functions that need not be functions are written out.
 *   In:      checked IR.      Out: local functions call themselves, or are large and called several times.
 *   Never:   is followed by another derivative: what the user's rules are for is forgotten.
 */
import type { ApplyOp, FunctionsOp, IrFunction, Op, Region, ValueId, ValueInfo } from '../ir/types.ts';
import { renameRegion, walkRegion, withRegions } from '../ir/walk.ts';
import { adoptHint, renameOperands } from './rebuild.ts';

/** Operations of a body that is written out wherever it is called. */
const smallBody = 200;

export function settle(fn: IrFunction): IrFunction {
  const { rules: _, ...rest } = fn;
  const ops = rest.body.ops.map((op): Op => {
    if (op.kind !== 'functions' || !op.keys) return op;
    const { keys: __, ...plain } = op;
    return plain;
  });
  let settled: IrFunction = { ...rest, settled: true, body: { ...rest.body, ops } };
  for (let next = writeOut(settled); next; next = writeOut(settled)) settled = next;
  return settled;
}

/** Writes out one local function; undefined where none can be. */
function writeOut(fn: IrFunction): IrFunction | undefined {
  for (const op of fn.body.ops) {
    const at = op.kind === 'functions' ? op.outs.findIndex((out, i) => canBeWrittenOut(fn, out, op.bodies[i] as Region)) : -1;
    if (op.kind === 'functions' && at >= 0) return without(fn, op, at);
  }
  return undefined;
}

function canBeWrittenOut(fn: IrFunction, out: ValueId, body: Region): boolean {
  let [size, calls] = [0, 0];
  let callsItself = false;
  walkRegion(body, (op) => {
    size++;
    callsItself ||= op.kind === 'apply' && reaches(fn, op.callee, out, new Set());
  });
  walkRegion(fn.body, (op) => {
    if (op.kind === 'apply' && op.callee === out) calls++;
  });
  return !callsItself && (size <= smallBody || calls <= 1);
}

/** Does a local function call another one, directly or not? */
function reaches(fn: IrFunction, from: ValueId, to: ValueId, seen: Set<ValueId>): boolean {
  if (from === to) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  const definition = fn.body.ops.find((op): op is FunctionsOp => op.kind === 'functions' && op.outs.includes(from));
  const body = definition?.bodies[definition.outs.indexOf(from)];
  let found = false;
  if (body)
    walkRegion(body, (op) => {
      found ||= op.kind === 'apply' && reaches(fn, op.callee, to, seen);
    });
  return found;
}

interface Writing {
  readonly out: ValueId;
  readonly body: Region;
  readonly values: ValueInfo[];
  readonly renames: Map<ValueId, ValueId>;
}

function without(fn: IrFunction, definition: FunctionsOp, at: number): IrFunction {
  const cx: Writing = {
    out: definition.outs[at] as ValueId,
    body: definition.bodies[at] as Region,
    values: [...fn.values],
    renames: new Map(),
  };
  const others = (_: unknown, i: number): boolean => i !== at;
  const shorter: FunctionsOp = { ...definition, outs: definition.outs.filter(others), bodies: definition.bodies.filter(others) };
  const ops = fn.body.ops.flatMap((op): Op[] => (op !== definition ? [op] : shorter.outs.length > 0 ? [shorter] : []));
  const body = rewriteRegion({ ...fn.body, ops }, cx);
  return { ...fn, body, values: cx.values };
}

function rewriteRegion(region: Region, cx: Writing): Region {
  const use = (id: ValueId): ValueId => cx.renames.get(id) ?? id;
  const ops = region.ops.flatMap((op): readonly Op[] => {
    const named = renameOperands(op, use);
    if (named.kind === 'apply' && named.callee === cx.out) return bodyFor(named, cx);
    return [withRegions(named, (inner) => rewriteRegion(inner, cx))];
  });
  return { params: region.params, ops, yields: region.yields.map(use) };
}

function bodyFor(op: ApplyOp, cx: Writing): readonly Op[] {
  const names = new Map<ValueId, ValueId>(cx.body.params.map((id, at) => [id, op.args[at] as ValueId]));
  const copy = renameRegion(
    { ...cx.body, params: [] },
    {
      use: (id) => names.get(id) ?? id,
      define(id) {
        const fresh = (cx.values.push(cx.values[id] as ValueInfo) - 1) as ValueId;
        names.set(id, fresh);
        return fresh;
      },
    },
  );
  op.outs.forEach((out, at) => {
    const result = copy.yields[at] as ValueId;
    cx.renames.set(out, result);
    adoptHint(cx.values, out, result);
  });
  return copy.ops;
}
