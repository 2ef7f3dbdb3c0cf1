/** What becomes of each compiled file: written, left as it is, or refused with a message. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import type { GeneratedFile } from '../compiler/generated-file.ts';
import { renderGeneratedFile } from '../compiler/header.ts';
import { reasonOf, writeAtomically } from './files.ts';
import { stateOf, type TargetState } from './freshness.ts';
import { fileMessages } from './messages.ts';

export interface DeliveryMode {
  readonly check: boolean;
  readonly dryRun: boolean;
  readonly force: boolean;
}

export interface Delivery {
  readonly source: string;
  readonly target: string;
  /** `would-write` under --dry-run; `refused` comes with a problem. */
  readonly status: 'written' | 'would-write' | 'unchanged' | 'refused';
  readonly problem?: Diagnostic;
}

export interface DeliveryContext {
  readonly mode: DeliveryMode;
  /** A path as the user writes it. */
  show(path: string): string;
  /** The command that makes the file for `source`. */
  command(source: string, force: boolean): string;
}

/** Delivers every file, whatever becomes of the others. */
export function deliverAll(files: readonly GeneratedFile[], context: DeliveryContext): Delivery[] {
  return files.map((file) => {
    const rivals = files.filter((other) => other.target === file.target);
    return rivals.length > 1 ? refuseRivals(file, rivals, context) : deliver(file, context);
  });
}

function deliver(file: GeneratedFile, context: DeliveryContext): Delivery {
  const state = stateOf(file);
  if (state === 'fresh') return outcome(file, 'unchanged');
  const problem = problemOf(file, state, context);
  if (problem !== undefined) return { ...outcome(file, 'refused'), problem };
  if (context.mode.dryRun) return outcome(file, 'would-write');
  return write(file, context);
}

function write(file: GeneratedFile, context: DeliveryContext): Delivery {
  try {
    mkdirSync(dirname(file.target), { recursive: true });
    writeAtomically(file.target, renderGeneratedFile(file));
    return outcome(file, 'written');
  } catch (error) {
    return { ...outcome(file, 'refused'), problem: fileMessages.cannotWrite(context.show(file.target), reasonOf(error)) };
  }
}

function problemOf(file: GeneratedFile, state: TargetState, context: DeliveryContext): Diagnostic | undefined {
  const path = context.show(file.target);
  const { check, force } = context.mode;
  if (state === 'foreign') return fileMessages.notOurs(path);
  if (state === 'edited') return force && !check ? undefined : fileMessages.edited(path, context.command(file.source, true));
  if (!check) return undefined;
  return fileMessages[state === 'missing' ? 'missing' : 'stale'](path, context.command(file.source, false));
}

function refuseRivals(file: GeneratedFile, rivals: readonly GeneratedFile[], context: DeliveryContext): Delivery {
  const sources = rivals.map((rival) => context.show(rival.source)).join(', ');
  return { ...outcome(file, 'refused'), problem: fileMessages.sameTarget(context.show(file.target), sources) };
}

function outcome(file: GeneratedFile, status: Delivery['status']): Delivery {
  return { source: file.source, target: file.target, status };
}
