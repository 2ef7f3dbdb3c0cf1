/** `gradgen/check`: for tests of derivatives. */
export { type ArgumentsOf, assertGradient, checkGradient } from './check.ts';
export type { CheckOptions } from './options.ts';
export type { Deviation, Failure, GradientReport, Skipped } from './report.ts';
