/** GG204x: derivatives that are asked for inside of functions, `grad(f)` and the like. */
import { entry } from './entry.ts';

export const macroMessages = {
  macroFunction: entry('GG2040', 'error', (macro: string, what: string) => ({
    message: `'${macro}' needs a function that is known where it is written; \`${what}\` may be another one each time`,
    help: `pass a function by its name, or write it in place: \`${macro}((x: number) => x * x)\``,
  })),
  macroValue: entry('GG2041', 'error', (what: string) => ({
    message: `\`${what}\` is used as a value; a derivative can only be called, named or differentiated again`,
    help: 'call it, `grad(f)(x)`, or give it a name first: `const df = grad(f)`',
  })),
  macroPositions: entry('GG2042', 'error', (macro: string, why: string) => ({
    message: `the list of parameters of '${macro}' cannot be used: ${why}`,
    help: `write the positions of the parameters down, counted from 0 and in order: \`${macro}(f, [0, 2])\``,
  })),
  macroResult: entry('GG2043', 'error', (macro: string, what: string, returns: string) => ({
    message: `'${macro}' needs a function that returns a number; \`${what}\` returns ${returns}`,
    help: "take 'jacobian' (all derivatives as a matrix), 'vjp' (a seed per output goes in) or 'jvp' (a tangent comes out)",
  })),
  macroWrites: entry('GG2044', 'error', (macro: string, name: string, written: string) => ({
    message: `'${macro}' is asked of '${name}', which writes '${written}', memory that it does not make itself`,
    help: `copy it in '${name}' and write the copy: \`const own = ${written}.slice()\``,
  })),
  macroArgument: entry('GG2045', 'error', (what: string, why: string) => ({
    message: `\`${what}\` cannot be given to a derivative: ${why}`,
    help: 'give a value of the type of the parameter (for a seed or tangent: of the shape of what it belongs to) that is certainly there',
  })),
  macroNothing: entry('GG2046', 'error', (macro: string, name: string) => ({
    message: `'${macro}' is asked of '${name}', which has no parameter that can be differentiated`,
    help: 'differentiated are numbers, arrays of numbers, and objects and tuples that hold such, if they are not typed `int`',
  })),
  macroInactive: entry('GG2047', 'error', (macro: string, name: string) => ({
    message: `'${macro}' is asked of '${name}', some of whose parameters are marked @inactive`,
    help: `list the parameters that are meant: \`${macro}(${name}, [0])\``,
  })),
  macroOut: entry('GG2048', 'error', (name: string) => ({
    message: `'${name}' is given memory for its result; inside of a function that is compiled it makes its own`,
    help: `leave the argument out, and use the result of the call: \`const g = ${name}(x)\``,
  })),
  macroMissing: entry('GG2049', 'error', (name: string, module: string) => ({
    message: `'${name}' is none of the derivatives that the marks of '${module}' make, or one that cannot be called in a function`,
    help: 'import what a mark there makes: `fGrad`, `fVjp`, …; `fValueAndGrad` does the work of `fValueAndGradInto`',
  })),
  macroRecursion: entry('GG2050', 'error', (macro: string, name: string) => ({
    message: `'${macro}' is asked of '${name}', which is being compiled: its derivative would need itself`,
    help: 'differentiate from outside, in a function that the other does not call',
  })),
} as const;
