/** The little of SVG that a chart needs: a plotting area with axes, and marks in it. */

export interface Scale {
  /** Data to pixels. */
  (value: number): number;
  readonly ticks: readonly number[];
}

export interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export function linearScale(ticks: readonly number[], domain: readonly [number, number], range: readonly [number, number]): Scale {
  const slope = (range[1] - range[0]) / (domain[1] - domain[0]);
  return Object.assign((value: number) => range[0] + (value - domain[0]) * slope, { ticks });
}

/** Powers of ten; ticks every `every` decades. */
export function logScale(decades: readonly [number, number], every: number, range: readonly [number, number]): Scale {
  const slope = (range[1] - range[0]) / (decades[1] - decades[0]);
  const count = Math.floor((decades[1] - decades[0]) / every) + 1;
  const ticks = Array.from({ length: count }, (_, i) => 10 ** (decades[0] + i * every));
  return Object.assign((value: number) => range[0] + (Math.log10(value) - decades[0]) * slope, { ticks });
}

export function text(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${pixel(x)}" y="${pixel(y)}" ${attributes}>${content}</text>`;
}

export function line(points: readonly (readonly [number, number])[], attributes: string): string {
  const path = points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${pixel(x)} ${pixel(y)}`).join('');
  return `<path d="${path}" fill="none" ${attributes}/>`;
}

export function dots(points: readonly (readonly [number, number])[], radius: number, attributes: string): string {
  const circles = points.map(([x, y]) => `<circle cx="${pixel(x)}" cy="${pixel(y)}" r="${radius}"/>`).join('');
  return `<g ${attributes}>${circles}</g>`;
}

/** Horizontal grid lines with their labels to the left. */
export function gridY(area: Area, scale: Scale, label: (tick: number) => string): string {
  return scale.ticks
    .map((tick) => {
      const y = scale(tick);
      return (
        line(
          [
            [area.left, y],
            [area.right, y],
          ],
          'class="grid"',
        ) + text(area.left - 8, y + 4, label(tick), 'class="tick" text-anchor="end"')
      );
    })
    .join('');
}

/** The axis at the bottom with its ticks. */
export function axisX(area: Area, scale: Scale, label: (tick: number) => string): string {
  const ticks = scale.ticks.map((tick) => {
    const x = scale(tick);
    return (
      line(
        [
          [x, area.bottom],
          [x, area.bottom + 5],
        ],
        'class="axis"',
      ) + text(x, area.bottom + 19, label(tick), 'class="tick" text-anchor="middle"')
    );
  });
  return (
    line(
      [
        [area.left, area.bottom],
        [area.right, area.bottom],
      ],
      'class="axis"',
    ) + ticks.join('')
  );
}

/** Two decimals: the same picture on every machine. */
function pixel(value: number): string {
  return String(Math.round(value * 100) / 100);
}
