/** Numbers from 0 to 1, the same for the same seed (a generator of 32 bits of state, mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    const result = mixed ^ (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed));
    return ((result ^ (result >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** From −1.5 to −0.5 or from 0.5 to 1.5: no weight hides an entry. */
export function weightFrom(random: () => number): number {
  const number = random() - 0.5;
  return number < 0 ? number - 0.5 : number + 0.5;
}
