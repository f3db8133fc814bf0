package dev.imasugu.vector;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Vectors by row, searched by inner product or cosine: exactly, through a graph, or many queries at
 * once.
 *
 * <p>Rows are the caller's ints from 0 up; they should lie close together, as an entry of 4 bytes
 * is kept for each in a page of 4,096. Any number of threads may search while one writes; searches
 * take no lock and never wait, writers wait for each other. A put is seen by every search that
 * starts after it returned, and a removed row by none. Memory lies outside the heap until {@link
 * #close()}.
 *
 * <p>Every search throws {@link IllegalStateException} once the index is closed.
 */
public final class VectorIndex implements AutoCloseable {
  private final VectorIndexOptions options;
  private final Arena arena;
  private final Slots slots;
  private final DotKernel kernel;
  private final @Nullable Graph graph;
  private final Graph.@Nullable Builder builder;
  private final Scan scan;
  private final Planner planner;
  private final ReaderSeats<Desk> seats;
  private final boolean unit;
  private final boolean wide;

  /** Guarded by the monitor of this index: only writers touch them. */
  private final CodedVector coded;

  private final IntList unlinked = new IntList();
  private final ArrayDeque<Retired> retired = new ArrayDeque<>();

  /** True while a bulk load has filled slots that the graph does not reach yet. */
  private volatile boolean linking;

  private record Retired(int slot, long epoch) {}

  VectorIndex(VectorIndexOptions options, Arena arena, DotKernel kernel, LongSupplier nanos) {
    this.options = options;
    this.arena = arena;
    this.kernel = kernel;
    this.wide = !(kernel instanceof PortableKernel);
    this.slots = new Slots(arena, options.dimension());
    this.graph = options.hasGraph() ? new Graph(slots, kernel, options, arena) : null;
    this.builder = graph == null ? null : graph.new Builder();
    this.scan = new Scan(slots, kernel);
    this.planner = new Planner(slots, kernel, options, nanos);
    this.seats = new ReaderSeats<>(this::furnish);
    this.unit = options.metric() == Metric.COSINE;
    this.coded = new CodedVector(options.dimension());
  }

  private Desk furnish() {
    Graph known = graph;
    return new Desk(
        slots, kernel, known == null ? null : new Walk(slots, kernel, known.links, known.degree()));
  }

  /** Makes an empty index. */
  public static VectorIndex create(VectorIndexOptions options) {
    return create(options, DotKernels.forDimension(DotKernel.padded(options.dimension())));
  }

  static VectorIndex create(VectorIndexOptions options, DotKernel kernel) {
    return new VectorIndex(options, Arena.ofShared(), kernel, System::nanoTime);
  }

  /**
   * Opens a saved index. Its float vectors stay in the file, which must not be changed while the
   * index is open; {@link #save} replaces files without changing them.
   *
   * @throws IOException if the file cannot be read, is cut short or was altered; the message says
   *     what is wrong with it
   */
  public static VectorIndex open(Path file) throws IOException {
    Arena arena = Arena.ofShared();
    try {
      MemorySegment mapped = IndexFile.map(file, arena);
      IndexFile.Contents contents = IndexFile.check(file, mapped);
      VectorIndexOptions options = contents.options();
      DotKernel kernel = DotKernels.forDimension(DotKernel.padded(options.dimension()));
      var index = new VectorIndex(options, arena, kernel, System::nanoTime);
      IndexFile.load(contents, index.slots, index.graph, Files.isWritable(file));
      return index;
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /**
   * Saves the index in one file, replacing it in one step: whatever happens, the file is the old
   * one or the new one. Searches go on meanwhile, writers wait.
   */
  public synchronized void save(Path file) throws IOException {
    requireOpen();
    IndexFile.save(file, options, slots, graph);
  }

  /** What this index was made for. */
  public VectorIndexOptions options() {
    return options;
  }

  /** Rows that have a vector. */
  public int size() {
    return slots.live();
  }

  /** Whether the row has a vector. */
  public boolean contains(int row) {
    return row >= 0 && slots.slot(row) >= 0;
  }

  /** Memory held beside the float vectors: codes, links, bounds and row tables. */
  public long bytesBesideFloats() {
    Graph known = graph;
    return slots.bytesBesideFloats() + (known == null ? 0 : known.links.bytes());
  }

  // Writing.

  /**
   * Gives a row its vector, in the place of any it had.
   *
   * @param row at least 0
   * @param vector copied; its length is the index's dimension, every component finite
   */
  public synchronized void put(int row, float[] vector) {
    Check.row(row);
    Check.length("vector", vector, options.dimension());
    coded.set(vector, 0, Check.vector("vector", vector, 0, vector.length), unit);
    requireOpen();
    slots.beginWrite();
    try {
      int slot = slots.reserve();
      slots.write(slot, row, coded);
      Graph known = graph;
      Graph.Builder linker = builder;
      if (known != null && linker != null) {
        known.reserve(slot);
        slots.enliven(slot);
        linker.link(slot);
        known.offerEntry(slot);
      } else {
        slots.enliven(slot);
      }
      bury(slots.point(row, slot));
    } finally {
      slots.endWrite();
    }
    tidy();
  }

  /**
   * Gives many rows their vectors, linking them on several threads. Until it returns, searches
   * scan.
   *
   * @param rows each at least 0; of a row named twice the last vector stays
   * @param vectors row-major, shape [rows.length, dimension]
   * @param threads how many threads link, at least 1
   */
  public synchronized void putAll(int[] rows, float[] vectors, int threads) {
    Check.range("threads", threads, 1, 1024);
    int dimension = options.dimension();
    if (vectors.length != (long) rows.length * dimension) {
      throw new IllegalArgumentException(
          "vectors.length: %d (expected: %d, rows.length * dimension)"
              .formatted(vectors.length, (long) rows.length * dimension));
    }
    for (int i = 0; i < rows.length; i++) {
      Check.row(rows[i]);
      Check.vector("vectors", vectors, i * dimension, dimension);
    }
    requireOpen();
    linking = true;
    slots.beginWrite();
    try {
      var added = new int[rows.length];
      for (int i = 0; i < rows.length; i++) {
        double norm = Check.vector("vectors", vectors, i * dimension, dimension);
        coded.set(vectors, i * dimension, norm, unit);
        added[i] = slots.reserve();
        slots.write(added[i], rows[i], coded);
        Graph known = graph;
        if (known != null) {
          known.reserve(added[i]);
        }
      }
      for (int i = 0; i < rows.length; i++) {
        slots.enliven(added[i]);
        bury(slots.point(rows[i], added[i]));
      }
      if (graph != null) {
        new BulkLinks(graph).link(added, threads);
      }
      if (builder != null) {
        builder.connect();
      }
      // If linking failed, searches go on scanning.
      linking = false;
    } finally {
      slots.endWrite();
    }
    tidy();
  }

  /**
   * Takes a row's vector away.
   *
   * @return whether there was one
   */
  public synchronized boolean remove(int row) {
    Check.row(row);
    requireOpen();
    if (slots.slot(row) < 0) {
      return false;
    }
    slots.beginWrite();
    try {
      bury(slots.point(row, -1));
    } finally {
      slots.endWrite();
    }
    tidy();
    return true;
  }

  private void bury(int slot) {
    if (slot < 0) {
      return;
    }
    slots.kill(slot);
    Graph known = graph;
    if (known != null) {
      known.die(slot);
    } else {
      unlinked.add(slot);
    }
  }

  /** A little cleaning after each write; see {@link Graph} and {@link ReaderSeats}. */
  private void tidy() {
    Graph known = graph;
    Graph.Builder mender = builder;
    if (known != null && mender != null) {
      known.sweep(mender, unlinked);
      known.connectIfDue(mender);
    }
    if (unlinked.size() > 0) {
      long epoch = seats.turn();
      for (int i = 0; i < unlinked.size(); i++) {
        retired.add(new Retired(unlinked.at(i), epoch));
      }
      unlinked.clear();
    }
    while (!retired.isEmpty() && seats.haveLeft(retired.getFirst().epoch())) {
      slots.release(retired.removeFirst().slot());
    }
  }

  private void requireOpen() {
    if (seats.isClosed()) {
      throw new IllegalStateException("index: closed (expected: open)");
    }
  }

  // Searching.

  /** Searches among all rows; see {@link #search(float[], int, RowFilter)}. */
  public ScoredRows search(float[] query, int k) {
    return search(query, k, RowFilter.all());
  }

  /**
   * The best rows for a query among those that the filter allows, in the way that costs least.
   *
   * @param query its length is the index's dimension, every component finite; may be zero
   * @param k how many rows, at least 1; fewer come back when fewer are there
   */
  public ScoredRows search(float[] query, int k, RowFilter filter) {
    return search(query, k, filter, null);
  }

  /** Searches in a given way; a walk in an index without a graph scans instead. */
  public ScoredRows search(float[] query, int k, RowFilter filter, @Nullable SearchPlan plan) {
    Check.k(k);
    Check.length("query", query, options.dimension());
    double norm = Check.vector("query", query, 0, query.length);
    try (ReaderSeats.Seat<Desk> seat = seats.sit()) {
      Desk desk = seat.desk();
      int version = slots.version() & ~1;
      int most = Math.min(k, slots.limit());
      if (most == 0) {
        return ScoredRows.NONE;
      }
      desk.query.set(query, 0, norm, unit);
      if (desk.query.isZero()) {
        return firstRows(k, filter);
      }
      desk.candidates.begin(most);
      SearchPlan how = plan == null ? planner.choose(most, filter, !linking) : plan;
      switch (how) {
        case SearchPlan.ScanAll() -> scan.all(desk, filter, version);
        case SearchPlan.ScanAllowed() -> {
          // Rows put since the limit was read are found too, and must not take others' places.
          desk.candidates.begin(k);
          scanAllowed(desk, filter, version);
        }
        case SearchPlan.WalkGraph(int beamWidth) -> {
          int found = walk(desk, filter, version, beamWidth, most);
          if (plan == null && found < Math.min(most, slots.live())) {
            // The filter allows fewer than it seemed to; nobody should get less than there is.
            desk.candidates.begin(most);
            scan.all(desk, filter, version);
          }
        }
      }
      return desk.candidates.best();
    }
  }

  private void scanAllowed(Desk desk, RowFilter filter, int version) {
    if (filter instanceof RowFilter.Only(var rows)) {
      scan.allowed(desk, rows);
    } else {
      scan.all(desk, filter, version);
    }
  }

  /** Returns how many visible, allowed rows the walk found. */
  private int walk(Desk desk, RowFilter filter, int version, int beamWidth, int k) {
    Graph known = graph;
    Walk walk = desk.walk;
    if (known == null || walk == null || linking) {
      scan.all(desk, filter, version);
      return Integer.MAX_VALUE;
    }
    walk.run(desk.query.codes, 0, beamWidth, slots.limit(), known.entries());
    planner.learn(beamWidth, walk.scored());
    desk.candidates.beginLikely(k);
    int found = 0;
    for (int i = 0; i < walk.size(); i++) {
      int slot = walk.slot(i);
      if (slots.isVisible(slot, version) && filter.allows(slots.row(slot))) {
        desk.candidates.addScored(slot, walk.score(i));
        found++;
      }
    }
    return found;
  }

  /** Everything scores 0 against a zero query, so the first rows are the best. */
  private ScoredRows firstRows(int k, RowFilter filter) {
    var rows = new IntList();
    for (long row = 0; row < slots.rowLimit() && rows.size() < k; row++) {
      if (slots.slot((int) row) >= 0 && filter.allows((int) row)) {
        rows.add((int) row);
      }
    }
    return new ScoredRows(rows.toArray(), new float[rows.size()]);
  }

  /**
   * The best rows for each of many queries, all at once and exactly: a blocked matrix product, for
   * the nightly run over all users. About as fast as the processor can multiply.
   *
   * @param queries each of the index's dimension, every component finite
   * @param k how many rows each, at least 1
   * @return one answer per query, in their order
   */
  public ScoredRows[] searchAll(float[][] queries, int k) {
    Check.k(k);
    var prepared = new float[queries.length][];
    for (int i = 0; i < queries.length; i++) {
      String name = "queries[" + i + "]";
      Check.length(name, queries[i], options.dimension());
      double norm = Check.vector(name, queries[i], 0, queries[i].length);
      prepared[i] = unit ? scaled(queries[i], norm) : queries[i];
    }
    try (ReaderSeats.Seat<Desk> _ = seats.sit()) {
      int version = slots.version() & ~1;
      int most = Math.max(1, Math.min(k, slots.limit()));
      return new BatchProduct(slots, wide).search(prepared, most, version);
    }
  }

  private static float[] scaled(float[] query, double norm) {
    var unit = new float[query.length];
    double factor = norm > 0 ? 1 / norm : 0;
    for (int i = 0; i < query.length; i++) {
      unit[i] = (float) (query[i] * factor);
    }
    return unit;
  }

  /** Says how a search would be answered and what the other ways would cost. */
  public Explanation explain(int k, RowFilter filter) {
    Check.k(k);
    try (ReaderSeats.Seat<Desk> _ = seats.sit()) {
      return planner.explain(Math.min(k, Math.max(1, slots.limit())), filter, !linking);
    }
  }

  // Life.

  /** Waits for running searches and frees the memory. Closing twice does nothing. */
  @Override
  public synchronized void close() {
    if (seats.close()) {
      arena.close();
    }
  }
}
