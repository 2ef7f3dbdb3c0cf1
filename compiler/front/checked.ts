/** What TypeScript itself says against a file or against the functions that are compiled. */
import { ts } from '#ts-morph';
import { messages } from '../diagnostics/catalog.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { nameOfFunction } from './callees.ts';
import { type FunctionWithBody, spanAt } from './syntax.ts';

export function syntaxErrors(program: ts.Program, file: ts.SourceFile): Diagnostic[] {
  return program
    .getSyntacticDiagnostics(file)
    .slice(0, 10)
    .map((error) => messages.syntaxError(spanAt(file, error.start, error.start + error.length), textOf(error)));
}

/** Type errors inside the functions given. */
export function checkTypes(program: ts.Program, functions: readonly FunctionWithBody[]): Diagnostic[] {
  const files = new Set(functions.map((fn) => fn.getSourceFile()));
  return [...files].flatMap((file) => {
    const broken = syntaxErrors(program, file);
    if (broken.length > 0) return broken;
    return program
      .getSemanticDiagnostics(file)
      .filter(counts)
      .flatMap((error) => typeError(error, file, functions));
  });
}

/** Type errors in an expression. `name`: what it makes. */
export function typeErrorsAt(program: ts.Program, node: ts.Node, name: string): Diagnostic[] {
  const file = node.getSourceFile();
  const inside = ({ start = 0 }: ts.Diagnostic): boolean => start >= node.getStart(file) && start < node.end;
  const errors = program.getSemanticDiagnostics(file).filter((error) => counts(error) && inside(error));
  return errors.map((error) => {
    const start = error.start ?? 0;
    return messages.typeError(spanAt(file, start, start + (error.length ?? 0)), textOf(error), error.code, name);
  });
}

/** Unused names and the like are the linter's affair; a derivative that is not there yet is ours. */
function counts(error: ts.Diagnostic): boolean {
  const isMissingDerivative = error.code === 2307 && /\.grad(?:\.[cm]?[jt]s)?'/.test(textOf(error));
  return error.category === ts.DiagnosticCategory.Error && !error.reportsUnnecessary && !isMissingDerivative;
}

function typeError(error: ts.Diagnostic, file: ts.SourceFile, functions: readonly FunctionWithBody[]): Diagnostic[] {
  const start = error.start ?? 0;
  const inside = functions.filter((fn) => fn.getSourceFile() === file && start >= fn.getStart() && start < fn.end);
  const fn = inside.sort((a, b) => a.end - a.pos - (b.end - b.pos))[0];
  return fn ? [messages.typeError(spanAt(file, start, start + (error.length ?? 0)), textOf(error), error.code, nameOfFunction(fn))] : [];
}

function textOf(error: ts.Diagnostic): string {
  return ts.flattenDiagnosticMessageText(error.messageText, ' ').replace(/\s+/g, ' ').replace(/\.$/, '');
}
