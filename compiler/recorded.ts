/** What the forward sweep of a derivative keeps for the reverse sweep, and what the reverse sweep computes again. */
import { isDear } from './analysis/cost.ts';
import { sourceOf } from './diagnostics/origin.ts';
import type { IrFunction, Op, Region, ValueId } from './ir/types.ts';
import { outsOf, regionsOf, walkFunction } from './ir/walk.ts';

export interface RecordReport {
  /** What the user calls the value, or what computes it. */
  readonly value: string;
  /** One-based line of the user's file; undefined for what the derivative itself brings in. */
  readonly line?: number;
  readonly bytesPerElement: number;
  /** `growing`: how many there will be is not known before the loop. */
  readonly kept: 'sized' | 'growing';
  /** The lines of the loops in which it is recorded, outermost first. */
  readonly loops: readonly number[];
  /** Ends the sentence "it is recorded because …". */
  readonly why: string;
}

export interface RecomputedReport {
  readonly value: string;
  readonly line: number;
}

/** Where a value comes from: its operation, or undefined for a parameter of a region; and the loops around it. */
interface Source {
  readonly op: Op | undefined;
  readonly inLoop: Op | undefined;
}

export function recordsIn(fn: IrFunction): RecordReport[] {
  const sources = sourcesOf(fn);
  const recorded = recordArrays(fn);
  const reports: RecordReport[] = [];
  visitInLoops(fn.body, [], (op, loops) => {
    if (op.kind === 'push') reports.push(reportOf(fn, op.value, loops, sources, 'growing'));
    if (op.kind === 'store' && recorded.has(op.array))
      reports.push({ ...reportOf(fn, op.value, loops, sources, 'sized'), ...bytesOf(fn, op.array) });
  });
  return reports;
}

/** Values of f that are computed a second time, after what is recorded has been read back. */
export function recomputedIn(fn: IrFunction, file: string): RecomputedReport[] {
  const seen = new Set<string>();
  const reports = new Map<string, RecomputedReport>();
  walkFunction(fn, (op) => {
    if ((op.kind !== 'prim' && op.kind !== 'load') || op.origin.kind !== 'source' || op.origin.file !== file || !fn.values[op.out]?.exact)
      return;
    const key = `${op.kind === 'prim' ? op.prim : op.kind} ${op.origin.start} ${op.origin.end}`;
    if (seen.has(key)) reports.set(key, { value: nameOf(fn, op.out, op), line: op.origin.line });
    seen.add(key);
  });
  return [...reports.values()];
}

function recordArrays(fn: IrFunction): Set<ValueId> {
  const arrays = new Set<ValueId>();
  walkFunction(fn, (op) => void (op.kind === 'alloc' && op.fill === 'record' && arrays.add(op.out)));
  return arrays;
}

function sourcesOf(fn: IrFunction): Map<ValueId, Source> {
  const sources = new Map<ValueId, Source>();
  const visit = (region: Region, loop: Op | undefined): void => {
    for (const op of region.ops) {
      for (const out of outsOf(op)) sources.set(out, { op, inLoop: loop });
      for (const inner of regionsOf(op)) {
        const isLoop = op.kind === 'for' || op.kind === 'while';
        for (const param of inner.params) sources.set(param, { op: undefined, inLoop: isLoop ? op : loop });
        visit(inner, isLoop ? op : loop);
      }
    }
  };
  visit(fn.body, undefined);
  return sources;
}

function visitInLoops(region: Region, loops: readonly number[], visit: (op: Op, loops: readonly number[]) => void): void {
  for (const op of region.ops) {
    visit(op, loops);
    const line = sourceOf(op.origin)?.line;
    const inner = (op.kind === 'for' || op.kind === 'while') && line !== undefined ? [...loops, line] : loops;
    for (const nested of regionsOf(op)) visitInLoops(nested, inner, visit);
  }
}

function reportOf(
  fn: IrFunction,
  value: ValueId,
  loops: readonly number[],
  sources: Map<ValueId, Source>,
  kept: RecordReport['kept'],
): RecordReport {
  const source = sources.get(value);
  const origin = source?.op?.origin ?? source?.inLoop?.origin ?? fn.origin;
  const line = sourceOf(origin)?.line;
  const type = fn.values[value]?.type;
  return {
    value: nameOf(fn, value, source?.op),
    ...(line !== undefined && { line }),
    bytesPerElement: type?.kind === 'bool' ? 1 : 8,
    kept,
    loops,
    why: whyRecorded(source?.op),
  };
}

function bytesOf(fn: IrFunction, array: ValueId): Pick<RecordReport, 'bytesPerElement'> {
  const type = fn.values[array]?.type;
  const sizes: Readonly<Record<string, number>> = { f64: 8, f32: 4, list: 8, i8: 1, u8: 1, u8c: 1, i16: 2, u16: 2, i32: 4, u32: 4 };
  return { bytesPerElement: type?.kind === 'array' ? (sizes[type.storage] ?? 8) : 8 };
}

function whyRecorded(op: Op | undefined): string {
  if (op === undefined) return 'it changes from one iteration to the next';
  switch (op.kind) {
    case 'prim':
      return isDear(op.prim) ? `${op.prim} is dear to compute again` : 'what it is computed from changes from one iteration to the next';
    case 'load':
      return 'its memory is overwritten later';
    case 'for':
    case 'while':
      return 'it is the result of a loop';
    case 'if':
      return 'it depends on the branch that was taken';
    default:
      return 'it cannot be had again';
  }
}

function nameOf(fn: IrFunction, value: ValueId, op: Op | undefined): string {
  const hint = fn.values[value]?.hint;
  if (hint !== undefined) return `'${hint}'`;
  if (op?.kind === 'prim') return `the result of ${op.prim}`;
  if (op?.kind === 'load') return `an element of ${quotedHint(fn, op.array)}`;
  return 'a value without a name';
}

function quotedHint(fn: IrFunction, id: ValueId): string {
  const hint = fn.values[id]?.hint ?? fn.params.find((param) => param.id === id)?.name;
  return hint === undefined ? 'an array' : `'${hint}'`;
}
