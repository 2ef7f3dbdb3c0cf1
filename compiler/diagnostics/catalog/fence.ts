/** GG2xxx: the language. What a function that is differentiated may be written with. */
import { entry } from './entry.ts';

export const fenceMessages = {
  tryStatement: entry('GG2002', 'error', () => ({
    message: '`try` cannot be differentiated',
    help: 'test the condition before it goes wrong, with `if`; a `throw` that leaves the function is fine',
  })),
  forIn: entry('GG2003', 'error', () => ({
    message: '`for … in` visits names, not numbers',
    help: 'write `for (let i = 0; i < a.length; i++)` or `for (const value of a)`',
  })),
  record: entry('GG2004', 'error', (what: string) => ({
    message: `${what} cannot be used in a differentiated function: objects are plain records of named fields`,
    help: 'give the object one field per value, and write functions that take it as a parameter',
  })),
  classOrNew: entry('GG2005', 'error', (what: string) => ({
    message: `${what} cannot be used in a differentiated function`,
    help: 'use plain functions over numbers, arrays and object literals',
  })),
  asyncOrGenerator: entry('GG2006', 'error', (what: string) => ({
    message: `${what} cannot be differentiated`,
    help: 'make it a plain function; await the data before and pass it in',
  })),
  arrayCallback: entry('GG2007', 'error', (method: string) => ({
    message: `the array method '${method}' is not available yet`,
    help: 'write the loop: `for (let i = 0; i < a.length; i++) …`',
  })),
  arrayMethod: entry('GG2008', 'error', (method: string, rewrite: string) => ({
    message: `the array method '${method}' cannot be differentiated yet`,
    help: rewrite,
  })),
  unknownCall: entry('GG2009', 'error', (callee: string) => ({
    message: `the code of '${callee}' cannot be seen, so its derivative is not known`,
    help: 'call functions whose source is in the project, or compute the value outside and pass it in as a parameter',
  })),
  random: entry('GG2010', 'error', () => ({
    message: 'Math.random gives another number each time: no derivative belongs to it',
    help: 'draw the sample outside and pass it in as a parameter',
  })),
  sideEffect: entry('GG2011', 'error', (callee: string) => ({
    message: `'${callee}' has an effect outside of the function`,
    help: 'remove it from the differentiated function; log from the caller',
  })),
  recursion: entry('GG2012', 'error', (name: string) => ({
    message: `'${name}' calls itself with arguments of ever new types`,
    help: 'give the recursive call arguments of the types that the function was called with',
  })),
  inactiveCall: entry('GG2030', 'error', (name: string, why: string) => ({
    message: `'${name}' is marked @inactive, but ${why}`,
    help: 'let it return a new value, or use stopGradient where the value is used',
  })),
  capturedWrite: entry('GG2013', 'error', (name: string, inner: string) => ({
    message: `'${inner}' assigns '${name}', a variable of the function around it`,
    help: `let '${inner}' return the new value, and assign it at the call`,
  })),
  functionValue: entry('GG2014', 'error', (what: string) => ({
    message: `${what} is used as a value; functions can only be called`,
    help: 'call a named function directly',
  })),
  moduleVariable: entry('GG2015', 'error', (name: string) => ({
    message: `'${name}' is a variable of the module, which may change between calls`,
    help: `make it \`const\`, or pass it in as a parameter`,
  })),
  moduleWrite: entry('GG2016', 'error', (name: string) => ({
    message: `'${name}' belongs to the module, and the function writes it`,
    help: 'make a local array, or pass the array in as a parameter and write that',
  })),
  constantNotExported: entry('GG2017', 'error', (name: string) => ({
    message: `'${name}' is not exported, and it cannot be copied into the derivative: it may be written, or is not a list of numbers`,
    help: `write \`export\` before '${name}', or give it a readonly type: \`const ${name}: readonly number[] = […]\``,
  })),
  text: entry('GG2018', 'error', (what: string) => ({
    message: `${what} cannot be computed with in a differentiated function`,
    help: 'a text can be compared with `===`, switched on, chosen and passed on, and stand in the message of an error that is thrown',
  })),
  throwOther: entry('GG2019', 'error', () => ({
    message: 'only new errors of JavaScript’s own classes can be thrown',
    help: 'write `throw new RangeError("…")`',
  })),
  spread: entry('GG2021', 'error', () => ({
    message: 'a spread cannot stand among the arguments of a call',
    help: 'write a loop: `for (const value of a) m = Math.max(m, value)`; in `[...a, b]` and `{ ...p, x }` it is fine',
  })),
  optionalChain: entry('GG2022', 'error', () => ({
    message: 'a call that may not be made, with `?.`, is not available yet',
    help: 'test the value first: `if (w !== undefined) w.push(x)`',
  })),
  view: entry('GG2023', 'error', (what: string) => ({
    message: `${what} makes a view into the memory of another array, which is not available yet`,
    help: 'use `subarray` of one array for its parts, or copy with `slice`',
  })),
  shrinking: entry('GG2024', 'error', (what: string) => ({
    message: `${what} changes the length of an array, which is not available yet (only 'push' is)`,
    help: 'keep the count in a variable of your own',
  })),
  unsupported: entry('GG2025', 'error', (what: string) => ({
    message: `${what} cannot be used in a differentiated function`,
    help: 'rewrite it with numbers, arrays, records, loops and calls of functions',
  })),
  thisOrArguments: entry('GG2026', 'error', (what: string) => ({
    message: `'${what}' cannot be used in a differentiated function`,
    help: 'pass what is needed as parameters',
  })),
  notInitialised: entry('GG2027', 'error', (name: string) => ({
    message: `it is not certain that '${name}' has a value here`,
    help: `give '${name}' a value where it is declared`,
  })),
  constantCycle: entry('GG2028', 'error', (name: string) => ({
    message: `the value of '${name}' depends on itself or on code that is not a plain expression`,
    help: 'write the constant as an expression of numbers and other constants',
  })),
  tooLarge: entry('GG2029', 'error', (callee: string, operations: number) => ({
    message: `with all its calls written out the function has more than ${operations} operations; the call of '${callee}' exceeds that`,
    help: 'call the helper from a loop instead of many times in a row, or mark smaller functions',
  })),
} as const;
