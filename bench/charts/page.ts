/** All of it as one page that needs nothing else: what was measured, how, on what, the charts, the numbers. */
import { rangeText, ratioText, timeText } from '../format.ts';
import { protocol } from '../measure.ts';
import { caseKey, groupedBy, type Results, type Row, type Run } from '../rows.ts';
import { escaped } from './svg.ts';

const style = `
  :root { color-scheme: light dark; --text: #1f2937; --muted: #6b7280; --line: #e5e7eb; --paper: #ffffff; --code: #f3f4f6; }
  @media (prefers-color-scheme: dark) { :root { --text: #e5e7eb; --muted: #9ca3af; --line: #272d38; --paper: #0d1117; --code: #1b222c; } }
  body { margin: 2rem auto; max-width: 1040px; padding: 0 1rem; background: var(--paper); color: var(--text);
    font: 15px/1.55 ui-sans-serif, system-ui, 'Helvetica Neue', Arial, sans-serif; }
  svg { display: block; width: 100%; height: auto; margin: 1.5rem 0; }
  code { background: var(--code); padding: 0.1em 0.35em; border-radius: 4px; font-size: 0.92em; }
  table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; }
  th, td { padding: 3px 10px; border-bottom: 1px solid var(--line); text-align: right; }
  th.text, td.text { text-align: left; } th { color: var(--muted); font-weight: 500; } .scroll { overflow-x: auto; }`;

export function drawPage({ runs, rows }: Results, charts: readonly string[]): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>gradgen, measured</title>',
    `<style>${style}\n</style></head>`,
    '<body>',
    '<h1>gradgen, measured</h1>',
    ...method(runs).map((paragraph) => `<p>${paragraph}</p>`),
    ...charts,
    '<h2>Runs</h2>',
    runTable(runs),
    '<h2>Numbers</h2>',
    rowTable(rows),
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function method(runs: readonly Run[]): string[] {
  const { rounds, turn, warmUp } = protocol;
  const processes = [...new Set(runs.map((run) => run.processes))].sort((a, b) => a - b);
  return [
    `Each number is the time of a call that gives the value and the whole gradient, divided by the time of the function itself, which is
    ordinary TypeScript. A process warms each contender up for ${warmUp} ms; then they take turns for up to ${rounds} rounds, at least
    ${turn} ms per turn, so that what disturbs one disturbs all. A ratio is the median over the rounds, then over
    ${processes.join(' or ')} fresh processes${processes.length > 1 ? ' (each row with those of its run)' : ''}; spreads run from the
    smallest to the largest process.`,
    `The function, the generated gradient and the one written by hand run in one process; tapes, differences and packages each in processes
    of their own, beside the function. Nothing is timed before value and gradient agree with the generated ones; the table has the largest
    error.`,
    `To measure again: ${commandsOf(runs)}. With names of programs (<code>npm run bench -- lse gmm --report</code>) only these are measured
    and replace their rows; <code>npm run bench -- --from docs/bench/results.json</code> draws without measuring.`,
  ];
}

function commandsOf(runs: readonly Run[]): string {
  return [...new Set(runs.map(({ command }) => command))].map((command) => `<code>${escaped(command)}</code>`).join(', ');
}

function runTable(runs: readonly Run[]): string {
  const rows = runs.map(({ date, node, cpu, cores, gigabytes, system, processes, command }) => [
    ...[date.replace('T', ' ').replace('Z', ' UTC'), `Node ${node}`, cpu, `${cores}`, `${gigabytes} GB`, system, `${processes}`, command],
  ]);
  return table(['date', 'engine', 'processor', 'cores', 'memory', 'system', 'processes', 'command'], rows, [0, 1, 2, 5, 7]);
}

function rowTable(rows: readonly Row[]): string {
  const heading = ['program', 'size', 'contender', '÷ function', 'spread', '÷ generated', 'function', 'largest error', 'run'];
  const cells = [...groupedBy(rows, caseKey).values()].flatMap((all) => {
    const generated = all.find(({ kind }) => kind === 'generated')?.ratio?.median;
    return all.map((row) => [row.program, row.size, row.contender, ...numbers(row, generated), row.date.slice(0, 10)]);
  });
  return table(heading, cells, [0, 1, 2]);
}

function numbers({ ratio, nanoseconds, error, problem }: Row, generated: number | undefined): string[] {
  const errorText = error?.toExponential(1) ?? '';
  if (!ratio) return [problem ?? '', '', '', '', errorText];
  const toGenerated = generated === undefined ? '' : ratioText(ratio.median / generated);
  return [ratioText(ratio.median), rangeText(ratio), toGenerated, nanoseconds ? timeText(nanoseconds.median) : '', errorText];
}

/** `left`: the columns of text. */
function table(heading: readonly string[], rows: readonly (readonly string[])[], left: readonly number[]): string {
  const row = (cells: readonly string[], tag: string): string =>
    `<tr>${cells.map((cell, at) => `<${tag}${left.includes(at) ? ' class="text"' : ''}>${escaped(cell)}</${tag}>`).join('')}</tr>`;
  return ['<div class="scroll"><table>', row(heading, 'th'), ...rows.map((cells) => row(cells, 'td')), '</table></div>'].join('\n');
}
