/** The programs of fixtures/programs over records, as they are written for a tape: the numbers of the records one after the other. */
import type { planarArmInput, spatialArmInput } from '../../../fixtures/programs/shaped-inputs.ts';
import type { Edge } from '../../../fixtures/programs/springs.ts';
import type { Vec2 } from '../../../fixtures/programs/vector.ts';
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
      for (let i = 0; 2 * i < nodes.length; i++) {
        for (let j = 0; j < i; j++) terms[at++] = tape.divideInto(repulsion, tape.shift(squaredDistance(nodes, i, j, tape), 0.01));
      }
      return tape.sum(terms);
    };
  };
}

/** Centroids row by row. What is nearest is looked for in numbers; only that distance is recorded. */
export function kmeans(points: readonly (readonly number[])[], d: number): TapedProgram {
  return <T>(): Recorder<T> => {
    const terms: T[] = [];
    const values: number[] = [];
    return ([centroids], tape) => {
      for (let i = 0; i < centroids.length; i++) values[i] = tape.valueOf(centroids[i]);
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
function nearestRow(point: readonly number[], rows: readonly number[], d: number): number {
  let nearest = 0;
  let least = Infinity;
  for (let from = 0; from < rows.length; from += d) {
    let sum = 0;
    for (let i = 0; i < d; i++) {
      const difference = point[i] - rows[from + i];
      sum += difference * difference;
    }
    if (sum < least) {
      nearest = from;
      least = sum;
    }
  }
  return nearest;
}

/** Joints [angle, length], four of each arm. */
export function planarReaches(arms: readonly ReturnType<typeof planarArmInput>[]): TapedProgram {
  return <T>(): Recorder<T> => {
    const terms: T[] = [];
    return ([joints], tape) => {
      let from = 0;
      for (let arm = 0; arm < arms.length; arm++) {
        const [{ length }, target] = arms[arm];
        terms[arm] = planarReach(joints, from, from + 2 * length, target, tape);
        from += 2 * length;
      }
      return tape.sum(terms);
    };
  };
}

/** The first rod lies along its angle: nothing is multiplied by the direction (1, 0) that the arm begins with. */
function planarReach<T>(joints: readonly T[], from: number, to: number, target: Vec2, tape: Tape<T>): T {
  let dx = tape.cos(joints[from]);
  let dy = tape.sin(joints[from]);
  let x = tape.multiply(joints[from + 1], dx);
  let y = tape.multiply(joints[from + 1], dy);
  for (let at = from + 2; at < to; at += 2) {
    const c = tape.cos(joints[at]);
    const s = tape.sin(joints[at]);
    const before = dx;
    dx = tape.subtract(tape.multiply(c, before), tape.multiply(s, dy));
    dy = tape.add(tape.multiply(s, before), tape.multiply(c, dy));
    x = tape.add(x, tape.multiply(joints[at + 1], dx));
    y = tape.add(y, tape.multiply(joints[at + 1], dy));
  }
  return tape.sqrt(squaredNorm(tape.shift(x, -target.x), tape.shift(y, -target.y), tape));
}

/** Of each arm four joints [angle, length], then its target [x, y, z]. */
export function spatialReaches(arms: readonly ReturnType<typeof spatialArmInput>[]): TapedProgram {
  return <T>(): Recorder<T> => {
    const terms: T[] = [];
    const frame: Entry<T>[] = [];
    const rods: [T[], T[], T[]] = [[], [], []];
    return ([numbers], tape) => {
      for (let arm = 0; arm < arms.length; arm++) {
        putRods(numbers, 11 * arm, arms[arm][0], frame, rods, tape);
        terms[arm] = lengthOfMiss(rods, numbers, 11 * arm + 8, tape);
      }
      return tape.sum(terms);
    };
  };
}

/** An entry of a rotation; 0 and 1, which most are at first, are not recorded. */
type Entry<T> = T | 'zero' | 'one';

const upright = ['one', 'zero', 'zero', 'zero', 'one', 'zero', 'zero', 'zero', 'one'] as const;

/** Into `rods` what is not 0 of each rod; `frame` is where the rotation is kept, its axes x, y and z one after the other. */
function putRods<T>(
  numbers: readonly T[],
  from: number,
  joints: ReturnType<typeof spatialArmInput>[0],
  frame: Entry<T>[],
  rods: readonly [T[], T[], T[]],
  tape: Tape<T>,
): void {
  for (let i = 0; i < 9; i++) frame[i] = upright[i];
  for (let i = 0; i < 3; i++) rods[i].length = 0;
  for (let joint = 0; joint < joints.length; joint++) {
    const angle = numbers[from + 2 * joint];
    const length = numbers[from + 2 * joint + 1];
    if (joints[joint].kind === 'turn') turn(frame, 0, 3, tape.cos(angle), tape.sin(angle), tape);
    else turn(frame, 6, 0, tape.cos(angle), tape.sin(angle), tape);
    for (let i = 0; i < 3; i++) {
      const part = product(length, frame[6 + i], tape);
      if (part !== 'zero') rods[i].push(part);
    }
  }
}

/** Two axes a and b of a frame become c a + s b and c b − s a. */
function turn<T>(frame: Entry<T>[], a: number, b: number, c: T, s: T, tape: Tape<T>): void {
  for (let i = 0; i < 3; i++) {
    const first = frame[a + i];
    const second = frame[b + i];
    frame[a + i] = sum(product(c, first, tape), product(s, second, tape), tape);
    frame[b + i] = difference(product(c, second, tape), product(s, first, tape), tape);
  }
}

function product<T>(factor: T, entry: Entry<T>, tape: Tape<T>): T | 'zero' {
  if (entry === 'zero') return 'zero';
  return entry === 'one' ? factor : tape.multiply(factor, entry);
}

function sum<T>(a: T | 'zero', b: T | 'zero', tape: Tape<T>): T | 'zero' {
  if (a === 'zero') return b;
  return b === 'zero' ? a : tape.add(a, b);
}

function difference<T>(a: T | 'zero', b: T | 'zero', tape: Tape<T>): T | 'zero' {
  if (b === 'zero') return a;
  return a === 'zero' ? tape.scale(b, -1) : tape.subtract(a, b);
}

/** Between the end of the rods and the target. */
function lengthOfMiss<T>(rods: readonly [T[], T[], T[]], numbers: readonly T[], target: number, tape: Tape<T>): T {
  const x = tape.subtract(tape.sum(rods[0]), numbers[target]);
  const y = tape.subtract(tape.sum(rods[1]), numbers[target + 1]);
  const z = tape.subtract(tape.sum(rods[2]), numbers[target + 2]);
  return tape.sqrt(tape.add(squaredNorm(x, y, tape), tape.square(z)));
}
