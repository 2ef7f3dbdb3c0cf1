/** The names of a function's parameters, for messages: read from its text; undefined for those that have none. */
export function parameterNames(f: { toString(): string }): (string | undefined)[] {
  const text = f.toString();
  const alone = /^(?:async\s+)?([\w$]+)\s*=>/.exec(text);
  if (alone) return [alone[1]];
  return parametersIn(text.slice(text.indexOf('(') + 1)).map((part) => /^\s*(?:\.\.\.)?\s*([A-Za-z_$][\w$]*)/.exec(part)?.[1]);
}

/** The parts between the commas of a parameter list; nothing where comments or texts stand in it. */
function parametersIn(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] as string;
    if ('"\'`/'.includes(letter)) return [];
    if ((letter === ',' || letter === ')') && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
      if (letter === ')') return parts;
    }
    if ('([{'.includes(letter)) depth++;
    if (')]}'.includes(letter)) depth--;
  }
  return [];
}
