/** Failures that are ours, never the user's. The command line reports them with exit status 2 and asks for a report. */
export class InternalError extends Error {
  override readonly name = 'InternalError';
}

/** Throws {@link InternalError} unless `ok`. */
export function invariant(ok: boolean, message: string): asserts ok {
  if (!ok) throw new InternalError(message);
}

/** The end of an exhaustive switch. */
export function unreachable(value: never): never {
  throw new InternalError(`unexpected ${JSON.stringify(value)}`);
}
