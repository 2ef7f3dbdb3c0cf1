/** Powers of two, and the bits of a double. */

/** 2 ** n at place n + 1022, for n from -1022 to 1023. */
export const powersOfTwo: Float64Array = /* @__PURE__ */ makePowers();

function makePowers(): Float64Array {
  const powers = new Float64Array(2046);
  for (let at = 1022, up = 1, down = 1; at < 2046; at++, up *= 2, down /= 2) {
    powers[at] = up;
    if (at < 2045) powers[2044 - at] = down;
  }
  return powers;
}

/** The same eight bytes as a double and as two words, the high one last. (Platforms that JavaScript runs on are little-endian.) */
export const double: Float64Array = /* @__PURE__ */ new Float64Array(1);
export const words: Int32Array = /* @__PURE__ */ wordsOf(double);

function wordsOf(value: Float64Array): Int32Array {
  return new Int32Array(value.buffer);
}
