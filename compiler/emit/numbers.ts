/** Numbers and strings as source text that reads back as the same value. */

export function printNumber(value: number): string {
  if (Object.is(value, -0)) return '-0';
  return String(value);
}

export function printString(value: string): string {
  return JSON.stringify(value).replace(/[\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
}

/** Text between the values of a template literal. */
export function printTemplateText(value: string): string {
  return printString(value).slice(1, -1).replace(/\\"/g, '"').replace(/`/g, '\\`').replace(/\$\{/g, '\\${');
}
