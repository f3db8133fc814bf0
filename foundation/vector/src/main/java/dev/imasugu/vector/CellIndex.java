package dev.imasugu.vector;

import static dev.imasugu.vector.OffHeap.MEMORY;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.function.LongConsumer;

/**
 * More vectors than fit into memory: 34 bytes a vector of 128 dimensions stay there, 132 on disk.
 *
 * <p>Vectors lie in cells around centroids. A search finds the cells nearest to the query,
 * estimates the scores of their rows from one bit a component ({@link BitCodes}), and reads the
 * 8-bit codes of the best from disk. Scores are those of the 8-bit codes: off by some thousandths
 * of the vectors' norms.
 *
 * <p>Rows are fixed once built, except that they can be removed, which every search that starts
 * later respects and a restart remembers; new ones go into a {@link VectorIndex} beside it until
 * the next build. Any number of threads may search and remove. Every search throws {@link
 * IllegalStateException} once the index is closed.
 */
public final class CellIndex implements AutoCloseable {
  private static final String REMOVED = "removed";
  private static final VarHandle REMOVED_BITS = ValueLayout.JAVA_LONG.varHandle();

  /** Pages between two records that are read in one go rather than in two. */
  private static final long JOINED = 2L * Region.PAGE;

  private final CellIndexOptions options;
  private final int count;
  private final Arena arena;
  private final boolean wide;
  private final DotKernel kernel;
  private final Region[] regions;
  private final int[] firstCells;
  private final int[] firstPositions;
  private final VectorIndex centroids;
  private final float[] rotation;
  private final MemorySegment removed;
  private final Path folder;
  private final ReaderSeats<Scratch> seats;

  /**
   * How much of the index a search looks at: more finds more.
   *
   * @param cells cells whose rows are estimated, at least 1
   * @param reranked rows whose codes are read from disk, at least 1; k if it is less
   */
  public record Effort(int cells, int reranked) {
    public Effort {
      Check.range("cells", cells, 1, Integer.MAX_VALUE);
      Check.range("reranked", reranked, 1, Integer.MAX_VALUE / 8);
    }

    /** What reaches a recall@100 of about .93 among 20 million text vectors. */
    public static Effort of(int k) {
      return new Effort(128, (int) Math.min(Integer.MAX_VALUE / 8, 500 + 5L * k));
    }
  }

  /** The working memory of one search. */
  private final class Scratch {
    final float[] unit = new float[options.dimension()];
    final float[] rotated = new float[options.dimension()];
    final float[] query = new float[DotKernel.padded(options.dimension())];
    final Rotation turn = Rotation.of(options.dimension(), rotation, wide);
    final BitCodes bits = new BitCodes(options.dimension(), wide);
  }

  private CellIndex(Path folder, CellIndexBuild.Plan plan, Arena arena, boolean wide)
      throws IOException {
    this.folder = folder;
    this.options = plan.options();
    this.count = plan.count();
    this.arena = arena;
    this.wide = wide;
    int dimension = options.dimension();
    int padded = DotKernel.padded(dimension);
    this.kernel = wide ? DotKernels.forDimension(padded) : new PortableKernel(padded);
    this.rotation = Rotation.orthogonal(dimension, options.seed());
    this.regions = new Region[options.regions()];
    this.firstCells = new int[regions.length];
    this.firstPositions = new int[regions.length];
    this.centroids =
        VectorIndex.create(VectorIndexOptions.exact(dimension, Metric.INNER_PRODUCT), kernel);
    this.seats = new ReaderSeats<>(Scratch::new);
    try {
      int cell = 0;
      int position = 0;
      var centroid = new float[dimension];
      for (int i = 0; i < regions.length; i++) {
        Region region = Region.open(CellIndexBuild.region(folder, i), dimension, arena);
        regions[i] = region;
        firstCells[i] = cell;
        firstPositions[i] = position;
        for (int c = 0; c < region.cells; c++) {
          MemorySegment.copy(MEMORY, Slots.FLOAT, region.centroid(c), centroid, 0, dimension);
          centroids.put(cell++, centroid);
        }
        position = Math.addExact(position, region.positions);
      }
      this.removed = mapRemoved();
    } catch (IOException | RuntimeException e) {
      centroids.close();
      throw e;
    }
  }

