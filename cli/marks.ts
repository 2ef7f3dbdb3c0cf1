/** A text search for marks, so that files without any cost next to nothing. The front end decides what is a mark. */
import { editDistance } from './distance.ts';

const functionTags = ['grad', 'vjp', 'jvp', 'pullback', 'jacobian', 'hvp', 'hessian', 'batch', 'customVjp', 'customJvp'];
const otherTags = ['inactive', 'checkpoint', 'fixedPoint', 'sample'];
const allTags = [...functionTags, ...otherTags].map((tag) => tag.toLowerCase());

/** Can the file have a function for which something is generated? */
export function mayHaveMarks(text: string): boolean {
  return tagsIn(text).some((tag) => functionTags.includes(tag));
}

/** Can the compiler have something to say about its marks, a misspelt one included? */
export function mayHaveMessages(text: string): boolean {
  return tagsIn(text).some((tag) => allTags.some((known) => editDistance(tag.toLowerCase(), known) <= 1));
}

function tagsIn(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(/@([A-Za-z]\w*)/g), (match) => match[1] as string))];
}
