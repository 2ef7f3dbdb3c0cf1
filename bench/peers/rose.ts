/**
 * rose: functions of its own numbers, traced once and compiled to WebAssembly. Only loops index its vectors, each in its own
 * place: what needs a neighbor, constant data or carried state is unrolled. Log-sum-exp is not shifted, as there is no largest
 * entry to be had.
 */
import type { Prepared } from '../contenders.ts';
import type { EightArguments } from '../eight/inputs.ts';
import { importPeer } from './load.ts';
import type { PeerPrograms } from './table.ts';

/** Numbers while a function is being traced, constants among them. */
type Real = number | { readonly isReal: true };
type Vector = readonly Real[];
type Type = symbol | object;

type RoseFunction = ((...args: never[]) => Real) & { jvp?: unknown };
type Unary = ((x: Real) => Real) & { jvp?: unknown };
type Compiled = (args: unknown) => { readonly value: number; readonly gradient: Readonly<Record<string, unknown>> };

export interface Rose {
  readonly Real: Type;
  readonly Dual: Type;
  Vec(count: number, element: Type): Type;
  fn<F>(types: readonly Type[], result: Type, body: F): F & { jvp?: unknown };
  opaque(types: readonly Type[], result: Type, body: (x: number) => number): Unary;
  vjp(f: RoseFunction): (arg: unknown) => { readonly ret: Real; grad(seed: number): unknown };
  compile(f: (arg: never) => unknown): Promise<Compiled>;
  sum(count: number, term: (i: number) => Real): Real;
  vec(count: number, element: Type, entry: (i: number) => Real): Vector;
  add(a: Real, b: Real): Real;
  sub(a: Real, b: Real): Real;
  mul(a: Real, b: Real): Real;
  div(a: Real, b: Real): Real;
  neg(a: Real): Real;
  sqrt(a: Real): Real;
}

export interface RoseMath extends Rose {
  readonly exp: Unary;
  readonly log: Unary;
  readonly sin: Unary;
  readonly cos: Unary;
  readonly tanh: Unary;
}

export async function rosePrograms(): Promise<PeerPrograms> {
  const rose = withFunctions(await importPeer<Rose>('rose/dist/index.js'));
  const { Real, Vec } = rose;
  return {
    rosenbrock: (args) => prepare(rose, { x: Vec(args.x.length, Real) }, ({ x }: { x: Vector }) => rosenbrock(rose, [...x]), args),
    'log-sum-exp': (args) => {
      const n = args.x.length;
      return prepare(rose, { x: Vec(n, Real) }, ({ x }: { x: Vector }) => rose.log(rose.sum(n, (i) => rose.exp(x[i]))), args);
    },
    mixture: ({ points, weights, means, scales }) => {
      const [k, size] = [weights.length, means.length];
      const types = { weights: Vec(k, Real), means: Vec(size, Real), scales: Vec(size, Real) };
      return prepare(rose, types, (at: MixtureVectors) => mixture(rose, points, at, k), { weights, means, scales });
    },
    scalar: (args) => prepare(rose, { point: Vec(3, Real) }, ({ point }: { point: Vector }) => scalar(rose, [...point]), args),
    'predator-prey': ({ rates, steps }) => {
      const body = predatorPrey(rose, steps);
      return prepare(rose, { rates: Vec(4, Real) }, (at: { rates: Vector }) => body([...at.rates]), { rates });
    },
    network: (args) => network(rose, args),
  };
}

/** Rose knows none of these, and is told their derivatives. */
function withFunctions(rose: Rose): RoseMath {
  const { Real, Dual, opaque, fn, mul, div, sub, neg } = rose;
  const named = (name: 'exp' | 'log' | 'sin' | 'cos' | 'tanh') => opaque([Real], Real, Math[name]);
  const [exp, log, sin, cos, tanh] = [named('exp'), named('log'), named('sin'), named('cos'), named('tanh')];
  const derive = (f: Unary, slope: (x: Real, value: Real) => Real): void => {
    f.jvp = fn([Dual], Dual, ({ re, du }: { re: Real; du: Real }) => {
      const value = f(re);
      return { re: value, du: mul(du, slope(re, value)) };
    });
  };
  derive(exp, (_, value) => value);
  derive(log, (x) => div(1, x));
  derive(sin, (x) => cos(x));
  derive(cos, (x) => neg(sin(x)));
  derive(tanh, (_, value) => sub(1, mul(value, value)));
  return { ...rose, exp, log, sin, cos, tanh };
}

/** A function of one struct, its value and gradient in one compiled function. */
async function prepare<Arguments>(
  { Real, fn, vjp, compile }: Rose,
  types: Readonly<Record<keyof Arguments & string, Type>>,
  body: (args: Arguments) => Real,
  args: object,
): Promise<Prepared> {
  const f = fn([types], Real, body) as RoseFunction;
  const both = fn([types], { value: Real, gradient: types }, (at: unknown) => {
    const { ret, grad } = vjp(f)(at);
    return { value: ret, gradient: grad(1) };
  });
  const compiled = await compile(both);
  const names = Object.keys(types);
  let gradient: Readonly<Record<string, unknown>> = {};
  return {
    run: () => {
      const result = compiled(args);
      gradient = result.gradient;
      return result.value;
    },
    gradient: () => names.flatMap((name) => [gradient[name]].flat(3) as number[]),
  };
}

