/**
 * Packages from npm that differentiate. They are not part of `npm ci`: `npm run peers` installs them beside this file. All are
 * used as their own documentation says; times include what a caller with typed arrays pays to get the numbers in and out.
 */
import type { Prepared, Rival } from '../contenders.ts';
import type { EightArguments, EightName } from '../eight/inputs.ts';
import { isInstalled } from './load.ts';

/** One of the eight programs, written for a peer. */
export type PeerProgram<Name extends EightName> = (args: EightArguments[Name]) => Promise<Prepared>;
export type PeerPrograms = { readonly [Name in EightName]?: PeerProgram<Name> };

interface Peer {
  readonly name: string;
  /** Looked for before anything is loaded. */
  readonly package: string;
  readonly tolerance: number;
  /** Why programs are missing, or what else to know. */
  readonly note?: string;
  readonly programs: readonly EightName[];
  /** The longest array that it can do; anything where there is none. */
  readonly longest?: number;
  load(): Promise<PeerPrograms>;
}

const all = ['rosenbrock', 'log-sum-exp', 'mixture', 'scalar', 'predator-prey', 'network'] as const;
const single = 'single precision';

export const peers: readonly Peer[] = [
  {
    ...{ name: 'rose', package: 'rose', tolerance: 1e-9, programs: all },
    note: 'unrolls neighbors, constant data and carried state; no shift in log-sum-exp',
    load: async () => (await import('./rose.ts')).rosePrograms(),
  },
  {
    ...{ name: 'tfjs cpu', package: '@tensorflow/tfjs', tolerance: 1e-5, programs: all, note: single },
    load: async () => (await import('./tensorflow.ts')).tensorflowPrograms('cpu'),
  },
  {
    ...{ name: 'tfjs wasm', package: '@tensorflow/tfjs-backend-wasm', tolerance: 1e-5, programs: all, note: single },
    load: async () => (await import('./tensorflow.ts')).tensorflowPrograms('wasm'),
  },
  {
    ...{ name: 'jax-js', package: '@jax-js/jax', tolerance: 1e-5, programs: all.filter((name) => name !== 'predator-prey') },
    note: `${single}; 1,000 unrolled steps overflow the stack`,
    load: async () => (await import('./jax.ts')).jaxPrograms('float32'),
  },
  {
    ...{ name: 'jax-js float64', package: '@jax-js/jax', tolerance: 1e-5, programs: all.filter((name) => name !== 'predator-prey') },
    note: 'exp, log, sin and tanh are those of single precision',
    load: async () => (await import('./jax.ts')).jaxPrograms('float64'),
  },
  {
    ...{ name: 'simplegrad', package: 'simplegrad', tolerance: 1e-9, programs: all, note: 'no shift in log-sum-exp' },
    load: async () => (await import('./simplegrad.ts')).simplegradPrograms(),
  },
  {
    ...{ name: 'mathjs', package: 'mathjs', tolerance: 1e-9, programs: ['rosenbrock', 'scalar'], longest: 3 },
    note: 'expressions only: no arrays, no loops; derivatives by twenty variables take minutes',
    load: async () => (await import('./mathjs.ts')).mathjsPrograms(),
  },
];

/** The peers that are installed and have the program. */
export function peersOf<Name extends EightName>(name: Name, args: EightArguments[Name]): Rival[] {
  return peers
    .filter((peer) => peer.programs.includes(name) && isInstalled(peer.package) && longestIn(args) <= (peer.longest ?? Infinity))
    .map((peer) => ({
      ...{ name: peer.name, kind: 'peer', tolerance: peer.tolerance },
      prepare: async () => {
        const program = (await peer.load())[name];
        if (!program) throw new Error(`${peer.name} has no ${name}`);
        return program(args);
      },
    }));
}

function longestIn(args: EightArguments[EightName]): number {
  const arrays = Object.values(args).filter((value: unknown) => value instanceof Float64Array);
  return Math.max(...arrays.map(({ length }) => length));
}
