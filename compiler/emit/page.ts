/** The width of a page of emitted code, and lists that fill it. */
export const pageWidth = 130;

/** Entries of a list, each with its comma, as many to a line as fit. */
export function fillLines(entries: readonly string[], width = pageWidth): string[] {
  const lines: string[] = [];
  for (const entry of entries) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + entry.length + 2 <= width) lines[lines.length - 1] = `${last} ${entry},`;
    else lines.push(`  ${entry},`);
  }
  return lines;
}
