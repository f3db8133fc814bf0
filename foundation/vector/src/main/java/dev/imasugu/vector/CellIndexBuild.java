package dev.imasugu.vector;

import static dev.imasugu.vector.OffHeap.MEMORY;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;
import java.util.zip.CRC32C;

/*
 * Builds a CellIndex in three steps, each of which a later run takes up where an earlier one was stopped.
 *
 *   plan    centroids of the regions, from a sample              -> plan
 *   route   every vector, once, in order: rotated, coded, appended to
 *           the part of its nearest region                       -> part-017 ..., routed
 *   region  each part by itself: its own centroids, rows sorted by
 *           cell, signs; then the part is deleted                -> region-017 ...
 *
 * and at last the plan is renamed to `index`. Reading and writing are in order throughout but for the
 * inside of one region, so time and disk grow with the number of vectors and memory does not. `routed` notes, every
 * million vectors, how many are in and how long each part was; what was appended later is cut off when
 * resuming.
 */
final class CellIndexBuild {
  static final String PLAN = "plan";
  static final String INDEX = "index";
  private static final String ROUTED = "routed";
  private static final long MAGIC = 0x3149_4C43_4753_4D49L;
  private static final int FORMAT = 1;
  private static final int PLAN_HEADER = 48;
  private static final int BLOCK = 4096;
  private static final int BLOCKS_PER_MARK = 256;
  private static final int SAMPLE_PER_REGION = 64;
  private static final int BUFFER = 1 << 16;

  private final Path folder;
  private final CellIndexOptions options;
  private final VectorSource source;
  private final LongConsumer progress;
  private final boolean wide;
  private final int dimension;
  private final int padded;
  private final Rotation rotation;

  CellIndexBuild(
      Path folder, CellIndexOptions options, VectorSource source, boolean wide, LongConsumer done) {
    this.folder = folder;
    this.options = options;
    this.source = source;
    this.progress = done;
    this.wide = wide;
    this.dimension = options.dimension();
    this.padded = DotKernel.padded(dimension);
    this.rotation = Rotation.of(dimension, options.seed(), wide);
  }

  void run() throws IOException {
    if (Files.exists(folder.resolve(INDEX))) {
      Plan known = Plan.read(folder.resolve(INDEX));
      known.expect(folder, options, source.count());
      return;
    }
    Files.createDirectories(folder);
    Path planned = folder.resolve(PLAN);
    if (!Files.exists(planned)) {
      new Plan(options, source.count(), trainRegions()).write(planned);
    }
    Plan plan = Plan.read(planned);
    plan.expect(folder, options, source.count());
    var router = new Router(plan.centroids);
    router.run();
    for (int region = 0; region < options.regions(); region++) {
      if (!Files.exists(region(folder, region))) {
        buildRegion(region);
      }
      progress.accept(router.lengths[region] / partBytes());
      Files.deleteIfExists(part(region));
    }
    Files.deleteIfExists(folder.resolve(ROUTED));
    Files.move(planned, folder.resolve(INDEX), StandardCopyOption.ATOMIC_MOVE);
  }

  static Path region(Path folder, int region) {
    return folder.resolve("region-%04d".formatted(region));
  }

  /** Of a part: a row, a scale and a code for each vector. */
  private int partBytes() {
    return 8 + padded;
  }

  private Path part(int region) {
    return folder.resolve("part-%04d".formatted(region));
  }

  /** What a build was asked for, and the centroids of its regions. */
  static final class Plan {
    private final CellIndexOptions options;
    private final int count;
    private final float[] centroids;

    Plan(CellIndexOptions options, int count, float[] centroids) {
      this.options = options;
      this.count = count;
      this.centroids = centroids;
    }

    CellIndexOptions options() {
      return options;
    }

    int count() {
      return count;
    }

    void write(Path file) throws IOException {
      var array = new byte[PLAN_HEADER + 4 * centroids.length + 8];
      ByteBuffer bytes = ByteBuffer.wrap(array);
      bytes.order(ByteOrder.LITTLE_ENDIAN).putLong(MAGIC).putInt(FORMAT);
      bytes.putInt(options.dimension()).putInt(IndexFile.code(options.metric()));
      bytes.putInt(options.regions()).putInt(options.rowsPerCell()).putLong(options.seed());
      bytes.putInt(count).position(PLAN_HEADER);
      bytes.asFloatBuffer().put(centroids);
      writeChecked(file, array);
    }

    static Plan read(Path file) throws IOException {
      ByteBuffer bytes = readChecked(file);
      if (bytes.getLong(0) != MAGIC) {
        throw Region.refusal(file, "first bytes: not those of an index beyond memory");
      }
      if (bytes.getInt(8) != FORMAT) {
        throw Region.refusal(file, "format: %d (expected: %d)".formatted(bytes.getInt(8), FORMAT));
      }
      bytes.position(12);
      var options =
          new CellIndexOptions(
              bytes.getInt(),
              IndexFile.metric(bytes.getInt()),
              bytes.getInt(),
              bytes.getInt(),
              bytes.getLong());
      int count = bytes.getInt();
      var centroids = new float[options.regions() * options.dimension()];
      bytes.position(PLAN_HEADER);
      bytes.asFloatBuffer().get(centroids);
      return new Plan(options, count, centroids);
    }

