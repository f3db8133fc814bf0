package dev.imasugu.vector;

import static dev.imasugu.vector.OffHeap.MEMORY;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/*
 * Where vectors live: a slot holds one vector from its put until no reader can see it.
 *
 * A slot is written once and then never changes, so readers need no lock: a put of a row that is
 * already there takes a new slot and lets the old one die. Per slot: the code, its scale, the norm and
 * the coding error (for bounds), the row, the write in which it died (0 while alive), and the floats.
 *
 * Time is the number of writes: the version is odd while a write runs and even between two. A slot knows the
 * write it was born in and the one it died in. A search notes the version when it starts, rounded
 * down to even, and sees exactly the slots that were born by then and had not died: the index as the last
 * complete write left it, each row once, whatever writers do meanwhile (multi-version concurrency, Reed 1978).
 * Versions are ints and wrap; births that no running search can predate are forgotten in time.
 */
final class Slots {
  static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;
  static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final VarHandle INT_HANDLE = INT.varHandle();
  private static final VarHandle ENTRY = MethodHandles.arrayElementVarHandle(int[].class);

  /** A slot that died so long ago that it awaits reuse. */
  private static final int FREE = -1;

  /** Writes between two rounds of forgetting births; a power of two. */
  private static final int FORGET_EVERY = 1 << 28;

  private static final int ROW_PAGE_BITS = 12;
  private static final int ROW_PAGE = 1 << ROW_PAGE_BITS;
  private static final int[] NO_ROWS = new int[0];

  final int dimension;
  final int padded;
  final PagedMemory codes;
  final PagedMemory floats;
  final PagedMemory scales;
  final PagedMemory norms;
  final PagedMemory errors;
  private final PagedMemory rows;
  private final PagedMemory born;
  private final PagedMemory died;

  /** Slots of rows plus 1, 0 for none, in pages; replaced when it grows. */
  private volatile int[][] slotOfRow = new int[0][];

  private final IntList free = new IntList();
  private int reserved;
  private volatile int limit;
  private volatile int live;
  private volatile int version;

  /** The largest norm so far; see {@link Graph}. */
  private volatile float maxNorm;

  /** The largest coding error so far. */
  private volatile float maxError;

  Slots(Arena arena, int dimension) {
    this.dimension = dimension;
    this.padded = DotKernel.padded(dimension);
    this.codes = new PagedMemory(arena, padded);
    this.floats = new PagedMemory(arena, 4L * padded);
    this.scales = new PagedMemory(arena, 4);
    this.norms = new PagedMemory(arena, 4);
    this.errors = new PagedMemory(arena, 4);
    this.rows = new PagedMemory(arena, 4);
    this.born = new PagedMemory(arena, 4);
    this.died = new PagedMemory(arena, 4);
  }

  // What readers ask.

  /** Slots from 0 to this one, exclusive, are readable; some may be dead. */
  int limit() {
    return limit;
  }

  int live() {
    return live;
  }

  int version() {
    return version;
  }

  float maxNorm() {
    return maxNorm;
  }

  float maxError() {
    return maxError;
  }

  int row(int slot) {
    return MEMORY.get(INT, rows.address(slot));
  }

  float scale(int slot) {
    return MEMORY.get(FLOAT, scales.address(slot));
  }

  float norm(int slot) {
    return MEMORY.get(FLOAT, norms.address(slot));
  }

  float error(int slot) {
    return MEMORY.get(FLOAT, errors.address(slot));
  }

  boolean isAlive(int slot) {
    return diedIn(slot) == 0;
  }

  /** Whether a search that started at this (even) version sees the slot. */
  boolean isVisible(int slot, int atVersion) {
    int death = diedIn(slot);
    if (death != 0 && (death == FREE || death - atVersion <= 0)) {
      return false;
    }
    int birth = MEMORY.get(INT, born.address(slot));
    return birth == 0 || birth - atVersion <= 0;
  }

  private int diedIn(int slot) {
    return (int) INT_HANDLE.getAcquire(MEMORY, died.address(slot));
  }

  /** The slot of a row, or -1. */
  int slot(int row) {
    int[][] pages = slotOfRow;
    int page = row >>> ROW_PAGE_BITS;
    if (page >= pages.length) {
      return -1;
    }
    int[] entries = pages[page];
    return entries.length == 0 ? -1 : (int) ENTRY.getAcquire(entries, row & (ROW_PAGE - 1)) - 1;
  }

  /**
   * Finds the slots of the rows whose bits are set in a word of a bit set.
   *
   * @param word the number of the word, so its first row is 64 times that
   * @return how many are found now, those before included
   */
  int slots(int word, long bits, int[] found, int count) {
    int[][] pages = slotOfRow;
    int page = word / (ROW_PAGE / Long.SIZE);
    if (page >= pages.length || pages[page].length == 0) {
      return count;
    }
    int[] entries = pages[page];
    int first = word * Long.SIZE & (ROW_PAGE - 1);
    int size = count;
    for (long left = bits; left != 0; left &= left - 1) {
      found[size] = (int) ENTRY.getAcquire(entries, first + Long.numberOfTrailingZeros(left)) - 1;
      size += found[size] >= 0 ? 1 : 0;
    }
    return size;
  }

