package dev.imasugu.vector;

import static dev.imasugu.vector.OffHeap.MEMORY;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/*
 * One part of a CellIndex, in a file of its own, little endian:
 *
 *   header    4,096 bytes: magic, format, dimension, cells, positions, CRC-32C of what is kept in memory, of the
 *             records, and of the header itself
 *   memory    centroids, first positions of the cells, then by position: row, offset, factor, signs
 *   records   by position: a scale (float) and an 8-bit code, read from the file when a row is reranked
 *
 * Rows lie cell by cell, so the candidates of a search share pages. A cell begins at a multiple of 16; positions
 * without a row have row -1 and an offset that no search picks. The same accessors write a mapped file
 * and read an opened one.
 */
final class Region {
  private static final long MAGIC = 0x3143_4C43_4753_4D49L;
  private static final int FORMAT = 1;
  static final int PAGE = 4096;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final long WINDOW = 1L << 30;

  /** Bytes of a record before its code. */
  static final int SCALE_BYTES = 4;

  final int cells;
  final int positions;
  final long memoryBytes;
  private final int padded;
  private final long centroids;
  private final long starts;
  private final long rows;
  private final long offsets;
  private final long factors;
  private final long signs;
  private final long records;

  private Region(int dimension, int cells, int positions, long memory, long records) {
    this.cells = cells;
    this.positions = positions;
    this.padded = DotKernel.padded(dimension);
    this.records = records;
    this.centroids = memory;
    this.starts = centroids + 4L * padded * cells;
    this.rows = line(starts + 4L * (cells + 1));
    this.offsets = rows + 4L * positions;
    this.factors = offsets + 4L * positions;
    this.signs = factors + 4L * positions;
    this.memoryBytes = signs + (long) BitCodes.bytes(padded) * positions - memory;
  }

  private static long line(long address) {
    return (address + 63) & -64;
  }

  private static long page(long bytes) {
    return (bytes + PAGE - 1) & -PAGE;
  }

  private int recordBytes() {
    return SCALE_BYTES + padded;
  }

  private long recordsBytes() {
    return (long) recordBytes() * positions;
  }

  long centroid(int cell) {
    return centroids + 4L * padded * cell;
  }

  /** The first position of a cell, and, one further, its end. */
  int start(int cell) {
    return MEMORY.get(Slots.INT, starts + 4L * cell);
  }

  void start(int cell, int position) {
    MEMORY.set(Slots.INT, starts + 4L * cell, position);
  }

  /** The row at a position, or -1. */
  int row(int position) {
    return MEMORY.get(Slots.INT, rows + 4L * position);
  }

  long offset(int position) {
    return offsets + 4L * position;
  }

  long factor(int position) {
    return factors + 4L * position;
  }

  /** Address of the signs from a position on, which must be a multiple of 16. */
  long signs(int position) {
    return signs + (long) BitCodes.bytes(padded) * position;
  }

  /** Address of the code at a position; the scale lies before it. */
  long code(int position) {
    return records + (long) recordBytes() * position + SCALE_BYTES;
  }

  /** Leaves a position without a row. */
  void vacate(int position) {
    MEMORY.set(Slots.INT, rows + 4L * position, -1);
    MEMORY.set(Slots.FLOAT, offset(position), Float.NEGATIVE_INFINITY);
  }

  /** Fills a position. */
  void put(int position, int row, float offset, float factor, float[] residual) {
    MEMORY.set(Slots.INT, rows + 4L * position, row);
    MEMORY.set(Slots.FLOAT, offset(position), offset);
    MEMORY.set(Slots.FLOAT, factor(position), factor);
    BitCodes.write(residual, signs, position, padded);
  }

  // Files.

