/** Ends what takes too long: at a point that nobody chose, a loop of the user's may run forever. */
import { createContext, runInContext } from 'node:vm';

/** What `run` gives; undefined where it was not done in time. Throws what it throws. */
export function within<T>(milliseconds: number, run: () => T): { readonly result: T } | undefined {
  const held: { result?: { readonly result: T } } = {};
  const context = createContext({
    run: () => {
      held.result = { result: run() };
    },
  });
  try {
    runInContext('run()', context, { timeout: milliseconds });
  } catch (error) {
    if ((error as { readonly code?: string }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
  }
  return held.result;
}
