/**
 * `node --import gradgen/register main.ts`: `grad(f)` in the modules that are loaded gives values, and `./fit.grad` is what the marks of
 * `./fit.ts` make, whether or not it has been written.
 */
import { register } from 'node:module';

register('./hooks.js', import.meta.url);
