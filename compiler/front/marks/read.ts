/** A function's marks, checked against its signature. */
import { ts } from '#ts-morph';
import { messages } from '../../diagnostics/catalog.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { functionsOf } from '../../ir/derived-names.ts';
import type { Mark, Shape, Signature, SignatureParam } from '../../ir/program.ts';
import { parameterNames } from '../parameters.ts';
import type { TypeReader } from '../types.ts';
import type { Tag } from './comments.ts';
import type { MarkedNode } from './find.ts';
import { isMarkName, isNote, isSparse, type MarkName, parseMarkText } from './tags.ts';

export interface ReadMarks {
  readonly marks: readonly Mark[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The parameters that `@inactive` takes out, by name. */
export function inactiveNames(
  types: TypeReader,
  node: MarkedNode,
): { readonly names: ReadonlySet<string>; readonly diagnostics: readonly Diagnostic[] } {
  const names = new Set<string>();
  const diagnostics: Diagnostic[] = [];
  const known = parameterNames(types, node.fn);
  for (const tag of node.tags.filter(({ name }) => name === 'inactive')) {
    const listed = parseMarkText(tag.text)?.names ?? [];
    if (listed.length === 0) diagnostics.push(messages.malformedMark(tag.at, tag.name, tag.text));
    for (const listedName of listed) {
      const name = listedName.startsWith('#') ? (known[Number(listedName.slice(1)) - 1] ?? listedName) : listedName;
      if (known.includes(name)) names.add(name);
      else diagnostics.push(messages.unknownParameter(tag.at, tag.name, name, known));
    }
  }
  return { names, diagnostics };
}

/** The arguments of each `@sample`, as they are written. */
export function samplesOf(node: MarkedNode): string[] {
  return node.tags.filter(({ name }) => name === 'sample').map(({ text }) => text);
}

export function readMarks(node: MarkedNode, signature: Signature, inactive: ReadonlySet<string>): ReadMarks {
  const diagnostics: Diagnostic[] = [];
  const marks: Mark[] = [];
  for (const tag of node.tags) {
    if (isNote(tag.name)) continue;
    if (!isMarkName(tag.name)) diagnostics.push(messages.notAvailable(tag.at, tag.name));
    else if (isSparse(tag.name, tag.text)) diagnostics.push(messages.notAvailable(tag.at, `${tag.name} sparse`));
    else marks.push(...readMark(node, tag, tag.name, signature, inactive, diagnostics));
  }
  const [first] = node.tags.filter(({ name }) => isMarkName(name));
  if (first && node.exportName === undefined) diagnostics.push(messages.notExported(first.at, first.name, node.name));
  return { marks, diagnostics };
}

function readMark(
  node: MarkedNode,
  tag: Tag,
  name: MarkName,
  signature: Signature,
  inactive: ReadonlySet<string>,
  diagnostics: Diagnostic[],
): Mark[] {
  const parsed = parseMarkText(tag.text);
  if (!parsed) {
    diagnostics.push(messages.malformedMark(tag.at, tag.name, tag.text));
    return [];
  }
  const possible = signature.params.flatMap((param, i) => (param.differentiable ? [i] : []));
  const inputs = parsed.names.length === 0 ? possible : listedInputs(tag, parsed.names, signature, inactive, diagnostics);
  if (possible.length === 0) diagnostics.push(messages.nothingToDifferentiate(tag.at, tag.name, node.name));
  checkOutput(node, tag, name, signature, diagnostics);
  return [{ tag: name, inputs, at: tag.at, ...(parsed.as !== undefined && { as: parsed.as }) }];
}

function listedInputs(
  tag: Tag,
  names: readonly string[],
  { params }: Signature,
  inactive: ReadonlySet<string>,
  diagnostics: Diagnostic[],
): number[] {
  const found = new Set<number>();
  for (const name of names) {
    const at = name.startsWith('#') ? Number(name.slice(1)) - 1 : params.findIndex((param) => param.name === name);
    const param = params[at];
    if (!param)
      diagnostics.push(
        messages.unknownParameter(
          tag.at,
          tag.name,
          name,
          params.map((one) => one.name),
        ),
      );
    else if (param.differentiable) found.add(at);
    else if (params.some((one) => one.differentiable)) {
      const possible = params.filter((one) => one.differentiable).map((one) => one.name);
      diagnostics.push(messages.notDifferentiable(tag.at, tag.name, name, whyNot(param, inactive), possible));
    }
  }
  return [...found].sort((a, b) => a - b);
}

function whyNot(param: SignatureParam, inactive: ReadonlySet<string>): string {
  if (inactive.has(param.name)) return 'it is marked @inactive';
  if (param.shape.kind === 'int') return 'it is an integer';
  return `its type is ${param.type}`;
}

function checkOutput(node: MarkedNode, tag: Tag, name: MarkName, signature: Signature, diagnostics: Diagnostic[]): void {
  const { returns, tuple } = signature;
  const text = returnText(node, signature);
  const [first] = returns;
  const hasActive = returns.some(({ shape }) => isActive(shape));
  const ofNumber = name === 'grad' || name === 'hvp' || name === 'hessian';
  if (ofNumber && first && !tuple && (first.shape.kind === 'int' || first.shape.kind === 'bool')) {
    diagnostics.push(messages.inactiveReturn(tag.at, node.name, text));
  } else if (ofNumber && (tuple || first?.shape.kind !== 'real') && first?.shape.kind !== 'opaque') {
    diagnostics.push(messages.needsNumber(tag.at, tag.name, node.name, text));
  } else if (!ofNumber && returns.length > 0 && !hasActive && first?.shape.kind !== 'opaque') {
    diagnostics.push(messages.inactiveReturn(tag.at, node.name, text));
  }
}

/** Does it hold numbers that have a derivative? */
function isActive(shape: Shape): boolean {
  if (shape.kind === 'list') return isActive(shape.element);
  return shape.kind === 'record' ? shape.fields.some((field) => isActive(field.shape)) : shape.kind === 'real' || shape.kind === 'array';
}

export function returnText({ fn }: MarkedNode, { returns, tuple }: Signature): string {
  if (fn.type && !ts.isTypeReferenceNode(fn.type)) return fn.type.getText() === 'void' ? 'nothing' : fn.type.getText();
  if (returns.length === 0) return 'nothing';
  const types = returns.map(({ type }) => type);
  return tuple ? `[${types.join(', ')}]` : (types[0] as string);
}

function isReferenceShape(shape: Shape | undefined): boolean {
  return shape?.kind === 'array' || shape?.kind === 'list' || shape?.kind === 'record';
}

/** The names of the functions that a mark makes. */
export function derivedNames(name: string, mark: Mark, { params }: Signature): string[] {
  const fillsMemory = mark.inputs.every((at) => isReferenceShape(params[at]?.shape));
  return functionsOf(name, mark, fillsMemory).map((made) => made.name);
}
