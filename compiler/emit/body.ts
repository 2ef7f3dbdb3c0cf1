/** The list of steps from the IR of a function to the statements of its body; declare.ts comes last, when all of them are there. */
import type { IrFunction } from '../ir/types.ts';
import { usesArena } from './arena-frame.ts';
import { inlineCheapValues } from './cheap.ts';
import { recoverExits } from './exits.ts';
import { foldBlock } from './fold.ts';
import { lowerFunction } from './lower.ts';
import type { Surroundings } from './lowering.ts';
import type { Block } from './syntax.ts';
import { dropKnownNumbers, dropUnread, exitVariables, flatten, foldReturns, shapeLoops, spreadReturns } from './tidy.ts';

export function buildBody(fn: IrFunction, surroundings: Surroundings, firstVariable: number): Block {
  const body = lowerFunction(fn, surroundings, firstVariable);
  const exits = exitVariables(body);
  inlineCheapValues(body);
  dropUnread(body);
  foldBlock(body, exits);
  // Blocks of the arena are given back in one place.
  if (!usesArena(body)) spreadReturns(body);
  recoverExits(body);
  dropKnownNumbers(body);
  dropUnread(body);
  flatten(body);
  foldReturns(body);
  inlineCheapValues(body);
  foldBlock(body, new Set());
  dropUnread(body);
  foldReturns(body);
  dropKnownNumbers(body);
  flatten(body);
  shapeLoops(body);
  return body;
}
