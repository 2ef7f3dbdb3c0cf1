/** IR → readable TypeScript. */
export { emitFunction, emitModule, type EmitOptions, type EmittedModule, type Mapping } from './module.ts';
export { printPlainFunction } from './plain.ts';
