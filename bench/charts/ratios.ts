/** All programs: the generated gradient and the one written by hand, one row each, on a logarithmic scale. */
import type { Scale } from '../../demo/chart.ts';
import { ratioText } from '../format.ts';
import { caseKey, type Row } from '../rows.ts';
import { group, label, logScaleOver, picture, segment, tickText } from './svg.ts';

const width = 1040;
const [left, right] = [392, 804];
const columns = { generated: 926, hand: 1012 };
const top = 104;
const rowHeight = 22;

interface Pair {
  readonly generated: Row;
  readonly hand: Row | undefined;
}

export function drawRatios(rows: readonly Row[]): string {
  const pairs = pairsIn(rows);
  const ratios = pairs.flatMap(({ generated, hand }) => [generated, hand].flatMap((row) => (row?.ratio ? Object.values(row.ratio) : [])));
  const bounds = pairs.flatMap(({ generated }) => generated.bound ?? []);
  const x = logScaleOver([1, 2, ...ratios, ...bounds], [left, right]);
  const bottom = top + pairs.length * rowHeight;
  const lines = pairs.map((pair, at) => group(caseKey(pair.generated), rowParts(pair, x, top + (at + 0.5) * rowHeight)));
  return picture({
    ...{ width, height: bottom + 62, title: 'What a gradient costs' },
    subtitle: 'time of value and gradient ÷ time of the function alone; lines from the smallest to the largest of all processes',
    parts: [axis(x, bottom), headings(), ...lines],
  });
}

function pairsIn(rows: readonly Row[]): Pair[] {
  const own = rows.filter((row) => !row.growth);
  const handOf = (row: Row) => own.find((other) => other.kind === 'hand' && caseKey(other) === caseKey(row));
  return own.filter(({ kind }) => kind === 'generated').map((generated) => ({ generated, hand: handOf(generated) }));
}

/** Ticks at both ends, because there are many rows. */
function axis(x: Scale, bottom: number): string {
  const ticks = x.ticks.flatMap((tick) => [
    segment([x(tick), top], [x(tick), bottom], tick === 1 ? 'unit' : 'grid'),
    label(x(tick), top - 8, `${tickText(tick)}×`, 'tick', 'middle'),
    label(x(tick), bottom + 18, `${tickText(tick)}×`, 'tick', 'middle'),
  ]);
  const name = label(
    (left + right) / 2,
    bottom + 40,
    'times the function (log scale); 1× is the function itself; | what is allowed',
    'muted',
    'middle',
  );
  return [...ticks, name].join('');
}

function headings(): string {
  return [
    circle(columns.generated - 90, top - 12, 'generated'),
    label(columns.generated, top - 8, 'generated', 'generated heading', 'end'),
    circle(columns.hand - 72, top - 12, 'hand'),
    label(columns.hand, top - 8, 'by hand', 'hand heading', 'end'),
  ].join('');
}

function rowParts({ generated, hand }: Pair, x: Scale, y: number): string[] {
  const { program, size, bound, problem } = generated;
  return [
    label(24, y + 4, program),
    label(170, y + 4, size, 'muted'),
    segment([left, y + rowHeight / 2], [right, y + rowHeight / 2], 'grid'),
    ...(bound === undefined ? [] : [segment([x(bound), y - 6], [x(bound), y + 6], 'bound')]),
    ...(problem === undefined ? [] : [label(left + 8, y + 4, problem, 'generated mark')]),
    ...(hand ? mark(hand, x, y) : []),
    ...mark(generated, x, y),
  ];
}

function mark({ kind, ratio }: Row, x: Scale, y: number): string[] {
  if (!ratio) return [];
  const column = kind === 'hand' ? columns.hand : columns.generated;
  return [
    segment([x(ratio.least), y], [x(ratio.most), y], `spread ${kind}`),
    circle(x(ratio.median), y, kind),
    label(column, y + 4, ratioText(ratio.median), kind, 'end'),
  ];
}

/** The gradient written by hand is hollow, for those who see no colors. */
function circle(x: number, y: number, kind: Row['kind']): string {
  const at = (value: number): number => Math.round(value * 100) / 100;
  return `<circle class="${kind}${kind === 'hand' ? ' hollow' : ''} mark" cx="${at(x)}" cy="${at(y)}" r="${kind === 'hand' ? 4 : 4.5}"/>`;
}
