/**
 * `gradgen/math`: elementary functions in plain JavaScript, faster than `Math`'s, each within 1 ulp of the true value for every argument.
 * With `math: "fast"` generated code calls them. Imports nothing.
 */
export { cos } from './cos.ts';
export { exp } from './exp.ts';
export { expm1 } from './expm1.ts';
export { log } from './log.ts';
export { log1p } from './log1p.ts';
export { pow } from './pow.ts';
export { sin } from './sin.ts';
export { tanh } from './tanh.ts';
