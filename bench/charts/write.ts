/** The folder of the report: `results.json`, the charts, and the page that holds them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Results, resultsText } from '../rows.ts';
import { drawGrowth } from './growth.ts';
import { drawOthers } from './others.ts';
import { drawPage } from './page.ts';
import { drawRatios } from './ratios.ts';

/** The names of the files that were written. */
export function writeReport(results: Results, folder: string): string[] {
  const texts = filesOf(results);
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of texts) writeFileSync(join(folder, name), text);
  return [...texts.keys()];
}

/** Drawn from what is written, digit for digit. A chart that would be empty is not there. */
export function filesOf(measured: Results): Map<string, string> {
  const text = resultsText(measured);
  const results = JSON.parse(text) as Results;
  const { rows } = results;
  const drawn = [
    ['ratios.svg', drawRatios(rows)],
    ['others.svg', drawOthers(rows)],
    ['growth.svg', drawGrowth(rows)],
  ] as const;
  const charts = drawn.flatMap(([name, chart]) => (chart === undefined ? [] : [[name, chart] as const]));
  const page = drawPage(
    results,
    charts.map(([, chart]) => chart),
  );
  return new Map([['results.json', text], ...charts, ['index.html', page]]);
}
