import { describe, expect, it } from 'vitest';
import type { Diagnostic } from './diagnostic.ts';
import type { SourceSpan } from './origin.ts';
import { formatPretty, formatTsc, noColors, type ReportContext, sortDiagnostics } from './reporter.ts';

const source = 'export function f(n: number): number {\n  const a = new Float64Array(n);\n\tlet s = 0;\n\n\n\n\n  return s + a[0];\n}\n';
const files: Readonly<Record<string, string>> = {
  '/app/src/fit.ts': source,
  '/app/src/long.ts': `${'x'.repeat(500)}here${'y'.repeat(500)}`,
};
const context: ReportContext = { cwd: '/app', read: (file) => files[file], colors: noColors };

/** The first place of some text in a file. */
function spanOf(text: string, file = '/app/src/fit.ts'): SourceSpan {
  const start = (files[file] as string).indexOf(text);
  const before = (files[file] as string).slice(0, start).split('\n');
  return { kind: 'source', file, start, end: start + text.length, line: before.length, column: (before.at(-1) as string).length + 1 };
}

const diagnostic: Diagnostic = {
  code: 'GG2104',
  severity: 'error',
  message: "the length of this array depends on 'n', which is being differentiated",
  at: spanOf('new Float64Array(n)'),
};

describe('formatTsc', () => {
  it('is one line', () => {
    expect(formatTsc(diagnostic, context)).toBe(`src/fit.ts:2:13 - error GG2104: ${diagnostic.message}`);
    expect(formatTsc({ code: 'GG0001', severity: 'warning', message: 'two\n  lines' }, context)).toBe('warning GG0001: two lines');
  });
});

describe('formatPretty', () => {
  it('shows the code with its labels, notes and help', () => {
    const labels = [
      { at: spanOf('n: number'), text: "'n' is differentiated" },
      { at: spanOf('s + a[0]'), text: 'read here' },
    ];
    const text = formatPretty({ ...diagnostic, labels, notes: ['one\ntwo'], help: "type 'n' as int" }, context);
    expect(text).toBe(
      [
        `src/fit.ts:2:13 - error GG2104: ${diagnostic.message}`,
        '',
        '1 | export function f(n: number): number {',
        "  |                   --------- 'n' is differentiated",
        '2 |   const a = new Float64Array(n);',
        '  |             ^^^^^^^^^^^^^^^^^^^',
        '  ⋮',
        '8 |   return s + a[0];',
        '  |          -------- read here',
        '',
        '  note: one',
        '        two',
        "  help: type 'n' as int",
      ].join('\n'),
    );
  });

  it('keeps columns under tabs, and underlines the first line of several', () => {
    expect(formatPretty({ ...diagnostic, at: spanOf('s = 0;\n\n') }, context)).toContain('3 |   let s = 0;\n  |       ^^^^^^\n');
  });

  it('cuts very long lines', () => {
    const lines = formatPretty({ ...diagnostic, at: spanOf('here', '/app/src/long.ts') }, context).split('\n');
    expect(lines.every((line) => line.length < 140)).toBe(true);
    const [code = '', mark = ''] = lines.slice(2);
    expect(code.slice(mark.indexOf('^'), mark.lastIndexOf('^') + 1)).toBe('here');
  });

  it('shows labels in other files after its own', () => {
    const labels = [{ at: spanOf('here', '/app/src/long.ts'), text: 'there' }];
    expect(formatPretty({ ...diagnostic, labels }, context)).toMatch(/\^\n\n {2}--> src\/long\.ts\n\n1 \|/);
  });

  it('does without files that cannot be read and places beyond their end', () => {
    const beyond = { ...spanOf('here', '/app/src/long.ts'), line: 99 };
    expect(formatPretty({ ...diagnostic, at: beyond }, context)).toMatch(/^src\/long\.ts:99:501 - error GG2104: .*$/);
    expect(formatPretty({ ...diagnostic, at: { ...beyond, file: '/app/gone.ts' } }, context)).toMatch(/^gone\.ts:99:501 - .*$/);
  });
});

describe('sortDiagnostics', () => {
  it('sorts by file and place, once each', () => {
    const first = { ...diagnostic, at: spanOf('n: number') };
    const bare: Diagnostic = { code: 'GG0001', severity: 'error', message: 'no place' };
    expect(sortDiagnostics([diagnostic, first, { ...diagnostic }, bare])).toEqual([bare, first, diagnostic]);
  });
});
