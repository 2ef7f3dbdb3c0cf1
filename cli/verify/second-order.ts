/**
 * Second derivatives: differences of the gradient, where there is a function for it (which is itself compared with differences of f), else
 * differences of differences of f.
 */
import type { DerivativeReport } from '../../compiler/options.ts';
import { choose, type Entry, entriesOf, type Move, mergeShared, mostEntries } from './entries.ts';
import { columnEntries, type Matrix } from './matrices.ts';
import { compare, slopeAlong } from './slopes.ts';
import { dot, type Fn, outputsAt, type Subject, shapeAt, sum, type Verdict } from './subject.ts';
import { copyOf, leavesOf, pathText, read } from './values.ts';

/** What all second derivatives at a point are compared with. */
export interface SecondOrder {
  readonly subject: Subject;
  readonly derivative: DerivativeReport;
  readonly args: readonly unknown[];
  /** The seeds of f. */
  readonly seeds: readonly unknown[];
  /** A direction. */
  readonly tangents: readonly unknown[];
}

/** Without a function for the gradient every entry takes as many calls of f as there are differences in a difference. */
const fewEntries = 8;

/** Entries are small beside what f and its gradient are: where they are 0, this share of f is. */
const magnitude = 1e4;

/** Each entry of H·v: the slope along v of an entry of the gradient. */
export function checkProduct(second: SecondOrder, product: readonly unknown[]): Verdict {
  const { subject, derivative, args } = second;
  const along = directionOf(second);
  const entries = derivative.inputs.flatMap((param, at) => entriesOf(param, shapeAt(subject, param), args[param], product[at]));
  return checkSecond(second, entries, (slope, entry) => slopeAlong(args, (moved) => slope(moved, [entry]), along));
}

/** Each entry of vᵀH: the slope along one input of the slope along v. */
export function checkHessian(second: SecondOrder, matrix: Matrix): Verdict {
  const { subject, derivative, args, tangents } = second;
  const along = directionOf(second);
  const weights = derivative.inputs.flatMap((param, at) => leavesOf(shapeAt(subject, param), tangents[at]).map(({ value }) => value));
  const entries = columnEntries(subject, derivative, args, weights, matrix);
  return checkSecond(second, entries, (slope, entry) => slopeAlong(args, (moved) => slope(moved, along), [entry]));
}

/** The direction, each number of the arguments once. */
function directionOf({ subject, derivative, args, tangents }: SecondOrder): Move[] {
  const { inputs } = derivative;
  const places = inputs.flatMap((param, at) => entriesOf(param, shapeAt(subject, param), args[param], tangents[at]));
  return mergeShared(args, places).map(({ param, path }) => ({ param, path, by: read(tangents[inputs.indexOf(param)], path) as number }));
}

/** The slope of f along some moves, where the arguments are. */
type SlopeAt = (args: readonly unknown[], moves: readonly Move[]) => number;

function checkSecond(
  second: SecondOrder,
  all: readonly Entry[],
  differentiate: (slope: SlopeAt, along: Move) => ReturnType<typeof slopeAlong>,
): Verdict {
  const { subject, derivative, args, seeds } = second;
  const gradient = gradientFor(subject, derivative);
  const entries = choose(mergeShared(args, all), derivative.name, gradient ? mostEntries : fewEntries);
  const slope = gradient ? slopeByGradient(second, gradient) : slopeByDifferences(second);
  const expected = entries.map(({ param, path }) => differentiate(slope, { param, path, by: 1 }));
  const value = magnitude * Math.abs(dot(subject, outputsAt(subject, args), seeds));
  return compare(
    expected,
    entries.map(({ got }) => got),
    value,
    (i) => {
      const { param, path } = entries[i] as Entry;
      const place = pathText(subject.report.params[param]?.name ?? '', path);
      return derivative.kind === 'hessian' ? `a weighted sum of the rows, ${place}` : place;
    },
  );
}

/** `fGrad` with respect to the same inputs. */
function gradientFor({ report, derived }: Subject, { inputs }: DerivativeReport): Fn | undefined {
  const found = report.derivatives.find((other) => other.kind === 'grad' && other.inputs.join() === inputs.join());
  return found && (derived[found.name] as Fn | undefined);
}

function slopeByGradient({ subject, derivative: { inputs } }: SecondOrder, gradient: Fn): SlopeAt {
  return (args, moves) => {
    const whole = gradient(...args.map((arg) => copyOf(arg)));
    const parts = inputs.length > 1 ? (whole as unknown[]) : [whole];
    const entries = inputs.flatMap((param, at) => entriesOf(param, shapeAt(subject, param), args[param], parts[at]));
    const byPlace = new Map(mergeShared(args, entries).map(({ param, path, got }) => [JSON.stringify([param, path]), got]));
    return sum(moves.map(({ param, path, by }) => by * (byPlace.get(JSON.stringify([param, path])) ?? Number.NaN)));
  };
}

function slopeByDifferences({ subject, seeds }: SecondOrder): SlopeAt {
  const weighted = (moved: readonly unknown[]): number => dot(subject, outputsAt(subject, moved), seeds);
  return (args, moves) => slopeAlong(args, weighted, moves)?.value ?? Number.NaN;
}
