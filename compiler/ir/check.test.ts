import { describe, expect, it } from 'vitest';
import { arrayOf, type Builder, bool, createBuilder, int, real } from './build.ts';
import { checkFunction, checkProgram } from './check.ts';
import { sketch, sketchFor, sketchWhile, testOrigin } from './testing.ts';
import type { Op, Type, ValueId } from './types.ts';

const params = { x: real, n: int, c: bool, u: arrayOf('f64'), w: arrayOf('list') } as const satisfies Record<string, Type>;
type Given = Readonly<Record<keyof typeof params, ValueId>>;

function problemsOf(write: (b: Builder, given: Given) => readonly ValueId[]): string {
  return checkFunction(sketch('f', params, write)).join('\n');
}

function define<K extends Op['kind']>(kind: K, draft: object, type: Type) {
  return (b: Builder): ValueId => b.define(kind, draft as never, type);
}

describe('the verifier accepts', () => {
  it('well-formed functions', () => {
    expect(
      problemsOf((b, { x, n, c, u, w }) => {
        const [sum] = sketchFor(b, { to: x, step: -1, inits: [b.constant(0)], types: [real] }, (i, [s]) => [
          b.prim('add', [s as ValueId, b.load(u, i, 'checked')]),
        ]);
        const outs = sketchWhile(
          b,
          { test: 'before', inits: [n], types: [real], exits: true },
          () => c,
          ([y]) => [n, y as ValueId],
        );
        const [a] = b.branch(
          c,
          [real],
          () => [n],
          () => [x],
        );
        const stack = b.define('stack', {}, { kind: 'stack', element: 'array' });
        b.effect('push', { stack, value: w });
        return [
          sum,
          outs[1],
          a,
          b.define('pop', { stack }, arrayOf('list')),
          b.prim('select', [c, c, c]),
          b.prim('given', [u]),
        ] as ValueId[];
      }),
    ).toBe('');
  });
});

describe('the verifier refuses', () => {
  const wrong: readonly (readonly [string, (b: Builder, given: Given) => readonly ValueId[], string])[] = [
    ['a real as an int', (b, { x }) => [define('prim', { prim: 'mul', args: [x, x] }, int)(b)], 'it gives real, its value is declared int'],
    ['arithmetic on a bool', (b, { c }) => [b.prim('add', [c, c])], 'an operand is bool, not a number'],
    ['logic on a number', (b, { x }) => [b.prim('not', [x])], 'an operand is real, not bool'],
    ['a select by a number', (b, { x }) => [b.prim('select', [x, x, x])], 'an operand is real, not bool'],
    ['a missing operand', (b, { x }) => [b.prim('add', [x])], 'it takes 2 operands, not 1'],
    [
      'a load from a number',
      (b, { x, n }) => [define('load', { array: x, index: n, access: 'checked' }, real)(b)],
      'an operand is real, not array',
    ],
    [
      'a hole in a typed array',
      (b, { n }) => [define('alloc', { length: n, fill: 'hole' }, arrayOf('f64'))(b)],
      'only a list can have holes',
    ],
    [
      'an if on a number',
      (b, { x }) =>
        b.branch(
          x,
          [],
          () => [],
          () => [],
        ),
      'the condition is real, not bool',
    ],
    [
      'branches of two kinds of array',
      (b, { c, u, w }) =>
        b.branch(
          c,
          [arrayOf('f64')],
          () => [u],
          () => [w],
        ),
      'the else branch yields list[] where f64[] is expected',
    ],
    [
      'a branch with too few values',
      (b, { c, x }) =>
        b.branch(
          c,
          [real, real],
          () => [x, x],
          () => [x],
        ),
      'the else branch yields 1 values, 2 are expected',
    ],
    ['a step of 0', (b, { n }) => sketchFor(b, { to: n, step: 0, inits: [], types: [] }, () => []), 'the step is 0'],
    ['a real start', (b, { x, n }) => sketchFor(b, { from: x, to: n, inits: [], types: [] }, () => []), 'the start is real, not int'],
    [
      'a real exit code',
      (b, { x, n }) => sketchFor(b, { to: n, inits: [], types: [], exits: true }, () => [x]),
      'the exit code is real, not int',
    ],
    [
      'a body that yields too little',
      (b, { x, n }) => sketchFor(b, { to: n, inits: [x], types: [real] }, () => []),
      'the body yields 0 values, 1 are expected',
    ],
    [
      'an int carried that becomes real',
      (b, { x, n }) => sketchFor(b, { to: n, inits: [n], types: [int] }, () => [x]),
      'the body yields real where int is expected',
    ],
    [
      'a while on a number',
      (b, { x }) =>
        sketchWhile(
          b,
          { test: 'before', inits: [], types: [] },
          () => x,
          () => [],
        ),
      'the condition is real, not bool',
    ],
    [
      'a push of another type',
      (b, { x }) => {
        const stack = b.define('stack', {}, { kind: 'stack', element: 'int' });
        b.effect('push', { stack, value: x });
        return [];
      },
      'real does not fit stack<int>',
    ],
    [
      'a value of an inner region',
      (b, { n }) => {
        let inner = n;
        sketchFor(b, { to: n, inits: [], types: [] }, (i) => {
          inner = b.prim('add', [i, i]);
          return [];
        });
        return [inner];
      },
      'is not visible here',
    ],
    ['a value from nowhere', (b) => [b.value(real)], 'is read before it is defined'],
    ['an id outside of the table', () => [99 as ValueId], 'v99'],
  ];
  it.each(wrong)('%s', (_, write, message) => {
    expect(problemsOf(write)).toContain(message);
  });

  it('two definitions of a value', () => {
    const fn = sketch('f', { x: real }, (b, { x }) => {
      b.push({ kind: 'const', out: x, value: 1, origin: testOrigin });
      return [x];
    });
    expect(checkFunction(fn).join()).toContain('is defined twice');
  });

  it('a signature that is not that of the body', () => {
    const fn = sketch('f', { x: real }, (_, { x }) => [x]);
    expect(checkFunction({ ...fn, params: [] })).toContain('the parameters are not those of the body');
    expect(checkFunction({ ...fn, results: [] })).toContain('0 results are declared, 1 are returned');
    expect(checkFunction({ ...fn, results: [{ name: 'dx', kind: 'gradient', param: 3 }] })).toContain('result dx belongs to no parameter');
  });

  it('a call that does not fit its callee', () => {
    const b = createBuilder(testOrigin);
    const callee = sketch('g', { x: real, u: arrayOf('f64') }, (_, { x }) => [x]);
    const call = (args: readonly Type[], outs: readonly Type[], key: string) => {
      const given = Object.fromEntries(args.map((type, i) => [`a${i}`, type]));
      const main = sketch('f', given, (inner, ids) => {
        const made = outs.map((type) => inner.value(type));
        inner.push({ kind: 'call', callee: key, args: Object.values(ids), outs: made, origin: b.origin });
        return made;
      });
      return checkProgram({ main, callees: new Map([['g', callee]]) }).join('\n');
    };
    expect(call([int, arrayOf('f64')], [real], 'g')).toBe('');
    expect(call([real], [real], 'g')).toContain('the call passes 1 values, 2 are expected');
    expect(call([real, arrayOf('f64')], [int], 'g')).toContain('the callee returns real where int is expected');
    expect(call([], [], 'h')).toContain('there is no function h');
  });
});
