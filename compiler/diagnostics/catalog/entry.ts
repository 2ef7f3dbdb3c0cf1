/** The form of a catalogue entry: a stable code, how grave it is, and its text. */
import type { Diagnostic, Label, Severity } from '../diagnostic.ts';
import type { SourceSpan } from '../origin.ts';

export interface MessageText {
  readonly message: string;
  readonly help?: string;
  readonly notes?: readonly string[];
  readonly labels?: readonly Label[];
}

/** Makes the diagnostic; `code` and `severity` can be read off without making one. */
export interface Entry<A extends readonly unknown[]> {
  (at: SourceSpan, ...args: A): Diagnostic;
  readonly code: string;
  readonly severity: Severity;
}

export function entry<A extends readonly unknown[]>(code: string, severity: Severity, text: (...args: A) => MessageText): Entry<A> {
  const make = (at: SourceSpan, ...args: A): Diagnostic => ({ code, severity, at, ...text(...args) });
  return Object.assign(make, { code, severity });
}

/** `'x', 'y' and 'z'`. */
export function quoted(names: readonly string[]): string {
  const marked = names.map((name) => `'${name}'`);
  const last = marked.pop();
  return marked.length === 0 ? (last ?? 'none') : `${marked.join(', ')} and ${last}`;
}
