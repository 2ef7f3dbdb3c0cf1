/** TensorFlow.js: eager operations on tensors in single precision, recorded anew at each call. */
import { dirname } from 'node:path';
import type { Prepared } from '../contenders.ts';
import type { EightArguments } from '../eight/inputs.ts';
import { importPeer, pathOfPeer } from './load.ts';
import type { PeerPrograms } from './table.ts';

interface Tensor {
  readonly size: number;
  add(other: Tensor | number): Tensor;
  sub(other: Tensor | number): Tensor;
  mul(other: Tensor | number): Tensor;
  div(other: Tensor | number): Tensor;
  square(): Tensor;
  sqrt(): Tensor;
  neg(): Tensor;
  exp(): Tensor;
  log(): Tensor;
  sin(): Tensor;
  cos(): Tensor;
  tanh(): Tensor;
  sum(axis?: number): Tensor;
  mean(): Tensor;
  logSumExp(axis?: number): Tensor;
  slice(from: number, size?: number): Tensor;
  matMul(other: Tensor, transposeA?: boolean, transposeB?: boolean): Tensor;
  dataSync(): Float32Array;
}

interface TensorFlow {
  tensor(values: Float32Array, shape: readonly number[]): Tensor;
  scalar(value: number): Tensor;
  unstack(tensor: Tensor): Tensor[];
  tidy<Result>(body: () => Result): Result;
  valueAndGrads(
    f: (...args: Tensor[]) => Tensor,
  ): (args: readonly Tensor[]) => { readonly value: Tensor; readonly grads: readonly Tensor[] };
  setBackend(name: string): Promise<boolean>;
}

type Backend = 'cpu' | 'wasm';

export async function tensorflowPrograms(backend: Backend): Promise<PeerPrograms> {
  const { default: tf } = await importPeer<{ readonly default: TensorFlow }>('@tensorflow/tfjs/dist/tf.node.js');
  if (backend === 'wasm') await loadWasm();
  const on = <Args>(make: (args: Args) => Prepared) => {
    return async (args: Args): Promise<Prepared> => {
      if (!(await tf.setBackend(backend))) throw new Error(`no backend ${backend}`);
      return make(args);
    };
  };
  return {
    rosenbrock: on(({ x }) => prepare(tf, [[x]], rosenbrock)),
    'log-sum-exp': on(({ x }) => prepare(tf, [[x]], (at) => at.logSumExp())),
    mixture: on((args) => mixture(tf, args)),
    scalar: on(({ point }) => prepare(tf, [[point]], (at) => scalar(tf.unstack(at)))),
    'predator-prey': on(({ rates, steps }) => prepare(tf, [[rates]], (at) => predatorPrey(tf, tf.unstack(at), steps))),
    network: on((args) => network(tf, args)),
  };
}

async function loadWasm(): Promise<void> {
  const path = '@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.node.js';
  const { default: wasm } = await importPeer<{ readonly default: { setWasmPaths(path: string): void } }>(path);
  wasm.setWasmPaths(`${dirname(pathOfPeer(path))}/`);
}

/** Numbers and their shape; a vector if there is none. */
type Input = readonly [values: Float64Array, shape?: readonly number[]];

/** Tensors are made of the arrays at each call, the gradient is read back, and all memory is given back. */
function prepare(tf: TensorFlow, inputs: readonly Input[], body: (...args: Tensor[]) => Tensor): Prepared {
  const differentiate = tf.valueAndGrads(body);
  let gradient: readonly Float32Array[] = [];
  const run = (): number =>
    tf.tidy(() => {
      const tensors = inputs.map(([values, shape]) => tf.tensor(new Float32Array(values), shape ?? [values.length]));
      const { value, grads } = differentiate(tensors);
      gradient = grads.map((part) => part.dataSync());
      return value.dataSync()[0];
    });
  return { run, gradient: () => gradient.flatMap((part) => [...part]) };
}

function rosenbrock(x: Tensor): Tensor {
  const [head, tail] = [x.slice(0, x.size - 1), x.slice(1, x.size - 1)];
  return tail.sub(head.square()).square().mul(100).add(head.sub(1).square()).sum();
}

function mixture(tf: TensorFlow, { weights, means, scales, points }: EightArguments['mixture']): Prepared {
  const k = weights.length;
  const d = means.length / k;
  const n = points.length / d;
  const at = tf.tensor(new Float32Array(points), [n, 1, d]);
  const constant = -0.5 * n * d * Math.log(2 * Math.PI);
  return prepare(tf, [[weights], [means, [k, d]], [scales, [k, d]]], (weight, mean, scale) => {
    const squares = at.sub(mean).mul(scale.neg().exp()).square().sum(2);
    const terms = weight.sub(scale.sum(1)).sub(squares.mul(0.5));
    return terms.logSumExp(1).sum().sub(weight.logSumExp().mul(n)).add(constant);
  });
}

function scalar([x, y, z]: readonly Tensor[]): Tensor {
  const radius = x.square().add(y.square()).add(1).sqrt();
  const wave = x.mul(y).sin().mul(z.exp());
  const blend = radius.sub(z).tanh().add(wave.div(radius));
  return blend.square().add(1).log().mul(z.cos()).add(x.mul(blend));
}

function predatorPrey(tf: TensorFlow, [growth, loss, gain, death]: readonly Tensor[], steps: number): Tensor {
  const h = 0.01;
  let prey = tf.scalar(1);
  let predators = tf.scalar(1);
  for (let step = 0; step < steps; step++) {
    const meetings = prey.mul(predators);
    const births = growth.mul(prey).sub(loss.mul(meetings));
    const gains = gain.mul(meetings).sub(death.mul(predators));
    prey = prey.add(births.mul(h));
    predators = predators.add(gains.mul(h));
  }
  return prey.sub(1).square().add(predators.sub(1).square());
}

function network(tf: TensorFlow, { w1, b1, w2, b2, w3, b3, x, y }: EightArguments['network']): Prepared {
  const [samples, m, k] = [y.length, b1.length, b2.length];
  const inputs = x.length / samples;
  const [rows, targets] = [tf.tensor(new Float32Array(x), [samples, inputs]), tf.tensor(new Float32Array(y), [samples, 1])];
  const parts: Input[] = [[w1, [m, inputs]], [b1], [w2, [k, m]], [b2], [w3, [1, k]], [b3]];
  return prepare(tf, parts, (v1, c1, v2, c2, v3, c3) => {
    const first = rows.matMul(v1, false, true).add(c1).tanh();
    const second = first.matMul(v2, false, true).add(c2).tanh();
    return second.matMul(v3, false, true).add(c3).sub(targets).square().mean();
  });
}
