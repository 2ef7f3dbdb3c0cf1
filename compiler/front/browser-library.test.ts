import { describe, expect, it } from 'vitest';
import { ts } from '#ts-morph';
import { withoutBrowser } from './browser-library.ts';
import { openProject } from './project.ts';

function loadsBrowser(text: string, others: Readonly<Record<string, string>> = {}, lib = ['lib.es2022.d.ts', 'lib.dom.d.ts']): boolean {
  const project = openProject({ cwd: '/', files: { '/f.ts': text, ...others }, compilerOptions: { lib } });
  const files = project.program().getSourceFiles();
  return files.some((file) => file.fileName.endsWith('lib.dom.d.ts'));
}

describe('the types of browsers', () => {
  it.each([
    ['numbers', 'export function f(x: readonly number[]) { let s = 0; for (const v of x) s += Math.sin(v) * x.length; return s; }'],
    [
      'names of the browser that are declared',
      'export function f(length: number, name: number) { return { length, name }.length + name; }',
    ],
    ['words', 'export const a = [1, undefined] as const; export type E = (typeof a)[number];'],
    ['what the package declares', "import type { int } from 'gradgen'; export const n: int = 1;"],
    ['globals of the language', 'export const a: Partial<Record<string, number>> = { b: Number.EPSILON + Infinity + NaN };'],
    ['classes and generics', 'export class A<T extends number> { #b = 1; get<U>(x: T, y: U) { return [this.#b, x, y]; } }'],
  ])('are not loaded for %s', (_, text) => expect(loadsBrowser(text)).toBe(false));

  it.each([
    ['a global', 'export function f(x: number) { return x * devicePixelRatio; }'],
    ['a global without a declaration in reach', 'function g(length: number) { return length; } export const f = () => g(1) + length;'],
    ['a type', 'export const width = (e: HTMLElement) => e.clientWidth;'],
    ['a type in a type', "export interface A { b: readonly DOMPoint['x'][] }"],
    ['a base', 'export interface A extends DOMPoint { c: number }'],
    ['a shorthand', 'export const a = () => ({ devicePixelRatio });'],
    ['a member of the global object', 'export const f = () => globalThis.devicePixelRatio;'],
    ['a type query', 'export type A = typeof performance;'],
    ['an augmentation', 'export {}; declare global { interface DOMPoint { mine: number } }'],
    ['a script', 'interface DOMPoint { mine: number }'],
    ['a reference', '/// <reference lib="dom" />\nexport const a = 1;'],
  ])('are loaded for %s', (_, text) => expect(loadsBrowser(text)).toBe(true));

  it('are loaded for what an import means', () => {
    const point = { '/point.ts': 'export type Point = DOMPoint;' };
    expect(loadsBrowser("import type { Point } from './point.ts'; export const f = ({ x }: Point) => x;", point)).toBe(true);
  });

  it('are not loaded where they are not asked for', () => {
    expect(loadsBrowser('export const a = devicePixelRatio;', {}, ['lib.es2022.d.ts'])).toBe(false);
  });
});

describe('the libraries without those of browsers', () => {
  it.each([
    [{ target: ts.ScriptTarget.ES2022 }, ['lib.es2022.d.ts']],
    [{ target: ts.ScriptTarget.ES2015 }, ['lib.es2015.d.ts']],
    [{ target: ts.ScriptTarget.ES5 }, ['lib.es5.d.ts']],
    [{ lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'] }, ['lib.es2023.d.ts']],
    [{ lib: ['lib.es2022.d.ts'] }, undefined],
    [{ lib: ['lib.dom.d.ts'] }, undefined],
    [{ noLib: true }, undefined],
  ])('of %o', (options: ts.CompilerOptions, expected) => expect(withoutBrowser(options)).toEqual(expected));
});