function rosenbrock({ add, sub, mul }: Rose, x: Vector): Real {
  let total: Real = 0;
  for (let i = 0; i < x.length - 1; i++) {
    const valley = sub(x[i + 1], mul(x[i], x[i]));
    const slope = sub(1, x[i]);
    total = add(total, add(mul(100, mul(valley, valley)), mul(slope, slope)));
  }
  return total;
}

interface MixtureVectors {
  readonly weights: Vector;
  readonly means: Vector;
  readonly scales: Vector;
}

function mixture(rose: RoseMath, points: Float64Array, { weights, means, scales }: MixtureVectors, k: number): Real {
  const { add, sub, mul, neg, exp, log, sum } = rose;
  const [mean, scale, weight] = [[...means], [...scales], [...weights]];
  const d = mean.length / k;
  const n = points.length / d;
  const inverse = scale.map((number) => exp(neg(number)));
  const offset = weight.map((number, j) => scale.slice(j * d, j * d + d).reduce(sub, number));
  let likelihood: Real = -0.5 * n * d * Math.log(2 * Math.PI);
  for (let i = 0; i < n; i++) {
    const terms = offset.map((constant, j) => {
      let term = constant;
      for (let c = 0; c < d; c++) {
        const distance = mul(sub(points[i * d + c], mean[j * d + c]), inverse[j * d + c]);
        term = sub(term, mul(0.5, mul(distance, distance)));
      }
      return exp(term);
    });
    likelihood = add(likelihood, log(terms.reduce(add)));
  }
  return sub(likelihood, mul(n, log(sum(k, (j) => exp(weights[j])))));
}

function scalar({ add, sub, mul, div, sqrt, exp, log, sin, cos, tanh }: RoseMath, [x, y, z]: Vector): Real {
  const radius = sqrt(add(add(mul(x, x), mul(y, y)), 1));
  const wave = mul(sin(mul(x, y)), exp(z));
  const blend = add(tanh(sub(radius, z)), div(wave, radius));
  const level = log(add(1, mul(blend, blend)));
  return add(mul(level, cos(z)), mul(x, blend));
}

interface Populations {
  readonly prey: Real;
  readonly predators: Real;
}

/** A step is a function that is called: written out, a thousand have more variables than WebAssembly takes. */
function predatorPrey(rose: Rose, steps: number): (rates: Vector) => Real {
  const { Real: real, fn, add, sub, mul } = rose;
  const populations = { prey: real, predators: real };
  const types = [real, real, real, real, populations];
  const step = fn(
    types,
    populations,
    (growth: Real, loss: Real, gain: Real, death: Real, { prey, predators }: Populations): Populations => {
      const meetings = mul(prey, predators);
      const births = sub(mul(growth, prey), mul(loss, meetings));
      const gains = sub(mul(gain, meetings), mul(death, predators));
      return { prey: add(prey, mul(0.01, births)), predators: add(predators, mul(0.01, gains)) };
    },
  );
  return ([growth, loss, gain, death]) => {
    let state: Populations = { prey: 1, predators: 1 };
    for (let at = 0; at < steps; at++) state = step(growth, loss, gain, death, state);
    const [missedPrey, missedPredators] = [sub(state.prey, 1), sub(state.predators, 1)];
    return add(mul(missedPrey, missedPrey), mul(missedPredators, missedPredators));
  };
}

interface Layers {
  readonly w1: readonly Vector[];
  readonly b1: Vector;
  readonly w2: readonly Vector[];
  readonly b2: Vector;
  readonly w3: Vector;
  readonly b3: Vector;
}

/** Layers are loops; the samples, which are constants, are calls. */
function network(rose: RoseMath, { x, y, w1, b1, w2, b2, w3, b3 }: EightArguments['network']): Promise<Prepared> {
  const { Real, Vec, fn, add, sub, mul } = rose;
  const [m, k] = [b1.length, b2.length];
  const vectors = { b1: Vec(m, Real), w2: Vec(k, Vec(m, Real)), b2: Vec(k, Real), w3: Vec(k, Real), b3: Vec(1, Real) };
  const types = { w1: Vec(m, Vec(2, Real)), ...vectors };
  const squaredMiss = fn([types, Real, Real, Real], Real, (layers: Layers, u: Real, v: Real, target: Real) => {
    const miss = sub(outputOf(rose, layers, [u, v], m, k), target);
    return mul(miss, miss);
  });
  const loss = (layers: Layers): Real => {
    let total: Real = 0;
    for (let sample = 0; sample < y.length; sample++) {
      total = add(total, squaredMiss(layers, x[2 * sample], x[2 * sample + 1], y[sample]));
    }
    return mul(total, 1 / y.length);
  };
  return prepare(rose, types, loss, { w1: rowsOf(w1, 2), b1, w2: rowsOf(w2, m), b2, w3, b3 });
}

function outputOf({ Real, vec, sum, add, mul, tanh }: RoseMath, layers: Layers, [u, v]: Vector, m: number, k: number): Real {
  const { w1, b1, w2, b2, w3, b3 } = layers;
  const first = vec(m, Real, (unit) => tanh(add(b1[unit], add(mul(w1[unit][0], u), mul(w1[unit][1], v)))));
  const second = vec(k, Real, (unit) =>
    tanh(
      add(
        b2[unit],
        sum(m, (i) => mul(w2[unit][i], first[i])),
      ),
    ),
  );
  return add(
    b3[0],
    sum(k, (unit) => mul(w3[unit], second[unit])),
  );
}

function rowsOf(matrix: Float64Array, columns: number): Float64Array[] {
  return Array.from({ length: matrix.length / columns }, (_, row) => matrix.subarray(row * columns, (row + 1) * columns));
}
