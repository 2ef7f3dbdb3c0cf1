/** A message to the user: stable code, position, reason, rewrite. Messages are made by the entries of the catalogue only. */
import type { SourceSpan } from './origin.ts';

export type Severity = 'error' | 'warning' | 'hint';

export interface Label {
  readonly at: SourceSpan;
  readonly text: string;
}

export interface Diagnostic {
  /** `GG2104`. */
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** Undefined only for problems that have no place in a source file (a path that does not exist). */
  readonly at?: SourceSpan;
  readonly labels?: readonly Label[];
  readonly notes?: readonly string[];
  /** The rewrite that works. */
  readonly help?: string;
}