  /** One more than the largest row that may be there. */
  long rowLimit() {
    return (long) slotOfRow.length * ROW_PAGE;
  }

  // What the writer does, one thread at a time.

  void beginWrite() {
    advance();
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  private void advance() {
    version++;
  }

  void endWrite() {
    advance();
    if ((version & (FORGET_EVERY - 1)) == 0) {
      forgetBirths();
    }
  }

  private void forgetBirths() {
    for (int slot = 0; slot < limit; slot++) {
      long at = born.address(slot);
      if (version - MEMORY.get(INT, at) > FORGET_EVERY / 2) {
        MEMORY.set(INT, at, 0);
      }
    }
  }

  /** Takes a slot out of use. */
  int reserve() {
    if (free.size() > 0) {
      return free.removeLast();
    }
    int slot = reserved++;
    reserveMemory(reserved);
    INT_HANDLE.setRelease(MEMORY, died.address(slot), FREE);
    return slot;
  }

  private void reserveMemory(int count) {
    codes.reserve(count);
    floats.reserve(count);
    scales.reserve(count);
    norms.reserve(count);
    errors.reserve(count);
    rows.reserve(count);
    born.reserve(count);
    died.reserve(count);
  }

  /** Fills a reserved slot. Several threads may fill different slots. */
  void write(int slot, int row, CodedVector vector) {
    long code = codes.address(slot);
    for (int i = 0; i < padded; i++) {
      MEMORY.set(ValueLayout.JAVA_BYTE, code + i, (byte) vector.codes[i]);
    }
    MemorySegment.copy(vector.values, 0, MEMORY, FLOAT, floats.address(slot), padded);
    MEMORY.set(FLOAT, scales.address(slot), vector.scale);
    MEMORY.set(FLOAT, norms.address(slot), vector.norm);
    MEMORY.set(FLOAT, errors.address(slot), vector.error);
    MEMORY.set(INT, rows.address(slot), row);
  }

  /** Makes a filled slot alive, to be seen when the running write is complete. */
  void enliven(int slot) {
    float norm = norm(slot);
    if (norm > maxNorm) {
      maxNorm = norm;
    }
    maxError = Math.max(maxError, error(slot));
    MEMORY.set(INT, born.address(slot), version);
    INT_HANDLE.setRelease(MEMORY, died.address(slot), 0);
    if (slot >= limit) {
      limit = slot + 1;
    }
  }

  /** Points the row to the slot and returns the slot it pointed to, or -1. */
  int point(int row, int slot) {
    int page = row >>> ROW_PAGE_BITS;
    int[][] pages = slotOfRow;
    if (page >= pages.length) {
      int[][] more = Arrays.copyOf(pages, page + 1);
      Arrays.fill(more, pages.length, page + 1, NO_ROWS);
      pages = more;
    }
    if (pages[page].length == 0) {
      if (slot < 0) {
        return -1;
      }
      pages = pages.clone();
      pages[page] = new int[ROW_PAGE];
    }
    slotOfRow = pages;
    int old = (int) ENTRY.getAndSet(pages[page], row & (ROW_PAGE - 1), slot + 1) - 1;
    live = live + (slot >= 0 ? 1 : 0) - (old >= 0 ? 1 : 0);
    return old;
  }

  /** Lets a slot die in the running write. */
  void kill(int slot) {
    INT_HANDLE.setRelease(MEMORY, died.address(slot), version);
  }

  /** Fills this empty store with living slots; the floats stay where they are. */
  void load(
      int count,
      MemorySegment savedRows,
      MemorySegment savedScales,
      MemorySegment savedNorms,
      MemorySegment savedErrors,
      MemorySegment savedCodes,
      MemorySegment savedFloats,
      boolean floatsMayChange) {
    if (floatsMayChange) {
      floats.adopt(savedFloats, count);
    } else {
      floats.reserve(count);
      floats.fill(savedFloats, count);
    }
    reserved = count;
    reserveMemory(count);
    rows.fill(savedRows, count);
    scales.fill(savedScales, count);
    norms.fill(savedNorms, count);
    errors.fill(savedErrors, count);
    codes.fill(savedCodes, count);
    beginWrite();
    for (int slot = 0; slot < count; slot++) {
      enliven(slot);
      point(row(slot), slot);
    }
    endWrite();
  }

  /** Gives back a dead slot that no reader can reach. */
  void release(int slot) {
    INT_HANDLE.setRelease(MEMORY, died.address(slot), FREE);
    free.add(slot);
  }

  long bytesBesideFloats() {
    return codes.bytes()
        + scales.bytes()
        + norms.bytes()
        + errors.bytes()
        + rows.bytes()
        + born.bytes()
        + died.bytes()
        + 4 * rowLimit();
  }
}
