/**
 * The memory in which derivative functions keep what their reverse sweeps need.
 *
 * A stack of numbers in chunks. An activation remembers `top`, takes blocks, and gives them back by setting `top` to what it
 * was (in a `finally` where f can throw), so a derivative that is called from inside another one works beside it:
 *
 *     const base = arena.top;
 *     let saved = arena.block(64);
 *     …
 *     if (depth === saved.length) saved = arena.grow(saved);
 *     saved[depth++] = x;
 *     …
 *     arena.top = base;
 *
 * Chunks never move, so a view stays valid until `top` falls below it. What a block holds at first is unspecified.
 */
export interface Arena {
  /** How much is taken. Setting it to an earlier value gives back all that was taken since. */
  top: number;
  /** Room for `length` numbers. A length that is negative or NaN counts as 0, a fraction is rounded up, as loops count trips. */
  block(length: number): Float64Array;
  /** A block of twice the size that begins with the contents of `block`; it may be the same memory, so drop the old view. */
  grow(block: Float64Array): Float64Array;
  /** Room for `length` bytes: decisions and small counts. */
  bytes(length: number): Uint8Array;
  /** {@link grow} for bytes. */
  growBytes(block: Uint8Array): Uint8Array;
  /** A stack of numbers that functions which call each other share. */
  stack(): RecordStack;
  /** Frees the memory that no activation holds. */
  release(): void;
}

/** Last in, first out. What is on it is valid as long as the activation that made it. */
export interface RecordStack {
  push(value: number): void;
  /** Of an empty stack: undefined behavior. */
  pop(): number;
}

/** Positions and lengths count in numbers of eight bytes. */
interface Chunk {
  readonly memory: Float64Array<ArrayBuffer>;
  /** The value of `top` at which the chunk begins. */
  readonly start: number;
}

const firstChunkLength = 8192;
/** 64 MB: more than this is freed when the outermost activation ends. A chunk larger than this is made only for one block. */
const keptLength = 8388608;
const smallestGrowth = 64;
const keptViews = 64;

interface View {
  /** The value of `top` at which it begins. */
  readonly start: number;
  readonly block: Float64Array;
}

/** A class, because V8 runs the accessors of an object literal ten times slower. */
class ChunkedArena implements Arena {
  private readonly chunks: Chunk[] = [];
  /** Index of the chunk that `top` lies in. */
  private current = 0;
  /** Where that chunk ends. */
  private end = 0;
  private taken = 0;
  /** The first blocks of those taken: making a view costs more than many a derivative, so the next call reuses it. */
  private readonly views: View[] = [];
  /** How many of `views` are taken now. */
  private live = 0;

  get top(): number {
    return this.taken;
  }
  set top(value: number) {
    this.taken = value;
    if (value === 0 && this.chunks.length === 1 && this.end <= keptLength) this.live = 0;
    else this.giveBack(value);
  }
  /** Mostly the view that the last call had. */
  block(length: number): Float64Array {
    const kept = this.views[this.live];
    const top = this.taken + length;
    if (kept === undefined || kept.start !== this.taken || kept.block.length !== length || top > this.end)
      return this.newBlock(countOf(length));
    this.live++;
    this.taken = top;
    return kept.block;
  }
  grow(old: Float64Array): Float64Array {
    const extra = Math.max(old.length, smallestGrowth);
    if (this.extendInPlace(old, extra)) return new Float64Array(old.buffer, old.byteOffset, old.length + extra);
    const grown = this.block(old.length + extra);
    grown.set(old);
    return grown;
  }
  bytes(length: number): Uint8Array {
    const count = countOf(length);
    const room = this.block(Math.ceil(count / 8));
    return new Uint8Array(room.buffer, room.byteOffset, count);
  }
  growBytes(old: Uint8Array): Uint8Array {
    const length = old.length + Math.max(old.length, smallestGrowth);
    const extra = Math.ceil(length / 8) - Math.ceil(old.length / 8);
    if (this.extendInPlace(old, extra)) return new Uint8Array(old.buffer, old.byteOffset, length);
    const grown = this.bytes(length);
    grown.set(old);
    return grown;
  }
  stack(): RecordStack {
    return new ArenaStack(this);
  }
  release(): void {
    this.views.length = this.live;
    this.chunks.length = this.taken === 0 ? 0 : this.current + 1;
    if (this.taken === 0) this.current = 0;
    this.end = endOf(this.chunks[this.current]);
  }

