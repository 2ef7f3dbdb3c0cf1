/** A module of the user's as JavaScript that can be run, for `--verify` and the configuration. */
import { ts } from '#ts-morph';

export interface TranspiledModule {
  readonly text: string;
  /** Every module that it imports, exports from or asks for, as written. */
  readonly specifiers: readonly string[];
}

export interface TranspileOptions {
  /** With a source map at the end. */
  readonly sourceMap?: boolean;
}

/** `rewrite` gives the specifier to write instead, or undefined to leave it. */
export function transpile(
  text: string,
  fileName: string,
  rewrite: (specifier: string) => string | undefined,
  { sourceMap = false }: TranspileOptions = {},
): TranspiledModule {
  const compilerOptions: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    verbatimModuleSyntax: false,
    isolatedModules: true,
    jsx: ts.JsxEmit.ReactJSX,
    inlineSourceMap: sourceMap,
  };
  const specifiers = new Set<string>();
  const rename = (specifier: string): string => {
    specifiers.add(specifier);
    return rewrite(specifier) ?? specifier;
  };
  const { outputText } = ts.transpileModule(text, { fileName, compilerOptions, transformers: { after: [renameModules(rename)] } });
  return { text: outputText, specifiers: [...specifiers] };
}

/** The file that a specifier means, as the checker finds it: a source of the project's; undefined for a package. */
export function resolveSource(specifier: string, from: string, options: ts.CompilerOptions): string | undefined {
  const found = ts.resolveModuleName(specifier, from, options, ts.sys).resolvedModule;
  return found && !found.isExternalLibraryImport && !/\.d\.[cm]?ts$/.test(found.resolvedFileName) ? found.resolvedFileName : undefined;
}

/** The options of a tsconfig as far as they decide which file an import means. */
export function resolutionOptions(tsconfig: string | undefined): ts.CompilerOptions {
  const defaults: ts.CompilerOptions = {
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
    allowJs: true,
  };
  if (tsconfig === undefined) return defaults;
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined };
  const parsed = ts.getParsedCommandLineOfConfigFile(tsconfig, { noEmit: true }, host);
  return parsed ? { ...parsed.options, allowJs: true } : defaults;
}

function renameModules(rename: (specifier: string) => string): ts.TransformerFactory<ts.SourceFile> {
  return ({ factory }) =>
    (file) => {
      const statements = file.statements.map((statement) => {
        if (!(ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) || !statement.moduleSpecifier) return statement;
        const specifier = factory.createStringLiteral(rename((statement.moduleSpecifier as ts.StringLiteral).text));
        return ts.isImportDeclaration(statement)
          ? factory.updateImportDeclaration(statement, statement.modifiers, statement.importClause, specifier, statement.attributes)
          : factory.updateExportDeclaration(statement, statement.modifiers, false, statement.exportClause, specifier, statement.attributes);
      });
      return factory.updateSourceFile(file, statements);
    };
}
