/** What the forward sweep of a derivative keeps for the reverse sweep, and what the reverse sweep computes again. */
import { isDear } from './analysis/cost.ts';
import { type SourceSpan, sourceOf } from './diagnostics/origin.ts';
import { isReference } from './ir/memory-types.ts';
import type { IrFunction, Op, Region, ValueId } from './ir/types.ts';
import { outsOf, regionsOf, walkFunction } from './ir/walk.ts';

/** A value of f: what the user calls it, if anything, and where it is computed. */
export interface ReportedValue {
  readonly name?: string;
  /** Undefined for what the derivative itself brings in: trip counts, decisions. */
  readonly at?: SourceSpan;
}

export interface RecordReport extends ReportedValue {
  readonly bytesPerElement: number;
  /** `growing`: how many there will be is not known before the loop. */
  readonly kept: 'sized' | 'growing';
  /** The loops in which it is recorded, outermost first. */
  readonly loops: readonly SourceSpan[];
  /** Ends the sentence "it is recorded because …". */
  readonly why: string;
}

export interface RecomputedReport extends ReportedValue {
  readonly at: SourceSpan;
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

/** Values of f that the derivative computes more often than f does: again, after what is recorded has been read back. */
export function recomputedIn(fn: IrFunction, primal: IrFunction): RecomputedReport[] {
  const own = computations(primal);
  return [...computations(fn)].flatMap(([key, { count, report }]) => {
    const known = own.get(key);
    return known !== undefined && count > known.count ? [report] : [];
  });
}

/** The operations that f's code asks for, by what they do and where they stand, with how often they occur. */
function computations(fn: IrFunction): Map<string, { readonly count: number; readonly report: RecomputedReport }> {
  const found = new Map<string, { readonly count: number; readonly report: RecomputedReport }>();
  walkFunction(fn, (op) => {
    if ((op.kind !== 'prim' && op.kind !== 'load') || op.origin.kind !== 'source' || !fn.values[op.out]?.exact) return;
    // Going to a field or a row is no computation.
    if (isReference(fn.values[op.out]?.type)) return;
    const { file, start, end } = op.origin;
    const key = `${op.kind === 'prim' ? op.prim : op.kind} ${file} ${start} ${end}`;
    found.set(key, { count: (found.get(key)?.count ?? 0) + 1, report: { ...nameOf(fn, op.out), at: op.origin } });
  });
  return found;
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

function visitInLoops(region: Region, loops: readonly SourceSpan[], visit: (op: Op, loops: readonly SourceSpan[]) => void): void {
  for (const op of region.ops) {
    visit(op, loops);
    const at = sourceOf(op.origin);
    const inner = (op.kind === 'for' || op.kind === 'while') && at !== undefined ? [...loops, at] : loops;
    for (const nested of regionsOf(op)) visitInLoops(nested, inner, visit);
  }
}

function reportOf(
  fn: IrFunction,
  value: ValueId,
  loops: readonly SourceSpan[],
  sources: Map<ValueId, Source>,
  kept: RecordReport['kept'],
): RecordReport {
  const source = sources.get(value);
  const origin = source?.op?.origin ?? source?.inLoop?.origin;
  const at = origin?.kind === 'source' && !isWhole(fn, origin) ? origin : undefined;
  const type = fn.values[value]?.type;
  return {
    ...nameOf(fn, value),
    ...(at && { at }),
    bytesPerElement: type?.kind === 'bool' ? 1 : 8,
    kept,
    loops,
    why: at ? whyRecorded(source?.op) : 'the way back must know what was done',
  };
}

/** What transforms bring in has the origin of the function itself. */
function isWhole(fn: IrFunction, { start }: SourceSpan): boolean {
  return sourceOf(fn.origin)?.start === start;
}

function nameOf(fn: IrFunction, value: ValueId): { readonly name?: string } {
  const hint = fn.values[value]?.hint;
  return hint === undefined ? {} : { name: hint };
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