  private giveBack(value: number): void {
    while (this.live > 0 && value <= (this.views[this.live - 1] as View).start) this.live--;
    while (this.current > 0 && value < (this.chunks[this.current] as Chunk).start) this.current--;
    this.end = endOf(this.chunks[this.current]);
    if (value === 0 && endOf(this.chunks.at(-1)) > keptLength) this.release();
  }

  private newBlock(length: number): Float64Array {
    const chunk = this.chunkWith(length);
    const start = this.taken;
    this.taken += length;
    const block = new Float64Array(chunk.memory.buffer, (start - chunk.start) * 8, length);
    if (this.live < keptViews) this.views[this.live++] = { start, block };
    return block;
  }

  /** Takes `extra` numbers directly behind a block, if it is the last one and its chunk has the room. */
  private extendInPlace(old: Float64Array | Uint8Array, extra: number): boolean {
    const chunk = this.chunks[this.current];
    if (chunk === undefined || old.buffer !== chunk.memory.buffer) return false;
    const end = chunk.start + Math.ceil((old.byteOffset + old.byteLength) / 8);
    if (end !== this.taken || end + extra > this.end) return false;
    this.taken += extra;
    return true;
  }

  /** The current chunk, after moving on to one that has `length` free numbers at `top`. */
  private chunkWith(length: number): Chunk {
    const chunk = this.chunks[this.current];
    if (chunk !== undefined && this.taken + length <= this.end) return chunk;
    const index = chunk === undefined ? 0 : this.current + 1;
    const next = this.chunks[index];
    const following = next !== undefined && length <= next.memory.length ? next : newChunk(chunk, length);
    if (following !== next) this.replaceChunks(index, following);
    this.current = index;
    this.end = endOf(following);
    this.taken = following.start;
    return following;
  }

  /** Nothing is taken above `top`, so the chunks there may go, and the views into them. */
  private replaceChunks(index: number, chunk: Chunk): void {
    this.chunks.length = index;
    this.chunks.push(chunk);
    this.views.length = this.live;
  }
}

class ArenaStack implements RecordStack {
  private readonly arena: Arena;
  private saved: Float64Array;
  private depth = 0;

  constructor(arena: Arena) {
    this.arena = arena;
    this.saved = arena.block(smallestGrowth);
  }
  push(value: number): void {
    if (this.depth === this.saved.length) this.saved = this.arena.grow(this.saved);
    this.saved[this.depth++] = value;
  }
  pop(): number {
    return this.saved[--this.depth] as number;
  }
}

/** A new arena; generated code shares the one of `gradgen/runtime`. */
export function createArena(): Arena {
  return new ChunkedArena();
}

function countOf(length: number): number {
  return length > 0 ? Math.ceil(length) : 0;
}

function newChunk(before: Chunk | undefined, length: number): Chunk {
  const usual = before === undefined ? firstChunkLength : Math.min(2 * before.memory.length, keptLength);
  return { memory: new Float64Array(Math.max(length, usual)), start: endOf(before) };
}

function endOf(chunk: Chunk | undefined): number {
  return chunk === undefined ? 0 : chunk.start + chunk.memory.length;
}

/** The one arena of all derivative functions. */
export const arena: Arena = /* @__PURE__ */ createArena();

/** Frees the memory that derivative functions keep from one call to the next. */
export function releaseMemory(): void {
  arena.release();
}
