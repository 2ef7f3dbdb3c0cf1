/** Do arrays share memory? */

/**
 * Pairs of arrays with different buffers, the last ones that were asked for. A look at two buffers takes 40 ns, more than small
 * functions do, and arrays that were apart stay so: none ever gets another buffer.
 */
const known = /* @__PURE__ */ { pairs: /* @__PURE__ */ new Array<object | undefined>(16), oldest: 0 };
/** Bytes of an array that is not held on to: beside work on so many numbers a look costs nothing. */
const large = 32768;

/** Do two arrays share an element? */
export function overlap(left: object | null | undefined, right: object | null | undefined): boolean {
  if (left === right) return left != null;
  if (!ArrayBuffer.isView(left) || !ArrayBuffer.isView(right)) return false;
  const { pairs } = known;
  for (let i = 0; i < 16; i += 2) if (pairs[i] === left && pairs[i + 1] === right) return false;
  if (left.buffer === right.buffer) {
    return left.byteOffset < right.byteOffset + right.byteLength && right.byteOffset < left.byteOffset + left.byteLength;
  }
  if (left.byteLength < large && right.byteLength < large) {
    pairs[known.oldest] = left;
    pairs[known.oldest + 1] = right;
    known.oldest = (known.oldest + 2) & 15;
  }
  return false;
}
