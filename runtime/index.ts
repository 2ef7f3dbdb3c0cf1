/** `gradgen/runtime`: what generated files call. Imports nothing, does nothing at load, keeps the arena and what it knows of outputs. */
export { type Arena, arena, createArena, type RecordStack, releaseMemory } from './arena.ts';
export {
  checkAliases,
  checkOut,
  checkSeed,
  GradgenAliasError,
  gradientBuffer,
  gradientList,
  type Numbers,
  setToZero,
  toFloat32,
} from './buffers.ts';
export { type DenseMatrix, matrixBuffer } from './matrices.ts';
export { checkApart, checkDistinct, checkNestedOut, checkRecord } from './outputs.ts';
export { checkNestedAliases, checkShape, type Shaped, type ValueShape } from './shapes.ts';
