/** GG3xxx: types and signatures. */
import { entry } from './entry.ts';

export const typeMessages = {
  parameterType: entry('GG3001', 'error', (name: string, type: string) => ({
    message: `parameter '${name}' has the type ${type}, which is not available yet`,
    help: 'use number, int, boolean, number[], readonly number[] or a typed array; several fields become several parameters',
  })),
  returnType: entry('GG3002', 'error', (type: string) => ({
    message: `the function returns ${type}, which is not available yet`,
    help: 'return a number, an array of numbers, or a tuple of these such as `[number, Float64Array]`',
  })),
  restParameter: entry('GG3003', 'error', (name: string) => ({
    message: `'...${name}' is a rest parameter, which is not available yet`,
    help: `take one array instead: \`${name}: readonly number[]\``,
  })),
  destructuredParameter: entry('GG3004', 'error', () => ({
    message: 'a destructured parameter is not available yet',
    help: 'give every value a parameter of its own',
  })),
  maybeMissing: entry('GG3005', 'error', (text: string) => ({
    message: `\`${text}\` may be undefined here, and it cannot be told later whether it was`,
    help: 'test or replace it where it is read: `a[i] ?? 0`, `p ?? 1`, or `a[i]!` where it is certain',
  })),
  arraysMeet: entry('GG3006', 'error', (name: string, first: string, second: string) => ({
    message: `'${name}' may be a ${first} or a ${second} here`,
    help: 'use one kind of array for one variable',
  })),
  mixedValue: entry('GG3007', 'error', (first: string, second: string) => ({
    message: `this value may be ${first} or ${second}`,
    help: 'make both alternatives of one type: `flag ? 1 : 0` for a number',
  })),
  sometimesSame: entry('GG3008', 'error', (name: string) => ({
    message: `what is returned is sometimes the parameter '${name}' itself, which is written, and sometimes another array`,
    help: `return '${name}' on every path, or a copy of it (\`${name}.slice()\`)`,
  })),
  inactiveReturn: entry('GG3009', 'error', (name: string, type: string) => ({
    message: `'${name}' returns ${type}, which has no derivative`,
    help: 'return a number; for counts and flags no derivative is needed',
  })),
  genericFunction: entry('GG3010', 'error', (name: string) => ({
    message: `'${name}' is generic; a derivative is made for one type`,
    help: 'mark a function that calls it with the types that are meant',
  })),
  arrayOfOthers: entry('GG3011', 'error', (name: string, type: string) => ({
    message: `'${name}' has the type ${type}; only arrays of numbers are available yet`,
    help: 'keep the rows in one flat array: `a[i * columns + j]`',
  })),
} as const;
