package dev.imasugu.vector;

import static dev.imasugu.vector.OffHeap.MEMORY;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/*
 * An index in one file, little endian:
 *
 *   header    4,096 bytes: magic, format, options, rows, entries, then for each section offset, length and
 *             CRC-32C; the header's own CRC-32C last
 *   sections  rows, scales, norms, errors, codes, links, entries, floats; each from a multiple of 4,096
 *
 * Saving numbers the living slots anew, so dead ones and links to them are left behind. It writes beside
 * the file, forces it to disk, then renames: a crash leaves the old file whole. Opening maps the file and
 * compares every checksum. Codes and links are copied, to have huge pages under them; floats, the bulk, stay
 * in the file (a private mapping, so a later put changes only memory; a file that may not be written is copied).
 */
final class IndexFile {
  private static final long MAGIC = 0x3152_4356_4753_4D49L;
  private static final int FORMAT = 1;
  private static final int PAGE = 4096;
  private static final int BUFFER = 1 << 20;
  private static final long WINDOW = 1L << 30;

  enum Section {
    ROWS,
    SCALES,
    NORMS,
    ERRORS,
    CODES,
    LINKS,
    ENTRIES,
    FLOATS
  }

  private IndexFile() {}

  // Saving.

  static void save(Path file, VectorIndexOptions options, Slots slots, @Nullable Graph graph)
      throws IOException {
    Path whole = file.toAbsolutePath();
    Path partial = whole.resolveSibling(whole.getFileName() + ".partial");
    try {
      try (FileChannel channel =
          FileChannel.open(
              partial,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        new Writer(channel, options, slots, graph).write();
        channel.force(true);
      }
      Files.move(
          partial, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(partial);
    }
    try (FileChannel folder = FileChannel.open(whole.resolveSibling("."))) {
      folder.force(true);
    }
  }

  private static final class Writer {
    private final FileChannel channel;
    private final VectorIndexOptions options;
    private final Slots slots;
    private final @Nullable Graph graph;
    private final ByteBuffer header = ByteBuffer.allocate(PAGE).order(ByteOrder.LITTLE_ENDIAN);
    private final byte[] bytes = new byte[BUFFER];
    private final ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    private final CRC32C checksum = new CRC32C();
    private final int[] numbers;
    private final int[] living;
    private long at = PAGE;
    private long sectionStart;

    Writer(FileChannel channel, VectorIndexOptions options, Slots slots, @Nullable Graph graph) {
      this.channel = channel;
      this.options = options;
      this.slots = slots;
      this.graph = graph;
      int limit = slots.limit();
      this.numbers = new int[limit];
      var alive = new IntList();
      for (int slot = 0; slot < limit; slot++) {
        numbers[slot] = slots.isAlive(slot) ? alive.size() : -1;
        if (slots.isAlive(slot)) {
          alive.add(slot);
        }
      }
      this.living = alive.toArray();
    }

    void write() throws IOException {
      int[] entries = livingEntries();
      header.putLong(MAGIC).putInt(FORMAT).putInt(code(options.metric()));
      header.putInt(options.dimension()).putInt(options.connections());
      header.putInt(options.buildBeam()).putDouble(options.searchBeam());
      header.putInt(living.length).putInt(entries.length);
      for (Section section : Section.values()) {
        sectionStart = at;
        checksum.reset();
        switch (section) {
          case ROWS -> ints(slots::row);
          case SCALES -> ints(slot -> Float.floatToRawIntBits(slots.scale(slot)));
          case NORMS -> ints(slot -> Float.floatToRawIntBits(slots.norm(slot)));
          case ERRORS -> ints(slot -> Float.floatToRawIntBits(slots.error(slot)));
          case CODES -> records(slots.codes);
          case LINKS -> links();
          case ENTRIES -> {
            for (int entry : entries) {
              room(4).putInt(entry);
            }
          }
          case FLOATS -> records(slots.floats);
        }
        endSection();
      }
      checksum.reset();
      checksum.update(header.array(), 0, PAGE - 8);
      header.putLong(PAGE - 8, checksum.getValue());
      header.position(0).limit(PAGE);
      channel.write(header, 0);
      channel.truncate(at);
    }

    private int[] livingEntries() {
      var entries = new IntList();
      if (graph != null) {
        for (int entry : graph.entries()) {
          if (slots.isAlive(entry)) {
            entries.add(numbers[entry]);
          }
        }
        if (entries.size() == 0 && living.length > 0) {
          entries.add(0);
        }
      }
      return entries.toArray();
    }

    private interface IntOfSlot {
      int of(int slot);
    }

    private void ints(IntOfSlot value) throws IOException {
      for (int slot : living) {
        room(4).putInt(value.of(slot));
      }
    }

    private void records(PagedMemory memory) throws IOException {
      int size = (int) memory.stride();
      for (int slot : living) {
        ByteBuffer target = room(size);
        MemorySegment.copy(
            MEMORY, ValueLayout.JAVA_BYTE, memory.address(slot), bytes, target.position(), size);
        target.position(target.position() + size);
      }
    }

    private void links() throws IOException {
      Graph known = graph;
      if (known == null) {
        return;
      }
      for (int slot : living) {
        long list = known.links.address(slot);
        int written = 0;
        for (int i = 0; i < known.degree(); i++) {
          int next = MEMORY.get(Slots.INT, list + 4L * i) - 1;
          if (next < 0) {
            break;
          }
          if (numbers[next] >= 0) {
            room(4).putInt(numbers[next] + 1);
            written++;
          }
        }
        for (; written < known.degree(); written++) {
          room(4).putInt(0);
        }
      }
    }

    private ByteBuffer room(int bytes) throws IOException {
      if (buffer.remaining() < bytes) {
        flush();
      }
      return buffer;
    }

    private void flush() throws IOException {
      checksum.update(bytes, 0, buffer.position());
      buffer.flip();
      while (buffer.hasRemaining()) {
        at += channel.write(buffer, at);
      }
      buffer.clear();
    }

    private void endSection() throws IOException {
      flush();
      header.putLong(sectionStart).putLong(at - sectionStart).putLong(checksum.getValue());
      long page = (at + PAGE - 1) / PAGE * PAGE;
      if (page > at) {
        // The file ends on a page, so a lost tail shows in its length.
        channel.write(ByteBuffer.allocate(1), page - 1);
        at = page;
      }
    }
  }

  // Opening.

  /** What a checked file holds. */
  record Contents(VectorIndexOptions options, int count, Map<Section, MemorySegment> sections) {
    private MemorySegment section(Section section) {
      return Objects.requireNonNull(sections.get(section));
    }
  }

  static int code(Metric metric) {
    return switch (metric) {
      case INNER_PRODUCT -> 0;
      case COSINE -> 1;
    };
  }

  static Metric metric(int code) {
    return code == code(Metric.COSINE) ? Metric.COSINE : Metric.INNER_PRODUCT;
  }

  /** Maps a file, refusing what is not exactly what was saved. */
  static MemorySegment map(Path file, Arena arena) throws IOException {
    boolean writable = Files.isWritable(file);
    var modes =
        writable
            ? Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE)
            : Set.of(StandardOpenOption.READ);
    try (FileChannel channel = FileChannel.open(file, modes)) {
      long size = channel.size();
      if (size < PAGE) {
        throw refusal(file, "length: %d (expected: at least %d)".formatted(size, PAGE));
      }
      var mode = writable ? FileChannel.MapMode.PRIVATE : FileChannel.MapMode.READ_ONLY;
      return channel.map(mode, 0, size, arena);
    }
  }

  static Contents check(Path file, MemorySegment mapped) throws IOException {
    ByteBuffer header = mapped.asSlice(0, PAGE).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    if (header.getLong(0) != MAGIC) {
      throw refusal(file, "first bytes: not those of a vector index");
    }
    if (header.getInt(8) != FORMAT) {
      throw refusal(file, "format: %d (expected: %d)".formatted(header.getInt(8), FORMAT));
    }
    if (checksum(mapped, 0, PAGE - 8) != header.getLong(PAGE - 8)) {
      throw refusal(file, "header: wrong checksum (altered)");
    }
    header.position(12);
    int metric = header.getInt();
    int dimension = header.getInt();
    int connections = header.getInt();
    int buildBeam = header.getInt();
    double searchBeam = header.getDouble();
    int count = header.getInt();
    header.getInt(); // entries: their section's length says it too
    var options =
        new VectorIndexOptions(dimension, metric(metric), connections, buildBeam, searchBeam);
    var sections = new EnumMap<Section, MemorySegment>(Section.class);
    for (Section section : Section.values()) {
      long offset = header.getLong();
      long length = header.getLong();
      long expected = header.getLong();
      if (offset + length > mapped.byteSize()) {
        throw refusal(
            file,
            "length: %d (expected: at least %d, the end of section %s)"
                .formatted(mapped.byteSize(), offset + length, section));
      }
      if (checksum(mapped, offset, length) != expected) {
        throw refusal(file, "section %s: wrong checksum (altered)".formatted(section));
      }
      sections.put(section, mapped.asSlice(offset, length));
    }
    return new Contents(options, count, sections);
  }

  private static IOException refusal(Path file, String what) {
    return new IOException("%s is refused: %s".formatted(file, what));
  }

  private static long checksum(MemorySegment mapped, long from, long length) {
    var checksum = new CRC32C();
    for (long at = 0; at < length; at += WINDOW) {
      checksum.update(mapped.asSlice(from + at, Math.min(WINDOW, length - at)).asByteBuffer());
    }
    return checksum.getValue();
  }

  /** Fills an empty index from a checked file. */
  static void load(Contents contents, Slots slots, @Nullable Graph graph, boolean floatsMayChange) {
    int count = contents.count();
    slots.load(
        count,
        contents.section(Section.ROWS),
        contents.section(Section.SCALES),
        contents.section(Section.NORMS),
        contents.section(Section.ERRORS),
        contents.section(Section.CODES),
        contents.section(Section.FLOATS),
        floatsMayChange);
    if (graph != null) {
      graph.links.reserve(count);
      graph.links.fill(contents.section(Section.LINKS), count);
      graph.entries(contents.section(Section.ENTRIES).toArray(ValueLayout.JAVA_INT));
    }
  }
}
