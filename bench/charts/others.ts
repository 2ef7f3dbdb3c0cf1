/** The programs that tapes, differences and packages were set beside: a panel each, on one logarithmic scale. */
import { dots, type Scale } from '../../demo/chart.ts';
import { ratioText } from '../format.ts';
import { caseKey, groupedBy, type Row } from '../rows.ts';
import { group, label, logScaleOver, picture, segment, tickText } from './svg.ts';

const width = 1040;
const panelWidth = 480;
const gutter = 32;
const plot = { left: 118, right: panelWidth - 64 };
const rowHeight = 19;
const head = 26;
const foot = 52;
const top = 92;

/** Undefined where nothing was set beside anything. */
export function drawOthers(rows: readonly Row[]): string | undefined {
  const panels = panelsIn(rows);
  if (panels.length === 0) return undefined;
  const x = logScaleOver([1, 2, ...panels.flat().flatMap(({ ratio }) => ratio?.median ?? [])], [plot.left, plot.right]);
  const bottoms = [top, top];
  const parts = panels.map((panel) => {
    const column = bottoms[0] <= bottoms[1] ? 0 : 1;
    const y = bottoms[column];
    bottoms[column] += head + panel.length * rowHeight + foot;
    return `<g transform="translate(${24 + column * (panelWidth + gutter)} ${y})">${panelParts(panel, x)}</g>`;
  });
  return picture({
    ...{ width, height: Math.max(...bottoms), title: 'Beside tapes, differences and other packages' },
    subtitle: 'time of value and gradient ÷ time of the function alone (log scale), from fast to slow; each in processes of its own',
    parts,
  });
}

/** The cases that have a rival, the contenders from fast to slow. */
function panelsIn(rows: readonly Row[]): Row[][] {
  const cases = groupedBy(
    rows.filter(({ growth }) => !growth),
    caseKey,
  );
  const speed = ({ ratio }: Row): number => ratio?.median ?? Infinity;
  const compare = (a: number, b: number): number => (a === b ? 0 : a - b);
  const isRival = ({ kind }: Row): boolean => kind !== 'generated' && kind !== 'hand';
  return [...cases.values()].filter((all) => all.some(isRival)).map((all) => all.toSorted((a, b) => compare(speed(a), speed(b))));
}

function panelParts(panel: readonly Row[], x: Scale): string {
  const { program, size } = panel[0];
  const bottom = head + panel.length * rowHeight;
  const ticks = x.ticks.flatMap((tick) => [
    segment([x(tick), head], [x(tick), bottom], tick === 1 ? 'unit' : 'grid'),
    label(x(tick), bottom + 16, `${tickText(tick)}×`, 'tick', 'middle'),
  ]);
  const lines = panel.map((row, at) => contender(row, x, head + (at + 0.5) * rowHeight));
  return [label(0, 12, program, 'heading'), label(plot.right, 12, size, 'muted', 'end'), ...ticks, group(caseKey(panel[0]), lines)].join(
    '',
  );
}

function contender({ contender: name, kind, ratio, problem }: Row, x: Scale, y: number): string {
  const weight = kind === 'generated' ? ' heading' : '';
  const own = label(plot.left - 10, y + 4, name, `${kind}${weight}`, 'end');
  if (!ratio) return own + label(x(1) + 9, y + 4, problem ?? '', 'muted');
  const at = x(ratio.median);
  const start = Math.min(at, x(1));
  return [
    own,
    segment([start, y], [Math.max(at, x(1)), y], `spread ${kind}`),
    dots([[at, y]], 4, `class="${kind} mark"`),
    label(Math.max(at, x(1)) + 9, y + 4, `${ratioText(ratio.median)}×`, kind),
  ].join('');
}
