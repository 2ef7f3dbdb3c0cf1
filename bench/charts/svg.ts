/** What all pictures of the bench share: frame, colors for light and dark, labels, and a logarithmic scale. */
import { line, type Scale, text } from '../../demo/chart.ts';
import type { ContenderKind } from '../rows.ts';

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly subtitle: string;
  readonly parts: readonly string[];
}

/** Colors are classes, not variables, for programs that draw SVG and know no more than that. */
const light = { text: '#1f2937', muted: '#6b7280', grid: '#e5e7eb', axis: '#9ca3af', paper: '#ffffff' };
const dark = { text: '#e5e7eb', muted: '#9ca3af', grid: '#272d38', axis: '#6b7280', paper: '#0d1117' };
const colors: Readonly<Record<ContenderKind | 'own', readonly [light: string, dark: string]>> = {
  own: ['#6b7280', '#9ca3af'],
  generated: ['#2563eb', '#60a5fa'],
  hand: ['#c2570c', '#fb923c'],
  tape: ['#0d9488', '#2dd4bf'],
  differences: ['#9333ea', '#c084fc'],
  peer: ['#6b7280', '#9ca3af'],
};

const style = `
  text { font-family: ui-sans-serif, system-ui, 'Helvetica Neue', Arial, sans-serif; font-size: 12px; }
  .title { font-size: 19px; font-weight: 600; } .subtitle { font-size: 13px; } .heading { font-size: 13px; font-weight: 600; }
  .tick { font-size: 11.5px; } .grid, .axis, .unit { stroke-width: 1; } .unit { stroke-dasharray: 3 3; }
  .spread { stroke-width: 2; stroke-linecap: round; } .curve { stroke-width: 2; stroke-linejoin: round; } .bound { stroke-width: 1.5; }
${rules(0, light)}
  @media (prefers-color-scheme: dark) {
${rules(1, dark)}
  }`;

function rules(scheme: 0 | 1, { text: ink, muted, grid, axis, paper }: typeof light): string {
  const ofContenders = Object.entries(colors).map(
    ([kind, shades]) => `  text.${kind}, .${kind}.mark { fill: ${shades[scheme]}; } path.${kind} { stroke: ${shades[scheme]}; }`,
  );
  return [
    `  text { fill: ${ink}; } .paper { fill: ${paper}; } .subtitle, .tick, .muted { fill: ${muted}; }`,
    `  .grid { stroke: ${grid}; } .axis, .unit, .bound { stroke: ${axis}; }`,
    ...ofContenders,
    `  .hollow.mark { fill: ${paper}; stroke-width: 2; stroke: ${colors.hand[scheme]}; }`,
  ].join('\n');
}

export function picture({ width, height, title, subtitle, parts }: Picture): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${style}\n</style>`,
    `<rect class="paper" width="${width}" height="${height}" rx="10"/>`,
    label(24, 36, title, 'title'),
    label(24, 57, subtitle, 'subtitle'),
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

export type Anchor = 'start' | 'middle' | 'end';

export function label(x: number, y: number, content: string, classes = '', anchor: Anchor = 'start'): string {
  return text(x, y, escaped(content), `class="${classes}" text-anchor="${anchor}"`);
}

export function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

export function segment(from: readonly [number, number], to: readonly [number, number], classes: string): string {
  return line([from, to], `class="${classes}"`);
}

/** Everything that belongs to one case, by its key. */
export function group(key: string, parts: readonly string[]): string {
  return `<g data-case="${escaped(key)}">${parts.join('')}</g>`;
}

/** From a tick below all values to one above; ticks at 1, 2 and 5 as long as these are few, else at powers of ten. */
export function logScaleOver(values: readonly number[], range: readonly [number, number]): Scale {
  const least = Math.min(...values);
  const most = Math.max(...values);
  const domainTicks = ticksBetween(least, most, [1, 2, 5]);
  const [low, high] = [domainTicks[0], domainTicks[domainTicks.length - 1]].map(Math.log10);
  const slope = (range[1] - range[0]) / (high - low);
  const ticks = domainTicks.length <= mostTicks ? domainTicks : domainTicks.filter(isPowerOfTen);
  return Object.assign((value: number) => range[0] + (Math.log10(value) - low) * slope, { ticks });
}

const mostTicks = 9;

/** At least two. */
function ticksBetween(least: number, most: number, steps: readonly number[]): number[] {
  const decades = [Math.floor(Math.log10(least)), Math.floor(Math.log10(most)) + 1];
  const all = Array.from({ length: decades[1] - decades[0] + 1 }, (_, i) => steps.map((step) => roundTick(step, decades[0] + i))).flat();
  const first = Math.max(
    0,
    all.findLastIndex((tick) => tick <= least),
  );
  const last = all.findIndex((tick) => tick >= most && tick > all[first]);
  return all.slice(first, last + 1);
}

/** 0.2 and not 0.2 + a rounding. */
function roundTick(step: number, exponent: number): number {
  return Number(`${step}e${exponent}`);
}

function isPowerOfTen(value: number): boolean {
  return /^1e/.test(value.toExponential());
}

/** `10k`, `1M`: neighbors leave little room. */
export function tickText(value: number): string {
  if (value >= 1e6) return `${value / 1e6}M`;
  return value >= 10_000 ? `${value / 1000}k` : value.toLocaleString('en', { maximumFractionDigits: 6 });
}

/** Positions as near to the wanted ones as a gap between neighbors allows, in the order given. */
export function spreadOut(wanted: readonly number[], gap: number, bottom: number): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b]);
  const placed = [...wanted];
  order.forEach((at, i) => {
    if (i > 0) placed[at] = Math.max(placed[at], placed[order[i - 1]] + gap);
  });
  order.reverse().forEach((at, i) => {
    placed[at] = Math.min(placed[at], i === 0 ? bottom : placed[order[i - 1]] - gap);
  });
  return placed;
}
