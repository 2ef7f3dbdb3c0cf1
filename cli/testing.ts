/** For tests: a project in a temporary folder, and a run of the command line in it with a compiler that copies. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { type GeneratedFile, hashInputs, targetOf, withLineFeeds } from '../compiler/generated-file.ts';
import type { Compile, CompileRequest } from '../compiler/options.ts';
import { defaultSettings, readTsconfig } from '../compiler/tsconfig.ts';
import { main } from './main.ts';

export interface TestProject {
  readonly folder: string;
  write(path: string, text: string): void;
  read(path: string): string;
  /** All files, relative, sorted. */
  list(): string[];
  /** Runs `gradgen`; the compiler counts how often it was loaded. */
  run(...argv: string[]): Promise<TestRun>;
  remove(): void;
}

export interface TestRun {
  readonly status: number;
  readonly out: string;
  readonly error: string;
  readonly loads: number;
}

export function createTestProject(files: Readonly<Record<string, string>>, compile: Compile = copyingCompiler): TestProject {
  const folder = mkdtempSync(join(tmpdir(), 'gradgen-cli-'));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const [path, text] of Object.entries(files)) write(path, text);
  return {
    folder,
    write,
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    list: () => listFiles(folder),
    run: (...argv) => runIn(folder, argv, compile),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/**
 * Stands in for the compiler: the body repeats the source; a first line `// uses a.ts` names another file that went in, a
 * line with `error` or `warning` gives such a message, an error means no file, `crash` throws.
 */
export function copyingCompiler(request: CompileRequest): ReturnType<Compile> {
  const settings = request.tsconfig === undefined ? defaultSettings : readTsconfig(request.tsconfig).settings;
  const results = request.paths.map((source) => {
    const text = readFileSync(source, 'utf8');
    if (text.includes('crash')) throw new Error('the pass "copy" broke');
    request.options.onStep?.({ pass: 'lower', functionName: 'f', print: () => `f from ${text.length} characters` });
    request.options.onStep?.({ pass: 'optimize', functionName: 'f', print: () => 'f, smaller\n' });
    const diagnostics = messagesIn(source, text);
    const marked = /@grad\b/.test(text) && !diagnostics.some((diagnostic) => diagnostic.severity === 'error');
    return { diagnostics, files: marked ? [generatedFrom(source, text, settings)] : [] };
  });
  return {
    files: results.flatMap((result) => result.files),
    diagnostics: results.flatMap((result) => result.diagnostics),
    scanned: request.paths.length,
  };
}

function generatedFrom(source: string, text: string, settings: typeof defaultSettings): GeneratedFile {
  const names = /^\/\/ uses (.*)/.exec(text)?.[1]?.split(' ') ?? [];
  const uses = names.map((name) => join(dirname(source), name));
  const usedTexts = uses.map((path) => readFileSync(path, 'utf8'));
  const inputHash = hashInputs({ source: text, uses: usedTexts, settings });
  return {
    source,
    target: targetOf(source),
    body: `export {};\n// ${withLineFeeds(text).length} ${usedTexts.join().length}\n`,
    uses,
    inputHash,
  };
}

function messagesIn(source: string, text: string): Diagnostic[] {
  return [...text.matchAll(/error|warning/g)].map(({ 0: severity, index }) => {
    const before = text.slice(0, index).split('\n');
    const column = (before.at(-1) as string).length + 1;
    const at = { kind: 'source', file: source, start: index, end: index + severity.length, line: before.length, column } as const;
    return { code: 'GG9999', severity: severity === 'error' ? 'error' : 'warning', message: 'this word is here', at };
  });
}

async function runIn(cwd: string, argv: readonly string[], compile: Compile): Promise<TestRun> {
  const [out, error]: [string[], string[]] = [[], []];
  let loads = 0;
  const terminal = { cwd, colors: false, out: (text: string) => out.push(text), error: (text: string) => error.push(text) };
  const status = await main(argv, terminal, async () => {
    loads++;
    return compile;
  });
  return { status, out: out.join(''), error: error.join(''), loads };
}

function listFiles(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  return files.map((path) => path.slice(folder.length + 1)).sort();
}
