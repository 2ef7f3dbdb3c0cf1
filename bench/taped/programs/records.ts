/** The programs of fixtures/programs over records, as they are written for a tape: the numbers of the records one after the other. */
import type { planarArmInput, spatialArmInput } from '../../../fixtures/programs/shaped-inputs.ts';
import type { Edge } from '../../../fixtures/programs/springs.ts';
import type { Recorder, Tape, TapedProgram } from '../tape.ts';

function squaredNorm<T>(x: T, y: T, tape: Tape<T>): T {
  return tape.add(tape.square(x), tape.square(y));
}

/** Of pairs [ux, uy, vx, vy], summed. */
export const distances: TapedProgram = <T>(): Recorder<T> => {
  const terms: T[] = [];
  return ([pairs], tape) => {
    for (let i = 0; 4 * i < pairs.length; i++) {
      const dx = tape.subtract(pairs[4 * i], pairs[4 * i + 2]);
      const dy = tape.subtract(pairs[4 * i + 1], pairs[4 * i + 3]);
      terms[i] = tape.sqrt(squaredNorm(dx, dy, tape));
    }
    return tape.sum(terms);
  };
};

/** Nodes [x, y]. */
export function springEnergy(edges: readonly Edge[]): TapedProgram {
  return <T>(): Recorder<T> => {
    const terms: T[] = [];
    return ([nodes], tape) => {
      putSprings(nodes, edges, terms, tape);
      return tape.sum(terms);
    };
  };
}

function putSprings<T>(nodes: readonly T[], edges: readonly Edge[], terms: T[], tape: Tape<T>): number {
  let at = 0;
  for (const { from, to, length } of edges) {
    const norm = tape.sqrt(squaredDistance(nodes, from, to, tape));
    terms[at++] = tape.scale(tape.square(tape.shift(norm, -length)), 0.5);
  }
  for (let i = 0; i < nodes.length; i += 2) terms[at++] = tape.scale(squaredNorm(nodes[i], nodes[i + 1], tape), 0.005);
  return at;
}

function squaredDistance<T>(nodes: readonly T[], i: number, j: number, tape: Tape<T>): T {
  const dx = tape.subtract(nodes[2 * j], nodes[2 * i]);
  const dy = tape.subtract(nodes[2 * j + 1], nodes[2 * i + 1]);
  return squaredNorm(dx, dy, tape);
}

export function layoutEnergy(edges: readonly Edge[], repulsion: number): TapedProgram {
  return <T>(): Recorder<T> => {
    const terms: T[] = [];
    return ([nodes], tape) => {
      let at = putSprings(nodes, edges, terms, tape);
      const force = tape.constant(repulsion);
      for (let i = 0; 2 * i < nodes.length; i++) {
        for (let j = 0; j < i; j++) terms[at++] = tape.divide(force, tape.shift(squaredDistance(nodes, i, j, tape), 0.01));
      }
      return tape.sum(terms);
    };
  };
}

/** Centroids row by row. What is nearest is looked for in numbers; only that distance is recorded. */
export function kmeans(points: readonly (readonly number[])[], d: number): TapedProgram {
  return <T>(): Recorder<T> => {
    const terms: T[] = [];
    return ([centroids], tape) => {
      const values = Float64Array.from(centroids, (number) => tape.valueOf(number));
      let at = 0;
      for (const point of points) {
        const nearest = nearestRow(point, values, d);
        for (let i = 0; i < d; i++) terms[at++] = tape.square(tape.subtractFrom(point[i], centroids[nearest + i]));
      }
      return tape.sum(terms);
    };
  };
}

/** Where the row begins. */
function nearestRow(point: readonly number[], rows: Float64Array, d: number): number {
  let [nearest, least] = [0, Infinity];
  for (let from = 0; from < rows.length; from += d) {
    let sum = 0;
    for (let i = 0; i < d; i++) sum += (point[i] - rows[from + i]) ** 2;
    if (sum < least) [nearest, least] = [from, sum];
  }
  return nearest;
}

/** Joints [angle, length], four of each arm. */
export function planarReaches(arms: readonly ReturnType<typeof planarArmInput>[]): TapedProgram {
  return <T>(): Recorder<T> => {
    const terms: T[] = [];
    return ([joints], tape) => {
      let from = 0;
      arms.forEach(([{ length }, target], arm) => {
        terms[arm] = planarReach(joints, from, from + 2 * length, target, tape);
        from += 2 * length;
      });
      return tape.sum(terms);
    };
  };
}

function planarReach<T>(
  joints: readonly T[],
  from: number,
  to: number,
  target: { readonly x: number; readonly y: number },
  tape: Tape<T>,
): T {
  let [x, y] = [tape.constant(-target.x), tape.constant(-target.y)];
  let direction: readonly [T, T] = [tape.cos(joints[from]), tape.sin(joints[from])];
  for (let at = from; at < to; at += 2) {
    const angle = joints[at];
    if (at > from) direction = turned(direction, tape.cos(angle), tape.sin(angle), tape);
    x = tape.add(x, tape.multiply(joints[at + 1], direction[0]));
    y = tape.add(y, tape.multiply(joints[at + 1], direction[1]));
  }
  return tape.sqrt(squaredNorm(x, y, tape));
}

/** [c x − s y, s x + c y] */
function turned<T>([x, y]: readonly [T, T], c: T, s: T, tape: Tape<T>): readonly [T, T] {
  return [tape.subtract(tape.multiply(c, x), tape.multiply(s, y)), tape.add(tape.multiply(s, x), tape.multiply(c, y))];
}

/** Of each arm four joints [angle, length], then its target [x, y, z]. */
export function spatialReaches(arms: readonly ReturnType<typeof spatialArmInput>[]): TapedProgram {
  return <T>(): Recorder<T> => {
    const terms: T[] = [];
    return ([numbers], tape) => {
      arms.forEach(([joints], arm) => {
        terms[arm] = spatialReach(numbers, 11 * arm, joints, tape);
      });
      return tape.sum(terms);
    };
  };
}

type Axis<T> = readonly [T, T, T];

function spatialReach<T>(numbers: readonly T[], from: number, joints: ReturnType<typeof spatialArmInput>[0], tape: Tape<T>): T {
  const [zero, one] = [tape.constant(0), tape.constant(1)];
  let [x, y, z]: [Axis<T>, Axis<T>, Axis<T>] = [
    [one, zero, zero],
    [zero, one, zero],
    [zero, zero, one],
  ];
  const miss: T[] = [8, 9, 10].map((at) => tape.scale(numbers[from + at], -1));
  joints.forEach(({ kind }, joint) => {
    const angle = numbers[from + 2 * joint];
    const [c, s] = [tape.cos(angle), tape.sin(angle)];
    if (kind === 'turn') [x, y] = turnedAxes(x, y, c, s, tape);
    else [z, x] = turnedAxes(z, x, c, s, tape);
    for (let i = 0; i < 3; i++) miss[i] = tape.add(miss[i], tape.multiply(numbers[from + 2 * joint + 1], z[i]));
  });
  return tape.sqrt(tape.add(squaredNorm(miss[0], miss[1], tape), tape.square(miss[2])));
}

/** [c a + s b, c b − s a] */
function turnedAxes<T>(a: Axis<T>, b: Axis<T>, c: T, s: T, tape: Tape<T>): [Axis<T>, Axis<T>] {
  const pairs = [0, 1, 2].map((i) => turned([b[i], a[i]], c, s, tape));
  const [first, second, third] = pairs;
  return [
    [first[1], second[1], third[1]],
    [first[0], second[0], third[0]],
  ];
}
