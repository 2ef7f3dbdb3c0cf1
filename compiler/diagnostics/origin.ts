/** Where an operation comes from. Travels with every operation to comments, source maps and messages. */
export interface SourceSpan {
  readonly kind: 'source';
  /** Absolute path. */
  readonly file: string;
  /** Character offsets, end exclusive. */
  readonly start: number;
  readonly end: number;
  /** One-based. */
  readonly line: number;
  readonly column: number;
}

/** Made while differentiating the operation at `at`. */
export interface AdjointOf {
  readonly kind: 'adjoint-of';
  readonly at: SourceSpan;
}

/** Made by the compiler, from nothing that the user wrote. */
export interface Synthetic {
  readonly kind: 'synthetic';
  readonly reason: string;
}

export type Origin = SourceSpan | AdjointOf | Synthetic;

/** The user's code behind an origin, if any. */
export function sourceOf(origin: Origin): SourceSpan | undefined {
  if (origin.kind === 'source') return origin;
  return origin.kind === 'adjoint-of' ? origin.at : undefined;
}

/** The origin of an operation made while differentiating one with origin `origin`. */
export function adjointOf(origin: Origin): Origin {
  const at = sourceOf(origin);
  return at ? { kind: 'adjoint-of', at } : origin;
}
