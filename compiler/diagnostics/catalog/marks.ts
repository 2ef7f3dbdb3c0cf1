/** GG1xxx: marks, and input that cannot be used. */
import { entry, quoted } from './entry.ts';

/** What does the work of a mark that a later version makes. */
const instead: Readonly<Record<string, string>> = {
  batch: "'@grad' and '@vjp' make functions that a loop calls for each row; `out` keeps it from allocating",
  'jacobian sparse': "'@jacobian' makes the dense matrix, '@jvp' and '@vjp' its product with a vector",
  'jacobian optional': "a function that writes an argument which may be missing has '@vjp' and '@jvp'",
  'hessian sparse': "'@hessian' makes the dense matrix, '@hvp' its product with a vector",
};

export const markMessages = {
  syntaxError: entry('GG1001', 'error', (message: string) => ({
    message: `this file does not parse: ${message}`,
    help: 'gradgen reads a file only when TypeScript can; correct the syntax first',
  })),
  typeError: entry('GG1002', 'error', (message: string, code: number, name: string) => ({
    message: `type error in '${name}': ${message} (TS${code})`,
    help: 'a derivative is made only of code that type-checks; `tsc --noEmit` shows the same error',
  })),
  notAFunction: entry('GG1003', 'error', (tag: string, what: string) => ({
    message: `'@${tag}' marks ${what}, not a function`,
    help: 'put the mark in the doc comment directly above an exported function',
  })),
  unknownParameter: entry('GG1004', 'error', (tag: string, name: string, known: readonly string[]) => ({
    message: `'@${tag}' names '${name}', which is not a parameter`,
    help: known.length > 0 ? `the parameters are ${quoted(known)}` : 'the function has no parameters',
  })),
  notExported: entry('GG1005', 'error', (tag: string, name: string) => ({
    message: `'@${tag}' marks '${name}', which its module does not export`,
    help: `write \`export\` before it (or \`export { ${name} }\`): the derivative refers to the function by its export`,
  })),
  notDifferentiable: entry('GG1006', 'error', (tag: string, name: string, why: string, possible: readonly string[]) => ({
    message: `'@${tag}' names '${name}', which cannot be differentiated: ${why}`,
    help: possible.length > 0 ? `parameters that can be: ${quoted(possible)}` : 'no parameter of this function can be differentiated',
  })),
  needsNumber: entry('GG1007', 'error', (tag: string, name: string, returns: string) => ({
    message: `'@${tag}' needs a function that returns a number; '${name}' returns ${returns}`,
    help: "mark it '@jacobian' (all derivatives as a matrix), '@vjp' (a seed per output goes in) or '@jvp' (a tangent comes out)",
  })),
  nameClash: entry('GG1008', 'error', (derived: string, first: string, second: string) => ({
    message: `two derivatives would be called '${derived}': one of '${first}', one of '${second}'`,
    help: "give one of the marks a name of its own: '@grad x as lossGradX'",
  })),
  severalDeclared: entry('GG1009', 'error', (tag: string, names: readonly string[]) => ({
    message: `'@${tag}' marks a statement that declares ${quoted(names)}`,
    help: 'write one declaration per statement and mark the one that is meant',
  })),
  misspelt: entry('GG1010', 'warning', (written: string, meant: string) => ({
    message: `'@${written}' is not a mark; '@${meant}' is`,
    help: `write \`@${meant}\` if a derivative is wanted`,
  })),
  plainComment: entry('GG1011', 'warning', (tag: string) => ({
    message: `'@${tag}' stands in a plain comment, where it has no effect`,
    help: `write it in a doc comment: \`/** @${tag} */\``,
  })),
  attachedToNothing: entry('GG1012', 'warning', (tag: string) => ({
    message: `'@${tag}' is attached to nothing`,
    help: 'put the doc comment directly above the function that it marks',
  })),
  nothingToDifferentiate: entry('GG1013', 'error', (tag: string, name: string) => ({
    message: `'@${tag}' marks '${name}', which has no parameter that can be differentiated`,
    help: 'differentiated are numbers, arrays of numbers, and objects and tuples that hold such, if neither `int` nor @inactive',
  })),
  usedAsInteger: entry('GG1014', 'hint', (name: string, use: string, others: readonly string[]) => ({
    message: `'${name}' is differentiated, but it is used as ${use}`,
    help: `type it \`int\` (from "gradgen")${others.length > 0 ? `, or list the others: \`@grad ${others.join(', ')}\`` : ''}`,
  })),
  notAvailable: entry('GG1015', 'error', (tag: string) => ({
    message: `'@${tag}' is not available yet`,
    help: instead[tag] ?? "this version knows '@grad', '@vjp', '@pullback', '@jvp', '@jacobian', '@hvp' and '@hessian'",
  })),
  methodMark: entry('GG1016', 'error', (tag: string) => ({
    message: `'@${tag}' marks a method; methods of classes are not available yet`,
    help: 'move the body to an exported function and call it from the method',
  })),
  malformedMark: entry('GG1017', 'error', (tag: string, text: string) => ({
    message: `cannot read the mark '@${tag} ${text}'`,
    help: `after '@${tag}' stand parameter names with commas, then \`as NAME\`, then \` - \` and a remark: \`@${tag} x, y as lossX - why\``,
  })),
  customUnknown: entry('GG1019', 'error', (tag: string, name: string) => ({
    message: name === '' ? `@${tag} names no function` : `@${tag} names '${name}', which is no function here`,
    help: 'write the name of a function of this module or one that it imports',
  })),
  customSignature: entry('GG1020', 'error', (rule: string, tag: string, name: string, expected: string) => ({
    message: `'${rule}' cannot be the @${tag} of '${name}': its type is not ${expected}`,
    help: `give '${rule}' the parameters of '${name}', then ${tag === 'customVjp' ? 'an adjoint per result' : 'a tangent per parameter'}`,
  })),
  customRefused: entry('GG1021', 'error', (name: string, why: string) => ({
    message: `'${name}' cannot have a derivative of its own: ${why}`,
    help: 'give the derivative to a function that takes everything it needs, writes nothing and returns new values',
  })),
  noOutput: entry('GG1018', 'error', (tag: string, name: string, returns: string) => ({
    message: `'@${tag}' marks '${name}', which has no output to differentiate: it returns ${returns}`,
    help: 'return a number, or an array or object that holds numbers, or write a parameter that does',
  })),
} as const;
