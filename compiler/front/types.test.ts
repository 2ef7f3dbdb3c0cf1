import { describe, expect, it } from 'vitest';
import { Project, ts } from '#ts-morph';
import { createTypeReader } from './types.ts';

/** The initializer of `sum`, and how often a type was asked for. */
function readSum(text: string): { readonly kind: string; readonly asked: number } {
  const project = new Project({ useInMemoryFileSystem: true, compilerOptions: { noLib: true } });
  const file = project.createSourceFile('f.ts', `declare const x: number; declare const s: string; const sum = ${text};`).compilerNode;
  const checker = project.getProgram().compilerObject.getTypeChecker();
  let asked = 0;
  const counting: ts.TypeChecker = {
    ...checker,
    getTypeAtLocation(node) {
      asked++;
      return checker.getTypeAtLocation(node);
    },
  };
  const types = createTypeReader(counting);
  const kinds: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node)) kinds.push(types.kindAt(node).kind);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { kind: kinds[0] ?? 'none', asked };
}

describe('the kind of a sum', () => {
  it('is that of its operands', () => {
    expect(readSum('x + 1 + x').kind).toBe('real');
    expect(readSum('x + s + x').kind).toBe('text');
    expect(readSum("x + (x + 'a')").kind).toBe('text');
    expect(readSum('x + x * 2').kind).toBe('real');
  });

  it('takes as many questions as it has terms', () => {
    expect(readSum(Array.from({ length: 200 }, () => 'x').join(' + ')).asked).toBe(200);
  });
});
