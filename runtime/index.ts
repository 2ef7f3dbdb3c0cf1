/** `gradgen/runtime`: what generated files call. Imports nothing, does nothing at load, keeps one thing: the arena. */
export { type Arena, arena, createArena, releaseMemory } from './arena.ts';
export { checkAliases, checkOut, checkSeed, GradgenAliasError, gradientBuffer, gradientList, type Numbers, toFloat32 } from './buffers.ts';
