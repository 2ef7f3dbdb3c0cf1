/**
 * jax-js: traced once by `jit`, compiled to WebAssembly. A value that is used twice is handed on as `.ref` at all but its last
 * use. Under Node 20 it needs two globals that are not there.
 */
import type { Prepared } from '../contenders.ts';
import type { EightArguments } from '../eight/inputs.ts';
import { importPeer } from './load.ts';
import type { PeerPrograms } from './table.ts';

/** Each method takes the array away; `ref` keeps it for another use. */
interface JaxArray {
  readonly ref: JaxArray;
  add(other: JaxArray | number): JaxArray;
  sub(other: JaxArray | number): JaxArray;
  mul(other: JaxArray | number): JaxArray;
  div(other: JaxArray | number): JaxArray;
  neg(): JaxArray;
  sum(axis?: number): JaxArray;
  slice(...index: readonly (number | readonly number[])[]): JaxArray;
  reshape(shape: readonly number[]): JaxArray;
  transpose(): JaxArray;
  dataSync(): Float32Array | Float64Array;
}

type Unary = (x: JaxArray) => JaxArray;

interface Numpy {
  array(values: Float32Array | Float64Array, options: { readonly shape: readonly number[]; readonly dtype: Precision }): JaxArray;
  matmul(a: JaxArray, b: JaxArray): JaxArray;
  readonly square: Unary;
  readonly sqrt: Unary;
  readonly exp: Unary;
  readonly log: Unary;
  readonly sin: Unary;
  readonly cos: Unary;
  readonly tanh: Unary;
}

type Body = (...args: JaxArray[]) => JaxArray;

interface Jax {
  readonly numpy: Numpy;
  readonly nn: { logsumexp(x: JaxArray, axis?: number): JaxArray };
  init(device: 'wasm'): Promise<unknown>;
  defaultDevice(device: 'wasm'): void;
  jit<F>(f: F): F;
  valueAndGrad(f: Body, options: { readonly argnums: readonly number[] }): (...args: JaxArray[]) => [JaxArray, readonly JaxArray[]];
}

export type Precision = 'float32' | 'float64';

export async function jaxPrograms(dtype: Precision): Promise<PeerPrograms> {
  addGlobals();
  const jax = await importPeer<Jax>('@jax-js/jax/dist/index.js');
  await jax.init('wasm');
  jax.defaultDevice('wasm');
  const { numpy: np } = jax;
  const use: Use = async (inputs, body) => prepare(jax, dtype, inputs, body);
  return {
    rosenbrock: ({ x }) => use([[x]], (at) => rosenbrock(np, at, x.length)),
    'log-sum-exp': ({ x }) => use([[x]], (at) => jax.nn.logsumexp(at)),
    mixture: (args) => mixture(jax, dtype, args, use),
    scalar: ({ point }) => use([[point]], (at) => scalar(np, at)),
    network: (args) => network(np, dtype, args, use),
  };
}

/** `navigator` is asked for a GPU; `Float16Array` only has to be a constructor. */
function addGlobals(): void {
  const globals = globalThis as { navigator?: object; Float16Array?: unknown };
  globals.navigator ??= {};
  globals.Float16Array ??= class extends Uint16Array {};
}

type Input = readonly [values: Float64Array, shape?: readonly number[]];
type Use = (inputs: readonly Input[], body: Body) => Promise<Prepared>;

function prepare({ numpy: np, jit, valueAndGrad }: Jax, dtype: Precision, inputs: readonly Input[], body: Body): Prepared {
  const differentiate = jit(valueAndGrad(body, { argnums: inputs.map((_, i) => i) }));
  let gradient: readonly ArrayLike<number>[] = [];
  const run = (): number => {
    const [value, parts] = differentiate(...inputs.map(([values, shape]) => arrayOf(np, dtype, values, shape ?? [values.length])));
    gradient = parts.map((part) => part.dataSync());
    return value.dataSync()[0];
  };
  return { run, gradient: () => gradient.flatMap((part) => Array.from(part)) };
}

function arrayOf(np: Numpy, dtype: Precision, values: Float64Array, shape: readonly number[]): JaxArray {
  return np.array(dtype === 'float32' ? new Float32Array(values) : values, { shape, dtype });
}

function rosenbrock(np: Numpy, x: JaxArray, n: number): JaxArray {
  const head = x.ref.slice([0, n - 1]);
  const valley = x.slice([1, n]).sub(np.square(head.ref));
  return np
    .square(valley)
    .mul(100)
    .add(np.square(head.sub(1)))
    .sum();
}

function mixture({ numpy: np, nn }: Jax, dtype: Precision, args: EightArguments['mixture'], use: Use): Promise<Prepared> {
  const { weights, means, scales, points } = args;
  const k = weights.length;
  const d = means.length / k;
  const n = points.length / d;
  const at = arrayOf(np, dtype, points, [n, 1, d]);
  const constant = -0.5 * n * d * Math.log(2 * Math.PI);
  return use([[weights], [means, [k, d]], [scales, [k, d]]], (weight, mean, scale) => {
    const squares = np.square(at.ref.sub(mean).mul(np.exp(scale.ref.neg()))).sum(2);
    const terms = weight.ref.sub(scale.sum(1)).sub(squares.mul(0.5));
    return nn.logsumexp(terms, 1).sum().sub(nn.logsumexp(weight).mul(n)).add(constant);
  });
}

function scalar(np: Numpy, point: JaxArray): JaxArray {
  const [x, y, z] = [point.ref.slice(0), point.ref.slice(1), point.slice(2)];
  const radius = np.sqrt(np.square(x.ref).add(np.square(y.ref)).add(1));
  const wave = np.sin(x.ref.mul(y)).mul(np.exp(z.ref));
  const blend = np.tanh(radius.ref.sub(z.ref)).add(wave.div(radius));
  const level = np.log(np.square(blend.ref).add(1));
  return level.mul(np.cos(z)).add(x.mul(blend));
}

function network(np: Numpy, dtype: Precision, args: EightArguments['network'], use: Use): Promise<Prepared> {
  const { w1, b1, w2, b2, w3, b3, x, y } = args;
  const [samples, m, k] = [y.length, b1.length, b2.length];
  const inputs = x.length / samples;
  const [rows, targets] = [arrayOf(np, dtype, x, [samples, inputs]), arrayOf(np, dtype, y, [samples, 1])];
  const parts: Input[] = [[w1, [m, inputs]], [b1], [w2, [k, m]], [b2], [w3, [1, k]], [b3]];
  return use(parts, (v1, c1, v2, c2, v3, c3) => {
    const first = np.tanh(np.matmul(rows.ref, v1.transpose()).add(c1));
    const second = np.tanh(np.matmul(first, v2.transpose()).add(c2));
    return np
      .square(np.matmul(second, v3.transpose()).add(c3).sub(targets.ref))
      .sum()
      .mul(1 / samples);
  });
}
