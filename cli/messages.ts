/**
 * Messages about paths and files, not about code: the codes below GG1000. Those about code are in
 * compiler/diagnostics/catalog.
 */
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';

type FileMessage = (path: string, detail: string) => Diagnostic;

const error = (code: string, message: string, help?: string): Diagnostic => ({
  code,
  severity: 'error',
  message,
  ...(help !== undefined && { help }),
});

/** Paths are as the user would write them; the detail is named by the parameter. */
export const fileMessages = {
  noSuchPath: (path) => error('GG0001', `'${path}' does not exist`),
  noMatch: (path) => error('GG0002', `no TypeScript file matches '${path}'`),
  notASource: (path, reason) => error('GG0003', `'${path}' cannot be compiled: ${reason}`),
  badTsconfig: (_path, reason) => error('GG0004', reason),
  cannotWrite: (path, reason) => error('GG0005', `cannot write '${path}': ${reason}`),
  notOurs: (path) =>
    error('GG0006', `'${path}' was not written by gradgen; it is left alone`, 'rename that file: its name belongs to the generated one'),
  edited: (path, command) =>
    error('GG0007', `'${path}' was edited by hand; it is left alone`, `move your changes to the source, then run: ${command}`),
  missing: (path, command) => error('GG0008', `'${path}' is missing`, `run: ${command}`),
  stale: (path, command) => error('GG0009', `'${path}' is stale`, `run: ${command}`),
  sameTarget: (path, sources) => error('GG0010', `'${path}' would be written for several files: ${sources}`, 'rename one of them'),
  cannotRun: (path, reason) =>
    error('GG0012', `'${path}' cannot be run for --verify: ${reason}`, 'what the module does when it is loaded must work on its own'),
  wrongDerivative: (name, difference) =>
    error(
      'GG0013',
      `'${name}' does not agree with its function: ${difference}`,
      'its file is not written; please report this with the function',
    ),
  unverified: (subject, reason) => ({
    code: 'GG0014',
    severity: 'warning',
    message: `${subject} unverified: ${reason}`,
    help: 'give it points: `@sample 1, [2, 3]` in the doc comment lists the arguments of one call',
  }),
  editedOrphan: (path, reason) =>
    error('GG0015', `'${path}' is left over (${reason}), but it was edited by hand`, 'delete it yourself, or run: gradgen clean --force'),
  cannotDelete: (path, reason) => error('GG0016', `cannot delete '${path}': ${reason}`),
  leftOver: (path, source) => ({
    code: 'GG0011',
    severity: 'warning',
    message: `'${path}' is left over: nothing in '${source}' is marked any more`,
    help: 'run: gradgen clean',
  }),
} satisfies Record<string, FileMessage>;