    private void expect(Path folder, CellIndexOptions wanted, int wantedCount) {
      if (!options.equals(wanted) || count != wantedCount) {
        throw new IllegalArgumentException(
            "folder %s: holds %,d vectors, %s (expected: %,d, %s)"
                .formatted(folder, count, options, wantedCount, wanted));
      }
    }
  }

  /** Writes bytes in one step, the last 8 of them their CRC-32C. */
  private static void writeChecked(Path file, byte[] array) throws IOException {
    var checksum = new CRC32C();
    int length = array.length - 8;
    checksum.update(array, 0, length);
    ByteBuffer bytes = ByteBuffer.wrap(array).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(length, checksum.getValue());
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    try (FileChannel channel =
        FileChannel.open(
            partial,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static ByteBuffer readChecked(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    var checksum = new CRC32C();
    int length = bytes.capacity() - 8;
    if (length < 8) {
      throw Region.refusal(file, "length: %d (expected: more)".formatted(bytes.capacity()));
    }
    checksum.update(bytes.array(), 0, length);
    if (checksum.getValue() != bytes.getLong(length)) {
      throw Region.refusal(file, "wrong checksum (altered)");
    }
    return bytes;
  }

  /** Reads, checks and rotates vectors; with the cosine they get unit length. */
  private void read(int first, int count, float[] raw, float[] rotated) throws IOException {
    source.read(first, count, raw);
    for (int i = 0; i < count; i++) {
      double norm = Check.vector("vectors", raw, i * dimension, dimension);
      if (options.metric() == Metric.COSINE && norm > 0) {
        for (int d = i * dimension; d < (i + 1) * dimension; d++) {
          raw[d] = (float) (raw[d] / norm);
        }
      }
    }
    rotation.rotate(raw, count, rotated);
  }

  private float[] trainRegions() throws IOException {
    int regions = options.regions();
    int count = source.count();
    int size = (int) Math.min(count, (long) regions * SAMPLE_PER_REGION);
    var raw = new float[dimension];
    var one = new float[dimension];
    var sample = new float[Math.max(size, regions) * dimension];
    for (int i = 0; i < size; i++) {
      read((int) ((long) i * count / size), 1, raw, one);
      System.arraycopy(one, 0, sample, i * dimension, dimension);
    }
    int trained = Math.min(regions, size);
    float[] centroids =
        trained == 0
            ? new float[0]
            : Centroids.train(sample, size, trained, dimension, wide, random(-1));
    // With fewer vectors than regions the last ones stay empty: their centroids lie out of reach.
    float[] all = Arrays.copyOf(centroids, regions * dimension);
    Arrays.fill(all, centroids.length, all.length, 1e15f);
    return all;
  }

  private SplittableRandom random(int region) {
    return new SplittableRandom(options.seed() * 31 + region);
  }

  /** The second step. */
  private final class Router {
    private final Centroids regions;
    private final ByteBuffer[] buffers = new ByteBuffer[options.regions()];
    private final FileChannel[] parts = new FileChannel[options.regions()];
    private final long[] lengths = new long[options.regions()];
    private int routed;

    Router(float[] centroids) {
      regions = new Centroids(centroids, options.regions(), dimension, wide);
      Arrays.setAll(buffers, _ -> ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.LITTLE_ENDIAN));
    }

    void run() throws IOException {
      resume();
      progress.accept(routed);
      if (routed > 0 && routed == source.count()) {
        return;
      }
      try {
        for (int region = 0; region < parts.length; region++) {
          parts[region] =
              FileChannel.open(part(region), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          parts[region].truncate(lengths[region]);
          parts[region].position(lengths[region]);
        }
        route();
      } finally {
        for (FileChannel part : parts) {
          if (part != null) {
            part.close();
          }
        }
      }
    }

    private void resume() throws IOException {
      Path mark = folder.resolve(ROUTED);
      if (Files.exists(mark)) {
        ByteBuffer bytes = readChecked(mark);
        routed = bytes.getInt();
        for (int region = 0; region < lengths.length; region++) {
          lengths[region] = bytes.getLong();
        }
      }
    }

    private void mark() throws IOException {
      var array = new byte[4 + 8 * lengths.length + 8];
      ByteBuffer bytes = ByteBuffer.wrap(array);
      bytes.order(ByteOrder.LITTLE_ENDIAN).putInt(routed);
      for (int region = 0; region < parts.length; region++) {
        flush(region);
        parts[region].force(false);
        lengths[region] = parts[region].position();
        bytes.putLong(lengths[region]);
      }
      writeChecked(folder.resolve(ROUTED), array);
    }

    private void route() throws IOException {
      var raw = new float[BLOCK * dimension];
      var rotated = new float[BLOCK * dimension];
      var nearest = new int[BLOCK];
      var code = new byte[padded];
      for (int blocks = 1; routed < source.count(); blocks++) {
        int count = Math.min(BLOCK, source.count() - routed);
        read(routed, count, raw, rotated);
        regions.nearest(rotated, count, nearest);
        for (int i = 0; i < count; i++) {
          float scale = code(rotated, i * dimension, code);
          ByteBuffer buffer = buffers[nearest[i]];
          if (buffer.remaining() < partBytes()) {
            flush(nearest[i]);
          }
          buffer.putInt(routed + i).putFloat(scale).put(code);
        }
        routed += count;
        progress.accept(count);
        if (blocks % BLOCKS_PER_MARK == 0 || routed == source.count()) {
          mark();
        }
      }
    }

    private void flush(int region) throws IOException {
      ByteBuffer buffer = buffers[region].flip();
      while (buffer.hasRemaining()) {
        parts[region].write(buffer);
      }
      buffer.clear();
    }

    /** Rounds a vector to 8 bits a component and returns their scale. */
    private float code(float[] vectors, int from, byte[] code) {
      float max = 0;
      for (int d = 0; d < dimension; d++) {
        max = Math.max(max, Math.abs(vectors[from + d]));
      }
      float scale = max / Byte.MAX_VALUE;
      float inverse = 1 / scale;
      if (!Float.isFinite(inverse)) {
        scale = 0;
        inverse = 0;
      }
      for (int d = 0; d < dimension; d++) {
        code[d] = (byte) Math.round(vectors[from + d] * inverse);
      }
      return scale;
    }
  }

  /** The third step: one region, written beside its name and then renamed. */
  private void buildRegion(int number) throws IOException {
    byte[] part = Files.readAllBytes(part(number));
    int stride = partBytes();
    int count = part.length / stride;
    ByteBuffer records = ByteBuffer.wrap(part).order(ByteOrder.LITTLE_ENDIAN);
    var vectors = new float[count * dimension];
    for (int i = 0; i < count; i++) {
      float scale = records.getFloat(i * stride + 4);
      for (int d = 0; d < dimension; d++) {
        vectors[i * dimension + d] = part[i * stride + 8 + d] * scale;
      }
    }
    int cells = Math.ceilDiv(count, options.rowsPerCell());
    float[] centroids =
        count == 0
            ? new float[0]
            : Centroids.train(vectors, count, cells, dimension, wide, random(number));
    var cellOf = new int[count];
    new Centroids(centroids, cells, dimension, wide).nearest(vectors, count, cellOf);
    var starts = new int[cells + 1];
    for (int cell : cellOf) {
      starts[cell + 1]++;
    }
    for (int cell = 0; cell < cells; cell++) {
      starts[cell + 1] =
          starts[cell] + (starts[cell + 1] + BitCodes.ROWS - 1) / BitCodes.ROWS * BitCodes.ROWS;
    }
    Path partial = folder.resolve("region.partial");
    try (Arena arena = Arena.ofConfined()) {
      Region region = Region.create(partial, dimension, cells, starts[cells], arena);
      for (int cell = 0; cell < cells; cell++) {
        region.start(cell, starts[cell]);
        for (int d = 0; d < dimension; d++) {
          MEMORY.set(Slots.FLOAT, region.centroid(cell) + 4L * d, centroids[cell * dimension + d]);
        }
      }
      region.start(cells, starts[cells]);
      int[] next = starts.clone();
      var residual = new float[padded];
      for (int i = 0; i < count; i++) {
        int cell = cellOf[i];
        put(
            region,
            next[cell]++,
            records.getInt(i * stride),
            vectors,
            i * dimension,
            centroids,
            cell * dimension,
            residual);
        long code = region.code(next[cell] - 1);
        for (int b = 0; b < padded; b++) {
          MEMORY.set(ValueLayout.JAVA_BYTE, code + b, part[i * stride + 8 + b]);
        }
        MEMORY.set(
            ValueLayout.JAVA_FLOAT_UNALIGNED,
            code - Region.SCALE_BYTES,
            records.getFloat(i * stride + 4));
      }
      for (int cell = 0; cell < cells; cell++) {
        for (int position = next[cell]; position < starts[cell + 1]; position++) {
          region.vacate(position);
        }
      }
      region.seal(dimension);
    }
    try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(partial, region(folder, number), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Puts what a search needs to estimate a row's score; see {@link BitCodes}. */
  private void put(
      Region region,
      int position,
      int row,
      float[] vectors,
      int at,
      float[] centroids,
      int centroid,
      float[] residual) {
    double squares = 0;
    double sum = 0;
    double inner = 0;
    for (int d = 0; d < dimension; d++) {
      float left = vectors[at + d] - centroids[centroid + d];
      residual[d] = left;
      squares += (double) left * left;
      sum += Math.abs(left);
      inner += (double) left * centroids[centroid + d];
    }
    float factor = sum == 0 ? 0 : (float) (squares / sum);
    region.put(position, row, (float) inner, factor, residual);
  }
}
