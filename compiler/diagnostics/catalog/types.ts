/** GG3xxx: types and signatures. */
import { entry } from './entry.ts';

export const typeMessages = {
  parameterType: entry('GG3001', 'error', (name: string, type: string) => ({
    message: `parameter '${name}' has the type ${type}, which is not available yet`,
    help: 'use numbers, int, booleans, texts, arrays and typed arrays, and object types and tuples of these',
  })),
  returnType: entry('GG3002', 'error', (type: string) => ({
    message: `the function returns ${type}, which is not available yet`,
    help: 'return a number, an array, an object with such fields, or a tuple of these such as `[number, Float64Array]`',
  })),
  restParameter: entry('GG3003', 'error', (name: string) => ({
    message: `'...${name}' is a rest parameter, which is not available yet`,
    help: `take one array instead: \`${name}: readonly number[]\``,
  })),
  maybeMissing: entry('GG3005', 'error', (text: string) => ({
    message: `\`${text}\` may be undefined here, and it cannot be told later whether it was`,
    help: 'test or replace it where it is read: `a[i] ?? 0`, `p ?? 1`, or `a[i]!` where it is certain',
  })),
  arraysMeet: entry('GG3006', 'error', (name: string, first: string, second: string) => ({
    message: `'${name}' may be ${first} or ${second} here`,
    help: 'use one kind of array for one variable, and declare the type of objects where they are made: `const p: Vec2 = { x, y }`',
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
    message: `'${name}' has the type ${type}, whose elements cannot be used`,
    help: 'keep numbers, records, tuples or arrays of one type in one array',
  })),
  recursiveType: entry('GG3012', 'error', (name: string, type: string) => ({
    message: `'${name}' has the type ${type}, which refers to itself`,
    help: 'keep the parts in one array, and let them refer to each other by their index in it',
  })),
  tupleForm: entry('GG3013', 'error', (name: string, type: string) => ({
    message: `'${name}' has the type ${type}, a tuple with elements that may be left out or repeated`,
    help: 'give it all its elements, `[number, number]`, or use an array, `number[]`',
  })),
  dynamicField: entry('GG3014', 'error', (text: string, tuple: boolean) => ({
    message: `which ${tuple ? 'element' : 'field'} of \`${text}\` is meant here shows only when the code runs`,
    help: tuple ? 'use an array: `const a: number[] = [x, y]`' : 'write the name of the field, or keep the values in an array',
  })),
  nullOrUndefined: entry('GG3015', 'error', (text: string) => ({
    message: `\`${text}\` may be null and may be undefined, and only one of them is meant here`,
    help: 'ask for both with `== null` or `??`, or let its type have one of them only',
  })),
  maybeReplaced: entry('GG3016', 'error', (field: string, source: string) => ({
    message: `the field '${field}' of \`${source}\` may be left out or be undefined, and \`...\` tells these apart`,
    help: `write the field out: \`${field}: ${source}.${field} ?? …\``,
  })),
  newField: entry('GG3017', 'error', (text: string) => ({
    message: `\`${text}\` is a field that the object was not made with`,
    help: 'declare the type of the object where it is made: `const o: Options = { x: 1 }`',
  })),
} as const;
