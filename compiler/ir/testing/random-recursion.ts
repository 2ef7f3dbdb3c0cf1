/**
 * For tests of passes: random functions of (x, u, n) that call local functions, which call each other and themselves a few levels deep.
 * These
 * read and write what they are given, make memory of their own and return numbers and, some of them, one of their arrays.
 */
import { arrayOf, bool, int, real } from '../build.ts';
import { sketch } from '../testing.ts';
import type { IrFunction, Region, Type, ValueId } from '../types.ts';
import { addArray, chance, type Generator, generator, last, pick, type Scope, writeStatements } from './random-function.ts';

const f64 = arrayOf('f64');
/** A level, two numbers, two arrays, an integer. */
const takes: readonly Type[] = [int, real, real, f64, f64, int];
const names = ['level', 'x', 'y', 'a', 'b', 'k'];

interface Local {
  readonly out: ValueId;
  readonly gives: readonly Type[];
}

export function randomRecursion(seed: number): IrFunction {
  return sketch(`recursion${seed}`, { x: real, u: f64, n: int }, (b, { x, u, n }) => {
    const random = generator(seed);
    const locals = Array.from({ length: random() < 0.6 ? 1 : 2 }, (_, at): Local => {
      return { out: b.value({ kind: 'function' }, `f${at}`), gives: random() < 0.5 ? [real] : [real, f64] };
    });
    const g: Generator = { b, random, limits: { statements: 4, depth: 2 } };
    const bodies = locals.map((local) => writeLocal(g, local, locals));
    b.push({ kind: 'functions', outs: locals.map(({ out }) => out), bodies, origin: b.origin });
    const w = b.define('copy', { array: u }, f64, 'w');
    const scope: Scope = { reals: [x], ints: [n, b.constant(0), b.constant(1), b.constant(2)], arrays: [u, w], writable: [w], lists: [] };
    const level = b.constant(2);
    const calling: Generator = { ...g, also: (_, at) => writeApply(g, at, pick(g, locals), level) };
    for (const local of locals) writeApply(g, scope, local, level);
    writeStatements(calling, scope, 2);
    return [b.prim('add', [last(scope.reals), x]), pick(g, scope.writable), b.prim('add', [pick(g, scope.reals), x])];
  });
}

/** if (level > 0) { statements, two calls at most } else { statements } */
function writeLocal(g: Generator, { gives }: Local, locals: readonly Local[]): Region {
  const { b } = g;
  const params = takes.map((type, i) => b.value(type, names[i]));
  const [level, x, y, a, other, k] = params as [ValueId, ValueId, ValueId, ValueId, ValueId, ValueId];
  return b.region(params, () => {
    const arm = (calls: number) => (): readonly ValueId[] => {
      const ints = [k, level, b.constant(0), b.constant(1)];
      const scope: Scope = { reals: [x, y], ints, arrays: [a, other], writable: [a, other], lists: [] };
      let left = calls;
      const next = b.prim('sub', [level, b.constant(1)]);
      const also = (_: Generator, at: Scope): void => {
        if (left-- > 0) writeApply(g, at, pick(g, locals), next);
      };
      writeStatements({ ...g, also }, scope, 1);
      if (left > 0) also(g, scope);
      return gives.map((type) => (type.kind === 'real' ? b.prim('Math.sin', [last(scope.reals)]) : pick(g, scope.writable)));
    };
    return b.branch(b.define('prim', { prim: 'gt', args: [level, b.constant(0)] }, bool), gives, arm(2), arm(0));
  });
}

function writeApply(g: Generator, scope: Scope, { out, gives }: Local, level: ValueId): void {
  const { b } = g;
  const numbers = [pick(g, scope.reals), pick(g, scope.reals)];
  const arrays = [
    pick(g, scope.writable),
    chance(g, 0.7) ? pick(g, scope.writable) : b.define('copy', { array: pick(g, scope.arrays) }, f64),
  ];
  const outs = gives.map((type) => b.value(type));
  b.push({ kind: 'apply', callee: out, args: [level, ...numbers, ...arrays, pick(g, scope.ints)], outs, origin: b.origin });
  scope.reals.push(outs[0] as ValueId);
  if (outs[1] !== undefined) addArray(scope, outs[1]);
}
