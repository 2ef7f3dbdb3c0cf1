/** IR → readable TypeScript. */
export { type EmitOptions, type EmittedModule, emitFunction, emitModule, type Mapping } from './module.ts';
export { printPlainFunction } from './plain.ts';
