/**
 * Modules of derivatives that user code imports, `./loss.grad`. The generated file may be there, may be stale, or not: what it exports is
 * decided by the marks of the module beside it, and is declared here as names for derivatives that `macros.ts` understands.
 */
import { basename, dirname, join } from 'node:path';
import { ts } from '#ts-morph';
import { functionsOf } from '../ir/derived-names.ts';
import type { DerivedProduct } from '../ir/types.ts';
import { isDerivativeModule } from './fence-macros.ts';
import { findMarks, type MarkedNode } from './marks/find.ts';
import { inactiveNames, readMarks } from './marks/read.ts';
import type { SourceProject } from './project.ts';
import { readSignature } from './signature.ts';
import { createTypeReader, type TypeReader } from './types.ts';

/** Programs in which they are declared. */
const complete = new WeakSet<ts.Program>();

/** The program of a project, in which every module of derivatives that is imported is declared. */
export function programWithDerivatives(project: SourceProject): ts.Program {
  for (let program = project.program(); ; program = project.program()) {
    if (complete.has(program)) return program;
    const wanted = new Map(program.getSourceFiles().flatMap((file) => modulesFor(project, program, file)));
    const missing = [...wanted].filter(([path, text]) => project.sourceFile(path)?.text !== text);
    if (missing.length === 0) complete.add(program);
    for (const [path, text] of missing) project.write(path, text);
  }
}

/** Path and text of each module of derivatives that a file imports. */
function modulesFor(project: SourceProject, program: ts.Program, file: ts.SourceFile): [string, string][] {
  if (file.isDeclarationFile || !file.text.includes('.grad') || file.fileName.includes('/node_modules/')) return [];
  return file.statements.flatMap((statement): [string, string][] => {
    const specifier = ts.isImportDeclaration(statement) ? (statement.moduleSpecifier as ts.StringLiteral).text : '';
    if (!specifier.startsWith('.') || !isDerivativeModule(specifier)) return [];
    const path = join(dirname(file.fileName), specifier);
    const source = sourcesOf(path).find((candidate) => project.sourceFile(candidate));
    if (source === undefined) return [];
    const target = `${path.replace(/(\.grad)(?:\.[cm]?[jt]sx?)?$/, '$1')}${source.endsWith('.mts') ? '.mts' : '.ts'}`;
    return [[target, moduleText(project.sourceFile(source) as ts.SourceFile, program)]];
  });
}

/** `/x/loss.grad.js` is made from `/x/loss.ts`. */
function sourcesOf(path: string): string[] {
  const base = path.replace(/\.grad(?:\.[cm]?[jt]sx?)?$/, '');
  return /\.m[jt]s$/.test(path) ? [`${base}.mts`] : [`${base}.ts`, `${base}.tsx`];
}

function moduleText(source: ts.SourceFile, program: ts.Program): string {
  const isKnown = program.getSourceFile(source.fileName) === source;
  const types = isKnown ? createTypeReader(program.getTypeChecker()) : undefined;
  const exports = types ? findMarks(source, types).marked.flatMap((node) => namesOf(node, types, program)) : [];
  const head = ["import * as gradgen from 'gradgen';", `import * as source from './${basename(source.fileName)}';`];
  return `${[...head, ...exports].join('\n')}\n`;
}

/** The derivatives that a function's marks make, but for those that fill memory of the caller's. */
function namesOf(node: MarkedNode, types: TypeReader, program: ts.Program): string[] {
  const inactive = inactiveNames(types, node).names;
  const { signature } = readSignature(types, program, node.fn, inactive);
  return readMarks(node, signature, inactive).marks.flatMap((mark) =>
    functionsOf(node.name, mark, false).flatMap(({ kind, name }) =>
      isProduct(kind) && node.exportName !== undefined && mark.inputs.length > 0
        ? [`export const ${name} = gradgen.${kind}(source.${node.exportName}, [${mark.inputs.join(', ')}]);`]
        : [],
    ),
  );
}

function isProduct(kind: string): kind is DerivedProduct {
  return ['grad', 'valueAndGrad', 'vjp', 'jvp', 'hvp', 'jacobian', 'hessian'].includes(kind);
}
