import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sequentialize } from './copies.ts';
import { printImports, relativeSpecifier } from './imports.ts';
import { numbered, toIdentifier } from './names.ts';
import { printNumber, printTemplateText } from './numbers.ts';
import { printExpr } from './print-expression.ts';
import { rewriteExpr } from './rewrite.ts';
import type { BinaryOperator, Expr, Variable } from './syntax.ts';
import { binary, number, read } from './syntax.ts';

const variable = (name: string, id = 0): Variable => ({ id, type: 'number', hints: [name], fixed: true, named: true });
const names = ['x', 'y', 'z'];
const operators: readonly BinaryOperator[] = [
  '+',
  '-',
  '*',
  '/',
  '%',
  '**',
  '<',
  '>=',
  '===',
  '!==',
  '&&',
  '||',
  '&',
  '|',
  '^',
  '<<',
  '>>',
  '>>>',
];

const expression: fc.Arbitrary<Expr> = fc.letrec<{ node: Expr }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...names).map((name) => read(variable(name))),
    fc.constantFrom(0, 1, 2.5, -3, -0).map(number),
    fc.tuple(fc.constantFrom(...operators), tie('node'), tie('node')).map(([operator, left, right]) => binary(operator, left, right)),
    fc
      .tuple(fc.constantFrom('-' as const, '~' as const), tie('node'))
      .map(([operator, operand]): Expr => ({ kind: 'unary', operator, operand })),
    // The IR negates booleans only.
    tie('node').map((left): Expr => ({ kind: 'unary', operator: '!', operand: binary('<', left, number(1)) })),
    fc
      .tuple(tie('node'), tie('node'), tie('node'))
      .map(([test, then, otherwise]): Expr => ({ kind: 'conditional', test, then, otherwise })),
  ),
})).node;

/** The same tree with every pair of parentheses. */
function printAll(expr: Expr): string {
  if (expr.kind === 'binary') return `(${printAll(expr.left)} ${expr.operator} ${printAll(expr.right)})`;
  if (expr.kind === 'unary') return `(${expr.operator}(${printAll(expr.operand)}))`;
  if (expr.kind === 'conditional') return `(${printAll(expr.test)} ? ${printAll(expr.then)} : ${printAll(expr.otherwise)})`;
  return `(${printExpr(expr, cx)})`;
}

const cx = { name: (of: Variable) => of.hints[0] ?? '', uncheckedIndexedAccess: false };
const evaluate = (text: string): unknown => (new Function(...names, `return ${text};`) as (...args: number[]) => unknown)(0.5, -2, 3);

describe('expressions', () => {
  it('print with the parentheses that they need', () => {
    fc.assert(
      fc.property(expression, (expr) => {
        expect(evaluate(printExpr(expr, cx))).toBe(evaluate(printAll(expr)));
      }),
      { numRuns: 2000, seed: 1 },
    );
  });

  it('keep their value when they are shortened', () => {
    fc.assert(
      fc.property(expression, (expr) => {
        const short = rewriteExpr(expr, (node) => node);
        expect(Number(evaluate(printExpr(short, cx)))).toBe(Number(evaluate(printAll(expr))));
      }),
      { numRuns: 2000, seed: 2 },
    );
  });

  it('have no parentheses to spare', () => {
    const [x, y, z] = names.map((name) => read(variable(name))) as [Expr, Expr, Expr];
    expect(printExpr(binary('+', binary('*', x, y), z), cx)).toBe('x * y + z');
    expect(printExpr(binary('-', x, binary('-', y, z)), cx)).toBe('x - (y - z)');
    expect(printExpr(binary('/', binary('*', x, y), z), cx)).toBe('(x * y) / z');
    expect(printExpr(binary('**', binary('-', x, y), z), cx)).toBe('(x - y) ** z');
  });
});

describe('literals', () => {
  it('read back as the same double', () => {
    fc.assert(fc.property(fc.double(), (value) => Object.is(evaluate(printNumber(value)), value)));
    expect([-0, 1e-12, 1e21, Infinity, -Infinity, NaN].map(printNumber)).toEqual(['-0', '1e-12', '1e+21', 'Infinity', '-Infinity', 'NaN']);
  });

  it('escape the text of templates', () => {
    fc.assert(fc.property(fc.stringMatching(/^[`${}\\"'\n\r]*$/), (text) => evaluate(`\`${printTemplateText(text)}\``) === text));
  });
});

describe('parallel assignment', () => {
  it('gives each variable what its source held before', () => {
    const variables = ['a', 'b', 'c', 'd'].map((name, i) => variable(name, i));
    const sources = fc.array(fc.nat({ max: 4 }), { minLength: 4, maxLength: 4 });
    const casts = fc.array(fc.boolean(), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(sources, casts, (from, cast) => {
        const source = (i: number): Expr => (from[i] === 4 ? number(9) : read(variables[from[i] ?? 0] as Variable));
        const as = (i: number): Expr => (cast[i] ? { kind: 'cast', operand: source(i), type: 'number' } : source(i));
        const copies = variables.map((to, i) => ({ to, from: as(i) }));
        const state = new Map<Variable, number>(variables.map((one, i) => [one, i]));
        const value = (expr: Expr): number =>
          expr.kind === 'cast' ? value(expr.operand) : expr.kind === 'read' ? (state.get(expr.variable) ?? NaN) : 9;
        for (const copy of sequentialize(copies, (of) => variable(`${of.hints[0]}Before`, 10))) state.set(copy.to, value(copy.from));
        expect(variables.map((one) => state.get(one))).toEqual(from.map((at) => (at === 4 ? 9 : at)));
      }),
    );
  });
});

describe('names', () => {
  it('never look like a temporary', () => {
    expect(['t1', 'v22', 'tmp3', 't', 'xs', 'a-b', ''].map(toIdentifier)).toEqual(['tAt1', 'vAt22', 'tmpAt3', 't', 'xs', 'ab', 'value']);
    expect([numbered('t', 2), numbered('t', 3), numbered('sum', 2), numbered('rate1', 2)]).toEqual(['tNext', 'tNext2', 'sum2', 'rate1b']);
  });
});

describe('imports', () => {
  it('follow the extension that the project uses', () => {
    expect(relativeSpecifier('/src/fit.grad.ts', '/src/fit.ts', '')).toBe('./fit');
    expect(relativeSpecifier('/src/fit.grad.ts', '/lib/a.ts', '.js')).toBe('../lib/a.js');
    expect(relativeSpecifier('/src/fit.grad.mts', '/src/fit.mts', '')).toBe('./fit.mjs');
    expect(relativeSpecifier('/src/fit.grad.ts', '/src/fit.tsx', '.ts')).toBe('./fit.tsx');
  });

  it('stand one to a module, packages first, values before types', () => {
    expect(
      printImports([
        { name: 'f', specifier: './f', typeOnly: true },
        { name: 'arena', specifier: 'gradgen/runtime', typeOnly: false },
        { name: 'checkOut', specifier: 'gradgen/runtime', typeOnly: false },
        { name: 'root', exported: 'default', specifier: './f', typeOnly: true },
        { name: 'k', specifier: './f', typeOnly: false },
        { name: 'k', specifier: './f', typeOnly: true },
      ]),
    ).toEqual([
      'import { arena, checkOut } from "gradgen/runtime";',
      'import { k } from "./f";',
      'import type { default as root, f } from "./f";',
    ]);
  });
});
