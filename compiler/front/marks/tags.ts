/** The names of marks, and what their text says. */

export const availableMarks = ['grad', 'vjp', 'pullback', 'jvp', 'hvp', 'jacobian', 'hessian'] as const;
export type MarkName = (typeof availableMarks)[number];

/** Marks of the contract that a later version makes. */
const laterMarks = ['batch', 'checkpoint', 'fixedPoint'] as const;

/** Tags that say something of a function or its parameters and make nothing. */
const notes: readonly string[] = ['inactive', 'sample', 'customVjp', 'customJvp'];

const allMarks: readonly string[] = [...availableMarks, ...laterMarks, ...notes];

export function isMarkName(name: string): name is MarkName {
  return (availableMarks as readonly string[]).includes(name);
}

export function isNote(name: string): boolean {
  return notes.includes(name);
}

export function isLaterMark(name: string): boolean {
  return (laterMarks as readonly string[]).includes(name);
}

export function isAnyMark(name: string): boolean {
  return allMarks.includes(name);
}

/** Tags of JSDoc and of common tools that happen to look like a mark. */
const others: ReadonlySet<string> = new Set(['example', 'batched', 'simple', 'interactive']);

/** The mark that a tag was meant to be, if it differs by one letter or in case only. */
export function meantMark(name: string): string | undefined {
  if (isAnyMark(name) || others.has(name)) return undefined;
  return allMarks.find((mark) => mark.toLowerCase() === name.toLowerCase()) ?? allMarks.find((mark) => isOneEditApart(mark, name));
}

/** One letter more, less, other, or two neighbors exchanged. */
function isOneEditApart(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  const [restA, restB] = [a.slice(i), b.slice(i)];
  if (restA.slice(1) === restB.slice(1) || restA.slice(1) === restB || restA === restB.slice(1)) return true;
  return restA.slice(2) === restB.slice(2) && restA[0] === restB[1] && restA[1] === restB[0];
}

export interface MarkText {
  readonly names: readonly string[];
  readonly as?: string;
}

const identifier = String.raw`[\p{ID_Start}$_][\p{ID_Continue}$]*`;
const form = new RegExp(
  String.raw`^(?:((?:${identifier}|#\d+)(?:\s*,\s*(?:${identifier}|#\d+))*)\s*)?(?:(?<=^|\s)as\s+(${identifier}))?$`,
  'u',
);

/** `@jacobian sparse`, `@hessian sparse params`: a mark of its own, which a later version makes. */
export function isSparse(name: MarkName, text: string): boolean {
  return (name === 'jacobian' || name === 'hessian') && /^sparse(?!\s*,)(?:\s|$)/.test(text);
}

/** `x, sigma as lossGradX` → names and name; undefined if it is none. */
export function parseMarkText(text: string): MarkText | undefined {
  const match = form.exec(text);
  if (!match) return undefined;
  const names = match[1] === undefined ? [] : match[1].split(',').map((name) => name.trim());
  return match[2] === undefined ? { names } : { names, as: match[2] };
}
