/** simplegrad: a graph of numbers, made once and turned into JavaScript without a loop. It has no largest entry, and so no shift. */
import type { Prepared } from '../contenders.ts';
import type { EightArguments } from '../eight/inputs.ts';
import { importPeer } from './load.ts';
import type { PeerPrograms } from './table.ts';

interface Variable {
  readonly id: number;
  add(other: Variable | number): Variable;
  sub(other: Variable | number): Variable;
  mul(other: Variable | number): Variable;
  div(other: Variable | number): Variable;
  pow(degree: number): Variable;
  exp(): Variable;
  log(): Variable;
  sin(): Variable;
  cos(): Variable;
  tanh(): Variable;
  compile(): void;
}

interface ValueStorage {
  readonly v: Float64Array;
  readonly gv: Float64Array;
  forward(): void;
  backward(): void;
}

interface Simplegrad {
  readonly Variable: new (storage: ValueStorage) => Variable;
  readonly ValueStorage: new () => ValueStorage;
}

export async function simplegradPrograms(): Promise<PeerPrograms> {
  const library = await importPeer<Simplegrad>('simplegrad/index.js');
  return {
    rosenbrock: async ({ x }) => prepare(library, [x], ([at]) => rosenbrock(at)),
    'log-sum-exp': async ({ x }) => prepare(library, [x], ([at]) => logSumExp(at)),
    mixture: async ({ weights, means, scales, points }) => prepare(library, [weights, means, scales], (active) => mixture(active, points)),
    scalar: async ({ point }) => prepare(library, [point], ([at]) => scalar(at)),
    'predator-prey': async ({ rates, steps }) => prepare(library, [rates], ([at]) => predatorPrey(at, steps)),
    network: async ({ w1, b1, w2, b2, w3, b3, x, y }) => prepare(library, [w1, b1, w2, b2, w3, b3], (active) => network(active, x, y)),
  };
}

/** Gradients add up from call to call unless they are cleared; the slots of the variables are filled in one copy. */
function prepare(library: Simplegrad, active: readonly Float64Array[], body: (active: readonly Variable[][]) => Variable): Prepared {
  const storage = new library.ValueStorage();
  const inputs = active.map((array) => Array.from(array, () => new library.Variable(storage)));
  const result = body(inputs);
  result.compile();
  const count = active.reduce((sum, { length }) => sum + length, 0);
  return {
    run: () => {
      let at = 0;
      for (const array of active) {
        storage.v.set(array, at);
        at += array.length;
      }
      storage.forward();
      storage.gv.fill(0);
      storage.gv[result.id] = 1;
      storage.backward();
      return storage.v[result.id];
    },
    gradient: () => storage.gv.slice(0, count),
  };
}

function square(variable: Variable): Variable {
  return variable.mul(variable);
}

function sum(terms: readonly Variable[]): Variable {
  return terms.reduce((total, term) => total.add(term));
}

function rosenbrock(x: readonly Variable[]): Variable {
  return sum(
    x.slice(1).map((next, i) =>
      square(next.sub(square(x[i])))
        .mul(100)
        .add(square(x[i].sub(1))),
    ),
  );
}

function logSumExp(x: readonly Variable[]): Variable {
  return sum(x.map((entry) => entry.exp())).log();
}

function mixture([weights, means, scales]: readonly Variable[][], points: Float64Array): Variable {
  const k = weights.length;
  const d = means.length / k;
  const n = points.length / d;
  const inverses = scales.map((scale) => scale.mul(-1).exp());
  const offsets = weights.map((weight, j) => scales.slice(j * d, j * d + d).reduce((rest, scale) => rest.sub(scale), weight));
  const likelihoods = Array.from({ length: n }, (_, i) => {
    const terms = offsets.map((offset, j) =>
      Array.from({ length: d }, (_, c) => square(means[j * d + c].sub(points[i * d + c]).mul(inverses[j * d + c]))).reduce(
        (rest, squared) => rest.sub(squared.mul(0.5)),
        offset,
      ),
    );
    return logSumExp(terms);
  });
  const constant = -0.5 * n * d * Math.log(2 * Math.PI);
  return sum(likelihoods).sub(logSumExp(weights).mul(n)).add(constant);
}

function scalar([x, y, z]: readonly Variable[]): Variable {
  const radius = square(x).add(square(y)).add(1).pow(0.5);
  const wave = x.mul(y).sin().mul(z.exp());
  const blend = radius.sub(z).tanh().add(wave.div(radius));
  const level = square(blend).add(1).log();
  return level.mul(z.cos()).add(x.mul(blend));
}

/** The populations begin as constants, which there are none of: the first step is written out. */
function predatorPrey([growth, loss, gain, death]: readonly Variable[], steps: number): Variable {
  const h = 0.01;
  let prey = growth.sub(loss).mul(h).add(1);
  let predators = gain.sub(death).mul(h).add(1);
  for (let step = 1; step < steps; step++) {
    const meetings = prey.mul(predators);
    const births = growth.mul(prey).sub(loss.mul(meetings));
    const gains = gain.mul(meetings).sub(death.mul(predators));
    prey = prey.add(births.mul(h));
    predators = predators.add(gains.mul(h));
  }
  return square(prey.sub(1)).add(square(predators.sub(1)));
}

function network([w1, b1, w2, b2, w3, [bias]]: readonly Variable[][], x: Float64Array, y: EightArguments['network']['y']): Variable {
  const inputs = x.length / y.length;
  const layer = (b: readonly Variable[], product: (unit: number) => Variable): Variable[] =>
    b.map((offset, unit) => product(unit).add(offset).tanh());
  const dot = (w: readonly Variable[], from: number, signal: readonly (Variable | number)[]): Variable =>
    sum(signal.map((number, i) => w[from + i].mul(number)));
  const misses = Array.from(y, (target, sample) => {
    const row = [...x.subarray(sample * inputs, (sample + 1) * inputs)];
    const first = layer(b1, (unit) => dot(w1, unit * inputs, row));
    const second = layer(b2, (unit) => dot(w2, unit * first.length, first));
    return square(dot(w3, 0, second).add(bias).sub(target));
  });
  return sum(misses).mul(1 / y.length);
}
