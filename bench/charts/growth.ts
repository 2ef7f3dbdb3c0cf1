/** Time per element at growing sizes: function, generated, by hand. A flat line is time in proportion to the size. */
import { dots, line, type Scale } from '../../demo/chart.ts';
import { growthAxes } from '../growth-cases.ts';
import { caseKey, groupedBy, type Row } from '../rows.ts';
import { group, label, logScaleOver, picture, segment, spreadOut, tickText } from './svg.ts';

const width = 1040;
const columns = 3;
const panel = { width: 330, height: 268 };
const plot = { left: 44, right: 222, top: 48, bottom: 206 };
const top = 84;
const lineGap = 15;

type Point = readonly [size: number, nanoseconds: number];

interface Curve {
  readonly kind: Row['kind'] | 'own';
  readonly name: string;
  readonly points: readonly Point[];
}

/** Undefined where no growth was measured. */
export function drawGrowth(rows: readonly Row[]): string | undefined {
  const programs = groupedBy(
    rows.filter(({ growth, ratio }) => growth && ratio),
    ({ program }) => program,
  );
  if (programs.size === 0) return undefined;
  const parts = [...programs].map(([program, own], at) => {
    const [x, y] = [24 + (at % columns) * (panel.width + 2), top + Math.floor(at / columns) * panel.height];
    return `<g transform="translate(${x} ${y})">${panelParts(program, own)}</g>`;
  });
  return picture({
    ...{ width, height: top + Math.ceil(programs.size / columns) * panel.height + 8, title: 'As inputs grow' },
    subtitle: 'time per element, both scales logarithmic: flat is in proportion to the size; at the right end, times the function',
    parts,
  });
}

function panelParts(program: string, rows: readonly Row[]): string {
  const curves = curvesOf(rows);
  const points = curves.flatMap((curve) => curve.points);
  const x = logScaleOver(
    points.map(([size]) => size),
    [plot.left, plot.right],
  );
  const y = logScaleOver(
    points.map(([, time]) => time),
    [plot.bottom, plot.top],
  );
  const { size, element } = growthAxes[program] ?? { size: 'size', element: 'element' };
  const cases = [...new Set(rows.map(caseKey))];
  const marks = cases.map((key) =>
    group(
      key,
      rows.filter((row) => caseKey(row) === key).map((row) => dotOf(row, x, y)),
    ),
  );
  return [
    label(0, 14, program, 'heading'),
    label(0, 32, `ns per ${element}`, 'muted'),
    axes(x, y),
    label((plot.left + plot.right) / 2, plot.bottom + 40, size, 'muted', 'middle'),
    ...curves.map(({ kind, points: own }) =>
      line(
        own.map(([at, time]) => [x(at), y(time)]),
        `class="curve ${kind}"`,
      ),
    ),
    ...marks,
    curveLabels(curves, y),
  ].join('');
}

/** The function was measured beside each contender; beside the generated gradient it is drawn. */
function curvesOf(rows: readonly Row[]): Curve[] {
  const byContender = groupedBy(rows, ({ contender }) => contender);
  const own = rows.filter(({ kind }) => kind === 'generated').map((row): Point => [row.growth?.at ?? 0, perElement(row, 1)]);
  const others = [...byContender].map(([name, all]): Curve => ({ kind: all[0].kind, name: nameOf(name, all), points: all.map(pointOf) }));
  return [{ kind: 'own' as const, name: 'function', points: own }, ...others].filter(({ points }) => points.length > 0);
}

function nameOf(contender: string, rows: readonly Row[]): string {
  return `${contender} ${rows.at(-1)?.ratio?.median.toFixed(2)}×`;
}

function pointOf(row: Row): Point {
  return [row.growth?.at ?? 0, perElement(row, row.ratio?.median ?? Number.NaN)];
}

function perElement({ growth, nanoseconds }: Row, ratio: number): number {
  return (ratio * (nanoseconds?.median ?? Number.NaN)) / (growth?.elements ?? 1);
}

function dotOf(row: Row, x: Scale, y: Scale): string {
  const [size, time] = pointOf(row);
  return dots([[x(size), y(time)]], 3, `class="${row.kind} mark"`);
}

function axes(x: Scale, y: Scale): string {
  const [sizes, times] = [x.ticks, y.ticks];
  return [
    ...times.flatMap((tick) => [
      segment([plot.left, y(tick)], [plot.right, y(tick)], 'grid'),
      label(plot.left - 7, y(tick) + 4, tickText(tick), 'tick', 'end'),
    ]),
    segment([plot.left, plot.bottom], [plot.right, plot.bottom], 'axis'),
    ...sizes.flatMap((tick) => [
      segment([x(tick), plot.bottom], [x(tick), plot.bottom + 5], 'axis'),
      label(x(tick), plot.bottom + 19, tickText(tick), 'tick', 'middle'),
    ]),
  ].join('');
}

/** At the right ends of the curves. */
function curveLabels(curves: readonly Curve[], y: Scale): string {
  const ends = spreadOut(
    curves.map(({ points }) => y(points[points.length - 1][1])),
    lineGap,
    plot.bottom,
  );
  return curves.map(({ kind, name }, at) => label(plot.right + 8, ends[at] + 4, name, kind)).join('');
}