  /**
   * Makes a file for so many cells and positions, zeroed and mapped; {@link #seal} completes it.
   */
  static Region create(Path file, int dimension, int cells, int positions, Arena arena)
      throws IOException {
    var shape = new Region(dimension, cells, positions, 0, 0);
    long memory = page(shape.memoryBytes);
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      MemorySegment mapped =
          channel.map(
              FileChannel.MapMode.READ_WRITE, 0, PAGE + memory + shape.recordsBytes(), arena);
      long at = mapped.address();
      return new Region(dimension, cells, positions, at + PAGE, at + PAGE + memory);
    }
  }

  /** Writes the header of a filled region; the caller forces and renames the file. */
  void seal(int dimension) {
    long header = centroids - PAGE;
    MEMORY.set(LONG, header, MAGIC);
    MEMORY.set(Slots.INT, header + 8, FORMAT);
    MEMORY.set(Slots.INT, header + 12, dimension);
    MEMORY.set(Slots.INT, header + 16, cells);
    MEMORY.set(Slots.INT, header + 20, positions);
    MEMORY.set(LONG, header + 24, checksum(MEMORY, centroids, memoryBytes));
    MEMORY.set(LONG, header + 32, checksum(MEMORY, records, recordsBytes()));
    MEMORY.set(LONG, header + PAGE - 8, checksum(MEMORY, header, PAGE - 8));
  }

  /**
   * Opens a region: what is kept in memory is read and compared with its checksum, records stay in
   * the file.
   */
  static Region open(Path file, int dimension, Arena arena) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long length = channel.size();
      if (length < PAGE) {
        throw refusal(file, "length: %d (expected: at least %d)".formatted(length, PAGE));
      }
      MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, length, arena);
      long header = mapped.address();
      if (mapped.get(LONG, 0) != MAGIC) {
        throw refusal(file, "first bytes: not those of a region");
      }
      if (checksum(mapped, 0, PAGE - 8) != mapped.get(LONG, PAGE - 8)) {
        throw refusal(file, "header: wrong checksum (altered)");
      }
      expect(file, "format", mapped.get(Slots.INT, 8), FORMAT);
      expect(file, "dimension", mapped.get(Slots.INT, 12), dimension);
      int cells = mapped.get(Slots.INT, 16);
      int positions = mapped.get(Slots.INT, 20);
      var shape = new Region(dimension, cells, positions, 0, 0);
      long memory = page(shape.memoryBytes);
      expect(file, "length", length, PAGE + memory + shape.recordsBytes());
      if (checksum(mapped, PAGE, shape.memoryBytes) != mapped.get(LONG, 24)) {
        throw refusal(file, "memory: wrong checksum (altered)");
      }
      long copy = OffHeap.allocate(arena, Math.max(64, shape.memoryBytes));
      MemorySegment.copy(mapped, PAGE, MEMORY, copy, shape.memoryBytes);
      OffHeap.forget(header, PAGE + memory);
      OffHeap.expectRandom(header + PAGE + memory, shape.recordsBytes());
      return new Region(dimension, cells, positions, copy, header + PAGE + memory);
    }
  }

  /** Reads all records and compares them with their checksum. */
  void verifyRecords(Path file) throws IOException {
    long header = records - page(memoryBytes) - PAGE;
    if (checksum(MEMORY, records, recordsBytes()) != MEMORY.get(LONG, header + 32)) {
      throw refusal(file, "records: wrong checksum (altered)");
    }
  }

  private static void expect(Path file, String what, long value, long expected) throws IOException {
    if (value != expected) {
      throw refusal(file, "%s: %d (expected: %d)".formatted(what, value, expected));
    }
  }

  static IOException refusal(Path file, String what) {
    return new IOException("%s is refused: %s".formatted(file, what));
  }

  private static long checksum(MemorySegment memory, long from, long length) {
    var checksum = new CRC32C();
    for (long at = 0; at < length; at += WINDOW) {
      checksum.update(memory.asSlice(from + at, Math.min(WINDOW, length - at)).asByteBuffer());
    }
    return checksum.getValue();
  }
}
