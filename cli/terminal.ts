/** Where the command line reads its surroundings from and writes to; tests give another one. */
import { createColors } from 'picocolors';

export interface Terminal {
  readonly cwd: string;
  readonly colors: boolean;
  out(text: string): void;
  error(text: string): void;
}

export function processTerminal(): Terminal {
  return {
    cwd: process.cwd(),
    colors: wantsColors(process.stdout.isTTY === true, process.env),
    out: (text) => process.stdout.write(text),
    error: (text) => process.stderr.write(text),
  };
}

/** Colors are for people: on a terminal that can show them, unless `NO_COLOR` is set. */
export function wantsColors(isTerminal: boolean, environment: Readonly<Record<string, string | undefined>>): boolean {
  return isTerminal && !environment.NO_COLOR && environment.TERM !== 'dumb';
}

export function colorsOf(terminal: Terminal): ReturnType<typeof createColors> {
  return createColors(terminal.colors);
}
