import { describe, expect, it } from 'vitest';
import { functionsOf } from '../analysis/local-functions.ts';
import { type Builder, int, real } from '../ir/build.ts';
import { checkFunction, checkProgram } from '../ir/check.ts';
import { interpret } from '../ir/interpret.ts';
import { sketch } from '../ir/testing.ts';
import type { IrFunction, IrProgram, Op, ValueId } from '../ir/types.ts';
import { walkFunction } from '../ir/walk.ts';
import { deadParameters } from './dead-parameters.ts';
import { inlineProgram } from './inline.ts';
import { localGroups } from './recursion.ts';
import { settle } from './settle.ts';

function call(b: Builder, callee: string, args: readonly ValueId[]): ValueId {
  const out = b.value(real);
  b.push({ kind: 'call', callee, args, outs: [out], origin: b.origin });
  return out;
}

/** x·power(x, n − 1), or 1. */
const power = sketch('power', { x: real, n: int }, (b, { x, n }) =>
  b.branch(
    b.prim('gt', [n, b.constant(0)]),
    [real],
    () => [b.prim('mul', [x, call(b, 'power', [x, b.prim('sub', [n, b.constant(1)])])])],
    () => [b.constant(1)],
  ),
);
const twice = sketch('twice', { x: real }, (b, { x }) => [b.prim('add', [x, x])]);
const main = sketch('main', { x: real }, (b, { x }) => [call(b, 'twice', [call(b, 'power', [x, b.constant(3)])])]);
const program: IrProgram = {
  main,
  callees: new Map([
    ['power', power],
    ['twice', twice],
  ]),
};

function inlined(given: IrProgram): IrFunction {
  const result = inlineProgram(given);
  if (result.kind === 'exceeded') throw new Error('too large');
  return result.fn;
}

function count(fn: IrFunction, kind: Op['kind']): number {
  let found = 0;
  walkFunction(fn, (op) => void (op.kind === kind && found++));
  return found;
}

describe('recursion', () => {
  it('becomes a local function, everything else is written out', () => {
    expect(checkProgram(program)).toEqual([]);
    expect(localGroups(program)).toEqual([['power']]);
    const fn = inlined(program);
    expect(checkFunction(fn)).toEqual([]);
    expect([count(fn, 'call'), count(fn, 'apply'), functionsOf(fn).length]).toEqual([0, 2, 1]);
    expect(interpret(fn, [1.5])).toEqual([2 * 1.5 ** 3]);
  });

  it('is seen through other functions', () => {
    const even = sketch('even', { x: real }, (b, { x }) => [call(b, 'odd', [x])]);
    const odd = sketch('odd', { x: real }, (b, { x }) => [call(b, 'even', [x])]);
    const callees = new Map([
      ['even', even],
      ['odd', odd],
      ['twice', twice],
    ]);
    const start = sketch('start', { x: real }, (b, { x }) => [call(b, 'twice', [call(b, 'even', [x])])]);
    expect(localGroups({ main: start, callees }).map((group) => [...group].sort())).toEqual([['even', 'odd']]);
  });
});

describe('settle', () => {
  it('writes out what does not call itself and keeps what does', () => {
    const fn = sketch('f', { x: real }, (b, { x }) => {
      const [square, given] = [b.value({ kind: 'function' }, 'square'), b.value(real, 'y')];
      const body = b.region([given], () => [b.prim('mul', [given, given])]);
      b.push({ kind: 'functions', outs: [square], bodies: [body], keys: ['square'], origin: b.origin });
      const apply = (arg: ValueId): ValueId => {
        const out = b.value(real);
        b.push({ kind: 'apply', callee: square, args: [arg], outs: [out], origin: b.origin });
        return out;
      };
      return [apply(apply(x))];
    });
    const settled = settle(fn);
    expect(checkFunction(settled)).toEqual([]);
    expect([count(settled, 'apply'), count(settled, 'functions')]).toEqual([0, 0]);
    expect(interpret(settled, [3])).toEqual([81]);
    expect(count(settle(inlined(program)), 'apply')).toBe(2);
  });
});

describe('dead parameters', () => {
  it('go where they are only handed on', () => {
    const idle = sketch('idle', { x: real, n: int, unused: real }, (b, { x, n, unused }) =>
      b.branch(
        b.prim('gt', [n, b.constant(0)]),
        [real],
        () => [call(b, 'idle', [x, b.prim('sub', [n, b.constant(1)]), unused])],
        () => [x],
      ),
    );
    const start = sketch('start', { x: real, n: int }, (b, { x, n }) => [call(b, 'idle', [x, n, b.prim('Math.sin', [x])])]);
    const fn = inlined({ main: start, callees: new Map([['idle', idle]]) });
    const shorter = deadParameters.run(fn);
    expect(checkFunction(shorter)).toEqual([]);
    expect(functionsOf(shorter)[0]?.bodies[0]?.params.length).toBe(2);
    expect(interpret(shorter, [2, 3])).toEqual([2]);
    expect(deadParameters.run(shorter)).toBe(shorter);
  });
});
