package dev.imasugu.vector;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/*
 * An array of fixed-size records that grows without moving.
 *
 * Records live in chunks whose sizes go 128, 128, 256, 256, 512, 512 ... (two chunks an octave), so at
 * most a third of the memory is ahead of need, growing copies nothing, and a reader that holds an
 * address may keep it. The chunk of a slot is read off the leading bits of slot + 256; its base is stored
 * with the chunk's first slot already subtracted, so an address is one look-up, one multiplication, one
 * addition. A base is written before the slot count that covers it is published.
 */
final class PagedMemory {
  private static final int FIRST_BITS = 8;
  private static final int FIRST = 1 << FIRST_BITS;
  private static final int CHUNKS = 2 * (32 - FIRST_BITS);

  private final Arena arena;
  private final long stride;
  private final long[] bases = new long[CHUNKS];
  private int chunks;

  PagedMemory(Arena arena, long stride) {
    this.arena = arena;
    this.stride = stride;
  }

  static int chunk(int slot) {
    int shifted = slot + FIRST;
    int exponent = 31 - Integer.numberOfLeadingZeros(shifted);
    return 2 * (exponent - FIRST_BITS) + ((shifted >>> (exponent - 1)) & 1);
  }

  /** The first slot of a chunk. */
  static int start(int chunk) {
    int exponent = FIRST_BITS + (chunk >> 1);
    return (1 << exponent) + (chunk & 1) * (1 << (exponent - 1)) - FIRST;
  }

  long stride() {
    return stride;
  }

  /** Makes room for slots below {@code count}. Only the writer calls this. */
  void reserve(int count) {
    while (start(chunks) < count) {
      long bytes = stride * (start(chunks + 1) - start(chunks));
      use(chunks, OffHeap.allocate(arena, bytes));
    }
  }

  /** Puts memory that is already filled (a mapped file) in the place of the next chunk. */
  void use(int chunk, long address) {
    bases[chunk] = address - stride * start(chunk);
    chunks = chunk + 1;
  }

  /** Copies records from the first on, into memory that is reserved. */
  void fill(MemorySegment records, int count) {
    for (int chunk = 0; start(chunk) < count; chunk++) {
      int from = start(chunk);
      int to = Math.min(count, start(chunk + 1));
      MemorySegment.copy(
          records, from * stride, OffHeap.MEMORY, address(from), (to - from) * stride);
    }
  }

  /** Takes over records where they are, but for the last chunk, which is not full. */
  void adopt(MemorySegment records, int count) {
    int whole = 0;
    for (; start(whole + 1) <= count; whole++) {
      use(whole, records.address() + start(whole) * stride);
    }
    int from = start(whole);
    if (from < count) {
      reserve(count);
      MemorySegment.copy(
          records, from * stride, OffHeap.MEMORY, address(from), (count - from) * stride);
    }
  }

  long address(int slot) {
    return bases[chunk(slot)] + slot * stride;
  }

  long bytes() {
    return stride * start(chunks);
  }
}
