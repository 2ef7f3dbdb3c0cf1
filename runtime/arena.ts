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

interface State {
  chunks: Chunk[];
  /** Index of the chunk that `top` lies in. */
  current: number;
  top: number;
  /** The first blocks of those taken: making a view costs more than many a derivative, so the next call reuses it. */
  readonly views: View[];
  /** How many of `views` are taken now. */
  live: number;
}

interface View {
  /** The value of `top` at which it begins. */
  readonly start: number;
  readonly block: Float64Array;
}

/** A class, because V8 runs the accessors of an object literal ten times slower. */
class ChunkedArena implements Arena {
  private readonly state: State = { chunks: [], current: 0, top: 0, views: [], live: 0 };

  get top(): number {
    return this.state.top;
  }
  set top(value: number) {
    setTop(this.state, value);
  }
  block(length: number): Float64Array {
    return block(this.state, countOf(length));
  }
  grow(old: Float64Array): Float64Array {
    return grow(this.state, old);
  }
  bytes(length: number): Uint8Array {
    return bytes(this.state, countOf(length));
  }
  growBytes(old: Uint8Array): Uint8Array {
    return growBytes(this.state, old);
  }
  stack(): RecordStack {
    return new ArenaStack(this.state);
  }
  release(): void {
    release(this.state);
  }
}

const firstStackLength = 64;

class ArenaStack implements RecordStack {
  private readonly state: State;
  private saved: Float64Array;
  private depth = 0;

  constructor(state: State) {
    this.state = state;
    this.saved = block(state, firstStackLength);
  }
  push(value: number): void {
    if (this.depth === this.saved.length) this.saved = grow(this.state, this.saved);
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

function setTop(state: State, value: number): void {
  state.top = value;
  while (state.live > 0 && value <= (state.views[state.live - 1] as View).start) state.live--;
  while (state.current > 0 && value < (state.chunks[state.current] as Chunk).start) state.current--;
  if (value === 0 && state.chunks.length > 0 && endOf(state.chunks[state.chunks.length - 1]) > keptLength) release(state);
}

function release(state: State): void {
  state.views.length = state.live;
  state.chunks.length = state.top === 0 ? 0 : state.current + 1;
  if (state.top === 0) state.current = 0;
}

function block(state: State, length: number): Float64Array {
  const chunk = chunkWith(state, length);
  const start = state.top;
  state.top += length;
  const kept = state.views[state.live];
  if (kept !== undefined && kept.start === start && kept.block.length === length) {
    state.live++;
    return kept.block;
  }
  const view = new Float64Array(chunk.memory.buffer, (start - chunk.start) * 8, length);
  if (state.live < keptViews) state.views[state.live++] = { start, block: view };
  return view;
}

function bytes(state: State, length: number): Uint8Array {
  const room = block(state, Math.ceil(length / 8));
  return new Uint8Array(room.buffer, room.byteOffset, length);
}

function grow(state: State, old: Float64Array): Float64Array {
  const extra = Math.max(old.length, smallestGrowth);
  if (extendInPlace(state, old, extra)) return new Float64Array(old.buffer, old.byteOffset, old.length + extra);
  const grown = block(state, old.length + extra);
  grown.set(old);
  return grown;
}

function growBytes(state: State, old: Uint8Array): Uint8Array {
  const length = old.length + Math.max(old.length, smallestGrowth);
  const extra = Math.ceil(length / 8) - Math.ceil(old.length / 8);
  if (extendInPlace(state, old, extra)) return new Uint8Array(old.buffer, old.byteOffset, length);
  const grown = bytes(state, length);
  grown.set(old);
  return grown;
}

/** Takes `extra` numbers directly behind a block, if it is the last one and its chunk has the room. */
function extendInPlace(state: State, old: Float64Array | Uint8Array, extra: number): boolean {
  const chunk = state.chunks[state.current];
  if (chunk === undefined || old.buffer !== chunk.memory.buffer) return false;
  const end = chunk.start + Math.ceil((old.byteOffset + old.byteLength) / 8);
  if (end !== state.top || end + extra > endOf(chunk)) return false;
  state.top += extra;
  return true;
}

/** The current chunk, after moving on to one that has `length` free numbers at `top`. */
function chunkWith(state: State, length: number): Chunk {
  const chunk = state.chunks[state.current];
  if (chunk !== undefined && state.top + length <= endOf(chunk)) return chunk;
  const index = chunk === undefined ? 0 : state.current + 1;
  const next = state.chunks[index];
  const following = next !== undefined && length <= next.memory.length ? next : newChunk(chunk, length);
  if (following !== next) replaceChunks(state, index, following);
  state.current = index;
  state.top = following.start;
  return following;
}

/** Nothing is taken above `top`, so the chunks there may go, and the views into them. */
function replaceChunks(state: State, index: number, chunk: Chunk): void {
  state.chunks.length = index;
  state.chunks.push(chunk);
  state.views.length = state.live;
}

function countOf(length: number): number {
  return length > 0 ? Math.ceil(length) : 0;
}

function newChunk(before: Chunk | undefined, length: number): Chunk {
  if (before === undefined) return { memory: new Float64Array(Math.max(length, firstChunkLength)), start: 0 };
  const doubled = Math.min(2 * before.memory.length, keptLength);
  return { memory: new Float64Array(Math.max(length, doubled)), start: endOf(before) };
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
