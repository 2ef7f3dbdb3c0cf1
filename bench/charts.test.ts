/** The pictures of a report hold every case, whatever the numbers are. Nothing is measured here. */

import { describe, expect, it } from 'vitest';
import { ts } from '#ts-morph';
import { cases } from './cases.ts';
import { logScaleOver, spreadOut } from './charts/svg.ts';
import { filesOf } from './charts/write.ts';
import type { BenchCase } from './contenders.ts';
import { growthCases } from './growth-cases.ts';
import { caseKey, describeRun, merge, type Results, type Row, resultsText, rowsOf } from './rows.ts';

const run = describeRun(7, ['--report']);

function spreadAround(median: number) {
  return { median, least: 0.93 * median, most: 1.1 * median };
}

/** Numbers of the size that a run gives, and one case that failed. */
function rowsFor(entry: BenchCase, at: number): Row[] {
  const [own, generated, other] = [(entry.growth?.elements ?? 1000) * (3 + (at % 4)), 0.2 * 1.3 ** (at % 14), 0.6 + 0.3 * (at % 9)].map(
    spreadAround,
  );
  const times = { own, generated, other, otherToGenerated: spreadAround(other.median / generated.median) };
  const beside = { entry, summary: at === 3 ? 'disagrees < "&"' : { error: 1e-12, times } };
  const rivals = at % 3 === 0 && !entry.growth ? rivalsOf(entry, at) : [];
  return [beside, ...rivals].flatMap((measured) => rowsOf(measured, run));
}

function rivalsOf(entry: BenchCase, at: number) {
  const names = ['flat tape', 'closure tape', 'differences', 'tfjs cpu', 'jax-js float64'];
  return names.map((name, i) => {
    const kind = i < 2 ? ('tape' as const) : i === 2 ? ('differences' as const) : ('peer' as const);
    const rival = { name, kind, tolerance: 1e-9, prepare: () => Promise.reject(new Error('nothing is measured')) };
    const ratio = spreadAround(0.9 * 10 ** (((at + i) % 9) / 2));
    const summary =
      i === 4 && at === 6
        ? { error: Infinity }
        : { error: 1e-9, times: { own: ratio, generated: ratio, other: ratio, otherToGenerated: ratio } };
    return { entry, rival, summary };
  });
}

const all = [...cases, ...growthCases];
const results: Results = { runs: [run], rows: all.flatMap(rowsFor) };
const files = filesOf(results);
const charts = [...files].filter(([name]) => name.endsWith('.svg'));

/** What is not well-formed: SVG read as JSX, whose rules for tags, quotes and nesting are those of XML. */
function problemsOf(svg: string): string[] {
  const source = svg.replace(/<style>[\s\S]*?<\/style>/, '');
  const { diagnostics = [] } = ts.transpileModule(`const x = ${source};`, {
    fileName: 'x.tsx',
    reportDiagnostics: true,
    compilerOptions: { jsx: ts.JsxEmit.Preserve },
  });
  return [
    ...diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' ')),
    ...(source.match(/&(?!amp;|lt;|gt;|quot;)/g) ?? []),
  ];
}

/** The texts of a chart with where they stand, by a rough width of letters. */
function labelsOf(svg: string) {
  const found: { left: number; right: number; y: number; content: string }[] = [];
  const offset = { x: 0, y: 0 };
  for (const [, dx, dy, x, y, classes, anchor, content] of svg.matchAll(
    /translate\((\d+) (\d+)\)|<text x="([\d.-]+)" y="([\d.-]+)" class="([^"]*)" text-anchor="(\w+)">([^<]*)/g,
  )) {
    if (dx !== undefined) Object.assign(offset, { x: Number(dx), y: Number(dy) });
    if (x === undefined) continue;
    const size = classes === 'title' ? 11 : classes.includes('heading') ? 7.6 : classes === 'subtitle' ? 7 : 6.4;
    const width = size * content.replace(/&\w+;/g, 'x').length;
    const left = offset.x + Number(x) - { start: 0, middle: 0.5, end: 1 }[anchor as 'start' | 'middle' | 'end'] * width;
    found.push({ left, right: left + width, y: offset.y + Number(y), content });
  }
  return found;
}

describe.each(charts)('%s', (_, svg) => {
  it('is well-formed and has no number that is none', () => {
    expect(problemsOf(svg)).toEqual([]);
    expect(svg.match(/="[^"]*(?:NaN|Infinity|undefined)[^"]*"/g)).toBeNull();
  });

  it('keeps labels inside, and apart from each other', () => {
    const width = Number(/width="(\d+)"/.exec(svg)?.[1]);
    const height = Number(/height="(\d+)"/.exec(svg)?.[1]);
    const labels = labelsOf(svg);
    expect(labels.length).toBeGreaterThan(20);
    expect(labels.filter(({ left, right, y }) => left < 0 || right > width || y > height - 4)).toEqual([]);
    const clashes = labels.flatMap((one, at) =>
      labels
        .slice(at + 1)
        .filter((two) => Math.abs(one.y - two.y) < 10 && one.left < two.right && two.left < one.right)
        .map((two) => `${one.content} | ${two.content}`),
    );
    expect(clashes).toEqual([]);
  });

  it('holds its marks inside', () => {
    const width = Number(/width="(\d+)"/.exec(svg)?.[1]);
    const centers = Array.from(svg.matchAll(/cx="([^"]*)"/g), ([, x]) => Number(x));
    expect(centers.length).toBeGreaterThan(10);
    expect(centers.every((x) => x >= 0 && x <= width)).toBe(true);
  });
});

