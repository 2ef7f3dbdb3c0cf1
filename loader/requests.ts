/** Cheap questions about a module's text and path, to be answered without the compiler. */
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** Names of "gradgen" that give a derivative; a namespace has them all. */
const askingNames = /\b(?:grad|valueAndGrad|vjp|jvp|hvp|jacobian|hessian)\b|\*/;

/** Does the module import something of "gradgen" that the compiler works out? */
export function asksForDerivatives(text: string): boolean {
  if (!text.includes('gradgen')) return false;
  const imports = text.matchAll(/\bimport\s+(?!type\b)([^'"`;()]*?)\s*\bfrom\s*(['"])gradgen\2/g);
  return [...imports].some(([, names = '']) => askingNames.test(names));
}

/** Is it a module that may be changed: an ES module of the user's own? */
export function isOwnModule(path: string): boolean {
  return /\.(?:m?[jt]s|[jt]sx)$/.test(path) && !/\.d\.m?ts$/.test(path) && !/[\\/]node_modules[\\/]/.test(path);
}

export function isJavaScript(path: string): boolean {
  return /\.(?:m?js|jsx)$/.test(path);
}

/** `/x/fit.grad` and `/x/fit.grad.js` → `/x/fit.ts`, where that has marks: what a module of derivatives is made from. */
export function sourceOfDerivatives(path: string): string | undefined {
  const match = /^(.*)\.grad(\.m[jt]s|\.[jt]s)?$/.exec(path);
  if (!match || /[\\/]node_modules[\\/]/.test(path)) return undefined;
  const [, base, extension = ''] = match;
  const candidates = extension.startsWith('.m') ? [`${base}.mts`] : [`${base}.ts`, `${base}.tsx`];
  const source = candidates.find((candidate) => existsSync(candidate));
  return source !== undefined && mayHaveMarks(readFileSync(source, 'utf8')) ? source : undefined;
}

function mayHaveMarks(text: string): boolean {
  return /@(?:grad|vjp|jvp|pullback|hvp|jacobian|hessian|batch)\b/.test(text);
}

/** `/x/fit.ts` → `/x/fit.grad.js`: under which path its derivatives are loaded, whatever lies there. */
export function derivativesPath(source: string): string {
  return source.replace(/\.(m?)tsx?$/, '.grad.$1js');
}

/** What a module imports its own derivatives from: itself, with a query. */
export const ownQuery = '?gradgen';

export function ownSpecifier(path: string): string {
  return `./${basename(path)}${ownQuery}`;
}
