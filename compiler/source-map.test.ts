import { SourceMap } from 'node:module';
import { describe, expect, it } from 'vitest';
import { inlineMapUrl, sourceMapText } from './source-map.ts';

const place = (generatedLine: number, sourceLine: number, sourceColumn: number, file = '/app/src/fit.ts') => {
  return { generatedLine, sourceLine, sourceColumn, file };
};

describe('sourceMapText', () => {
  it('is read by others as it was meant', () => {
    const mappings = [place(4, 20, 3), place(5, 2, 1), place(9, 1000, 77, '/app/lib/twice.ts'), place(10, 3, 40)];
    const text = sourceMapText('/app/gen/fit.grad.ts', '/app/src/fit.ts', mappings);
    const payload = JSON.parse(text) as ConstructorParameters<typeof SourceMap>[0];
    expect([payload.file, payload.sources]).toEqual(['fit.grad.ts', ['../src/fit.ts', '../lib/twice.ts']]);
    const map = new SourceMap(payload);
    for (const { generatedLine, sourceLine, sourceColumn, file } of mappings) {
      expect(map.findEntry(generatedLine, 8)).toMatchObject({
        originalSource: file.replace('/app', '..'),
        originalLine: sourceLine - 1,
        originalColumn: sourceColumn - 1,
      });
    }
  });

  it('can stand in the file itself', () => {
    const url = inlineMapUrl(sourceMapText('/a.grad.ts', '/a.ts', []));
    expect(JSON.parse(Buffer.from(url.split(',')[1] ?? '', 'base64').toString())).toMatchObject({
      version: 3,
      sources: ['a.ts'],
      mappings: '',
    });
  });
});
