/** IR → readable TypeScript. */
export { printPlainFunction } from './plain.ts';
