/** What a check found, and how it reads. */

/** One entry of a gradient beside what the differences say. */
export interface Deviation {
  /** `params[3].x`. */
  readonly path: string;
  readonly expected: number;
  readonly actual: number;
  /** |actual − expected|. */
  readonly error: number;
}

/** Where numbers are not what is wrong (a shape, an exception), `expected` and `actual` are NaN. */
export interface Failure extends Deviation {
  readonly reason: string;
}

export interface Skipped {
  readonly path: string;
  readonly reason: string;
}

export interface Findings {
  readonly name: string;
  /** Positions of the arguments that the gradient belongs to. */
  readonly inputs: readonly number[];
  readonly checked: number;
  readonly failures: readonly Failure[];
  readonly skipped: readonly Skipped[];
  readonly worst?: Deviation;
}

export interface GradientReport extends Findings {
  /** Nothing is wrong and something was compared, unless there is nothing to compare. */
  readonly passed: boolean;
  /** Throws an Error with the text of the report unless it passed. */
  assert(): void;
  toString(): string;
}

const mostLines = 10;

export function reportOf(findings: Findings): GradientReport {
  const { failures, skipped, checked } = findings;
  const passed = failures.length === 0 && (checked > 0 || skipped.length === 0);
  const text = textOf(findings, passed);
  return {
    ...findings,
    passed,
    assert: () => {
      if (!passed) throw new Error(text);
    },
    toString: () => text,
  };
}

function textOf({ name, checked, failures, skipped, worst }: Findings, passed: boolean): string {
  const compared = `${checked} ${checked === 1 ? 'number' : 'numbers'} compared with differences`;
  const largest = worst ? `, largest error ${short(worst.error)} at ${worst.path}` : '';
  const head = passed
    ? `${name} agrees: ${compared}${largest}`
    : failures.length > 0
      ? `${name} is wrong in ${failures.length === 1 ? 'one place' : `${failures.length} places`} (${compared}):`
      : `${name} could not be checked at this point:`;
  return [head, ...listed(failures.map(lineOf)), ...listed(byReason(skipped))].join('\n');
}

/** One line for each reason. */
function byReason(skipped: readonly Skipped[]): string[] {
  const reasons = [...new Set(skipped.map(({ reason }) => reason))];
  return reasons.map((reason) => {
    const paths = skipped.filter((one) => one.reason === reason).map(({ path }) => path);
    const more = paths.length > 3 ? ` and ${paths.length - 3} more` : '';
    return `not compared: ${paths.slice(0, 3).join(', ')}${more} (${reason})`;
  });
}

function lineOf({ path, expected, actual, error, reason }: Failure): string {
  if (Number.isNaN(expected) && Number.isNaN(actual)) return `${path}: ${reason}`;
  return `${path}: expected ${digits(expected)}, got ${digits(actual)}, off by ${short(error)}${reason && ` (${reason})`}`;
}

function listed(lines: readonly string[]): string[] {
  const shown = lines.slice(0, mostLines).map((line) => `  ${line}`);
  return lines.length > mostLines ? [...shown, `  and ${lines.length - mostLines} more`] : shown;
}

const digits = (number: number): string => String(Number(number.toPrecision(10)));

const short = (number: number): string => String(Number(number.toPrecision(3)));