it('what is not well-formed is seen', () => {
  const broken = ['<svg><g></svg>', '<svg><text x="1>a</text></svg>', '<svg>a & b</svg>', '<svg>{a}}</svg>'];
  expect(broken.map((svg) => problemsOf(svg).length > 0)).toEqual([true, true, true, true]);
});

describe('every case', () => {
  const marked = (name: string) =>
    Array.from(files.get(name)?.matchAll(/data-case="([^"]*)">(.*?)<\/g>(?!<\/g>)/g) ?? [], ([, key, inner]) =>
      inner.includes('mark') ? key : '',
    );
  const keyOf = ({ name: program, size, growth }: BenchCase) => caseKey({ program, size, ...(growth && { growth }) });

  it('has a mark among the ratios, or says why not', () => {
    expect(marked('ratios.svg')).toEqual(cases.map(keyOf));
    expect(files.get('ratios.svg')).toContain('disagrees &lt; &quot;&amp;&quot;');
  });

  it('has a mark in its growth', () => {
    expect(marked('growth.svg')).toEqual(growthCases.map(keyOf));
  });

  it('with a rival has a panel', () => {
    expect(marked('others.svg')).toEqual(cases.filter((_, at) => at % 3 === 0).map(keyOf));
  });
});

describe('the page', () => {
  const page = files.get('index.html') as string;

  it('needs nothing from elsewhere', () => {
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|<script|<link|src=/);
  });

  it('says how and on what it was measured, and has a line for each row', () => {
    for (const text of [run.cpu, run.node, 'npm run bench -- --report', '7 fresh']) expect(page.replace(/\s+/g, ' ')).toContain(text);
    expect(page.match(/<tr>/g)).toHaveLength(results.rows.length + 1 + 2);
  });

  it('is there before anything but one case was measured', () => {
    const one = filesOf({ runs: [run], rows: rowsFor(cases[0], 0).slice(0, 1) });
    expect([...one.keys()]).toEqual(['results.json', 'ratios.svg', 'index.html']);
    expect(problemsOf(one.get('ratios.svg') as string)).toEqual([]);
  });
});

describe('results', () => {
  it('survive being written and read', () => {
    const read = JSON.parse(resultsText(results)) as Results;
    expect(read.rows.map(({ program, contender }) => [program, contender])).toEqual(
      results.rows.map(({ program, contender }) => [program, contender]),
    );
    expect(filesOf(read)).toEqual(files);
  });

  it('of a later run replace those of the same contender and case only', () => {
    const later = { ...run, date: 'later' };
    const rows = rowsFor(cases[1], 1).map((row) => ({ ...row, date: later.date }));
    const merged = merge(results, { run: later, rows }, all);
    expect(merged.rows).toHaveLength(results.rows.length);
    expect(merged.rows.filter(({ date }) => date === 'later').map(({ contender }) => contender)).toEqual(['generated', 'by hand']);
    expect(merged.runs).toEqual([run, later]);
    expect(merge(merged, { run: later, rows }, all).runs).toEqual([run, later]);
  });

  it('of cases and runs that are no more are dropped', () => {
    const merged = merge(results, { run: { ...run, date: 'later' }, rows: [] }, cases.slice(0, 1));
    expect(new Set(merged.rows.map(caseKey))).toEqual(new Set([caseKey(results.rows[0])]));
    expect(merged.runs).toEqual([run]);
  });
});

it('a scale has its values between its first and last tick', () => {
  for (const values of [[1], [0.19, 9.17], [0.7, 1.3, 2], [3, 40_000], [1e-3, 1e7], [1000, 1000]]) {
    const scale = logScaleOver(values, [0, 100]);
    expect(values.every((value) => scale(value) >= -1e-9 && scale(value) <= 100 + 1e-9)).toBe(true);
    expect(scale.ticks.length).toBeGreaterThan(0);
    expect(scale.ticks.length).toBeLessThan(12);
  }
});

it('labels are moved apart, no further than needed', () => {
  expect(spreadOut([10, 50, 90], 15, 100)).toEqual([10, 50, 90]);
  expect(spreadOut([52, 50, 51], 10, 100)).toEqual([70, 50, 60]);
  expect(spreadOut([99, 98], 10, 100)).toEqual([100, 90]);
});
