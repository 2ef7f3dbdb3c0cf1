/** Numbers as tables and charts write them. */
import type { Spread } from './processes.ts';

export function ratioText(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2);
}

export function rangeText({ least, most }: Spread): string {
  return `${ratioText(least)}–${ratioText(most)}`;
}

/** `3.2 µs`. */
export function timeText(nanoseconds: number): string {
  const [unit, size] = timeUnits.find(([, least]) => nanoseconds >= least) ?? ['ns', 1];
  return `${Number((nanoseconds / size).toPrecision(3))} ${unit}`;
}

const timeUnits = [
  ['s', 1e9],
  ['ms', 1e6],
  ['µs', 1e3],
] as const;
