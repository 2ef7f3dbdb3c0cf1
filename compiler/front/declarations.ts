/** The declarations of a module, read off its signatures. */
import { ts } from '#ts-morph';

/** The text of the declaration file. The module must be clean under `isolatedDeclarations`. */
export function declarationsOf(text: string, fileName: string): string {
  const compilerOptions: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    isolatedDeclarations: true,
    declaration: true,
    strict: true,
    newLine: ts.NewLineKind.LineFeed,
  };
  return ts.transpileDeclaration(text, { fileName, compilerOptions }).outputText;
}