  private MemorySegment mapRemoved() throws IOException {
    long bytes = Math.max(8, ((long) count + 63) / 64 * 8);
    Path file = folder.resolve(REMOVED);
    if (Files.exists(file) && Files.size(file) != bytes) {
      throw Region.refusal(file, "length: %d (expected: %d)".formatted(Files.size(file), bytes));
    }
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
    }
  }

  /**
   * Builds an index from vectors that need not fit into memory, or goes on with a build of the same
   * vectors and options that was stopped; a complete one is left as it is. On one thread.
   *
   * @param folder made if it is not there; takes up to 170 bytes a vector of 128 dimensions
   * @param progress receives how many vectors more have been handled; each is twice
   * @throws IllegalArgumentException if a vector is not finite, or if the folder holds an index of
   *     other options or another number of vectors
   */
  public static void build(
      Path folder, CellIndexOptions options, VectorSource source, LongConsumer progress)
      throws IOException {
    new CellIndexBuild(folder, options, source, DotKernels.wide(), progress).run();
  }

  /**
   * Opens a complete index. The codes on disk are compared with their checksums only by {@link
   * #verify}, everything else here.
   *
   * @throws IOException if a file is missing, cut short or altered; the message says which and how
   */
  public static CellIndex open(Path folder) throws IOException {
    return open(folder, DotKernels.wide());
  }

  static CellIndex open(Path folder, boolean wide) throws IOException {
    Path file = folder.resolve(CellIndexBuild.INDEX);
    if (!Files.exists(file)) {
      throw Region.refusal(file, "missing (expected: a complete build)");
    }
    Arena arena = Arena.ofShared();
    try {
      return new CellIndex(folder, CellIndexBuild.Plan.read(file), arena, wide);
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /** What this index was made for. */
  public CellIndexOptions options() {
    return options;
  }

  /** Rows that have not been removed. */
  public int size() {
    int gone = 0;
    for (long at = 0; at < removed.byteSize(); at += Long.BYTES) {
      gone += Long.bitCount(removed.get(ValueLayout.JAVA_LONG, at));
    }
    return count - gone;
  }

  /**
   * Memory held, beside the heap's few megabytes; what the system keeps of the files not counted.
   */
  public long bytesInMemory() {
    long bytes = centroids.bytesBesideFloats() + 4L * options.dimension() * centroids.size();
    for (Region region : regions) {
      bytes += region.memoryBytes;
    }
    return bytes + removed.byteSize();
  }

  /** Reads all codes and compares them with their checksums. */
  public void verify() throws IOException {
    try (ReaderSeats.Seat<Scratch> _ = seats.sit()) {
      for (int i = 0; i < regions.length; i++) {
        regions[i].verifyRecords(CellIndexBuild.region(folder, i));
      }
    }
  }

  /**
   * Takes a row away, for good.
   *
   * @return whether it was there
   */
  public boolean remove(int row) {
    Check.range("row", row, 0, count - 1);
    try (ReaderSeats.Seat<Scratch> _ = seats.sit()) {
      long bit = 1L << row;
      return ((long) REMOVED_BITS.getAndBitwiseOr(removed, (long) (row >>> 6) * Long.BYTES, bit)
              & bit)
          == 0;
    }
  }

  private boolean isRemoved(int row) {
    long word = (long) REMOVED_BITS.getAcquire(removed, (long) (row >>> 6) * Long.BYTES);
    return (word & 1L << row) != 0;
  }

  /** Searches among all rows with the usual effort. */
  public ScoredRows search(float[] query, int k) {
    return search(query, k, RowFilter.all(), Effort.of(k));
  }

  /**
   * The best rows found for a query among those that the filter allows.
   *
   * @param query its length is the index's dimension, every component finite
   * @param k how many rows, at least 1; fewer come back when the cells looked at hold fewer
   */
  public ScoredRows search(float[] query, int k, RowFilter filter, Effort effort) {
    Check.k(k);
    Check.length("query", query, options.dimension());
    double norm = Check.vector("query", query, 0, query.length);
    try (ReaderSeats.Seat<Scratch> seat = seats.sit()) {
      Scratch desk = seat.desk();
      double factor = options.metric() == Metric.COSINE && norm > 0 ? 1 / norm : 1;
      for (int d = 0; d < query.length; d++) {
        desk.unit[d] = (float) (query[d] * factor);
      }
      desk.turn.rotate(desk.unit, 1, desk.rotated);
      System.arraycopy(desk.rotated, 0, desk.query, 0, query.length);
      return rerank(desk, k, estimate(desk, Math.max(k, effort.reranked()), filter, effort));
    }
  }

  /** Positions of the rows with the best estimates, upwards. */
  private int[] estimate(Scratch desk, int most, RowFilter filter, Effort effort) {
    ScoredRows cells = centroids.search(desk.rotated, effort.cells());
    var best = new Best(most);
    for (int i = 0; i < cells.size(); i++) {
      int number = part(firstCells, cells.row(i));
      Region region = regions[number];
      int cell = cells.row(i) - firstCells[number];
      desk.bits.query(desk.query, region.centroid(cell));
      int end = region.start(cell + 1);
      for (int from = region.start(cell); from < end; from += Desk.BLOCK) {
        int some = Math.min(Desk.BLOCK, end - from);
        int hits =
            desk.bits.scan(
                region.signs(from),
                some,
                region.offset(from),
                region.factor(from),
                cells.score(i),
                best.threshold());
        for (int j = 0; j < hits; j++) {
          int hit = desk.bits.picked[j];
          int row = region.row(from + hit);
          if (row >= 0 && !isRemoved(row) && filter.allows(row)) {
            best.add(desk.bits.scores[hit], firstPositions[number] + from + hit);
          }
        }
      }
    }
    int[] positions = best.rows().rows();
    Arrays.sort(positions);
    return positions;
  }

  /** The part whose numbers, which begin with its first one, a number belongs to. */
  private static int part(int[] firsts, int number) {
    int at = Arrays.binarySearch(firsts, number);
    int part = at >= 0 ? at : -at - 2;
    // Empty parts share their first number with the next.
    while (part + 1 < firsts.length && firsts[part + 1] == number) {
      part++;
    }
    return part;
  }

  private ScoredRows rerank(Scratch desk, int k, int[] positions) {
    var rows = new int[positions.length];
    var addresses = new long[positions.length];
    for (int i = 0; i < positions.length; i++) {
      int number = part(firstPositions, positions[i]);
      int position = positions[i] - firstPositions[number];
      rows[i] = regions[number].row(position);
      addresses[i] = regions[number].code(position);
    }
    prefetch(addresses);
    var scores = new float[positions.length];
    kernel.rerankCodes(desk.query, addresses, positions.length, scores);
    var best = new Best(k);
    for (int i = 0; i < scores.length; i++) {
      float scale = MEMORY.get(ValueLayout.JAVA_FLOAT_UNALIGNED, addresses[i] - Region.SCALE_BYTES);
      best.add(scores[i] * scale, rows[i]);
    }
    return best.rows();
  }

  /** Lets the disk fetch all pages at once, near ones in one go. */
  private void prefetch(long[] addresses) {
    int bytes = Region.SCALE_BYTES + DotKernel.padded(options.dimension());
    for (int i = 0; i < addresses.length; ) {
      long from = addresses[i] - Region.SCALE_BYTES;
      long to = from + bytes;
      for (i++; i < addresses.length && addresses[i] >= from && addresses[i] < to + JOINED; i++) {
        to = addresses[i] - Region.SCALE_BYTES + bytes;
      }
      OffHeap.prefetch(from, to - from);
    }
  }

  /** Waits for running searches, writes removals to disk and frees the memory. */
  @Override
  public void close() {
    if (seats.close()) {
      removed.force();
      centroids.close();
      arena.close();
    }
  }
}
