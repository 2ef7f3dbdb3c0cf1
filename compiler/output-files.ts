/** From the printed derivatives of a module to the files that are written for it. */
import { basename } from 'node:path';
import type { EmittedModule } from './emit/index.ts';
import { declarationsOf, type ErasedText, eraseTypes, inlineRuntime } from './front/index.ts';
import { type GeneratedFile, type OutputOptions, targetsOf } from './generated-file.ts';
import { headerLength } from './header.ts';
import { runtimeTexts } from './runtime-texts.ts';
import { inlineMapUrl, type LineMapping, mapLink, sourceMapText } from './source-map.ts';

export const runtimeModule = 'gradgen/runtime';
export const mathModule = 'gradgen/math';

/** What all files of a module share. */
type Common = Pick<GeneratedFile, 'source' | 'uses' | 'inputHash'>;

interface Lines {
  readonly text: string;
  readonly mappings: readonly LineMapping[];
}

export function outputFiles(emitted: EmittedModule, common: Common, output: OutputOptions): GeneratedFile[] {
  const [target = '', ...others] = targetsOf(common.source, output);
  const printed = linesOf(emitted);
  const typed = output.runtime === 'inline' ? inlined(printed, output) : printed;
  const script = output.emit === 'js' ? following(typed, eraseTypes(typed.text)) : typed;
  const map = output.sourceMap === 'none' ? '' : sourceMapText(target, common.source, below(headerLength(common.uses), script.mappings));
  const link = { none: '', file: mapLink(`${basename(target)}.map`), inline: mapLink(inlineMapUrl(map)) }[output.sourceMap];
  const bodies = new Map([[target, script.text + link]]);
  for (const other of others) bodies.set(other, other.endsWith('.map') ? map : declarationsOf(typed.text, target.replace(/js$/, 'ts')));
  return [...bodies].map(([path, body]) => ({ ...common, target: path, body }));
}

function inlined(printed: Lines, { math }: OutputOptions): Lines {
  const whole = following(printed, inlineRuntime(printed.text, runtimeTexts(), runtimeModule));
  return math === 'fast' ? following(whole, inlineRuntime(whole.text, runtimeTexts('math/index'), mathModule)) : whole;
}

/** Printed derivatives as a module that runs as it is. */
export interface Script {
  /** JavaScript. */
  readonly code: string;
  /** The JSON text of its source map. */
  readonly map: string;
}

/** `target`: the path that the module is to have. */
export function scriptOf(emitted: EmittedModule, source: string, target: string): Script {
  const script = following(linesOf(emitted), eraseTypes(emitted.text));
  return { code: script.text, map: sourceMapText(target, source, script.mappings) };
}

/** Emitted lines count from 1. */
function linesOf({ text, mappings }: EmittedModule): Lines {
  return { text, mappings: mappings.map((one) => ({ ...one, generatedLine: one.generatedLine - 1 })) };
}

/** The mappings of a text after its lines were moved. */
function following({ mappings }: Lines, moved: ErasedText): Lines {
  const byLine = new Map(mappings.map((mapping) => [mapping.generatedLine, mapping]));
  const found = moved.lines.flatMap((line, generatedLine): LineMapping[] => {
    const mapping = byLine.get(line);
    return mapping ? [{ ...mapping, generatedLine }] : [];
  });
  return { text: moved.text, mappings: found };
}

function below(lines: number, mappings: readonly LineMapping[]): LineMapping[] {
  return mappings.map((mapping) => ({ ...mapping, generatedLine: mapping.generatedLine + lines }));
}
