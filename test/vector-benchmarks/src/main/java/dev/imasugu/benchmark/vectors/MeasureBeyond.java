package dev.imasugu.benchmark.vectors;

import dev.imasugu.vector.CellIndex;
import dev.imasugu.vector.CellIndexOptions;
import dev.imasugu.vector.Metric;
import dev.imasugu.vector.RowFilter;
import dev.imasugu.vector.ScoredRows;
import dev.imasugu.vector.VectorIndex;
import dev.imasugu.vector.VectorIndexOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The index beyond memory: build, recall against brute force, latency with codes on disk and in the
 * page cache, removals.
 *
 * <p>The first pass over the queries reads from disk what the page cache does not hold; {@code dd
 * if=FILE iflag=nocache count=0} empties it for a file.
 */
final class MeasureBeyond {
  private static final int K = 100;
  private static final int TRUTH_BLOCK = 200_000;
  private static final int[] CELLS = {32, 64, 128, 256, 512};
  private static final int[] RERANKED = {500, 1000, 2000};

  private final Path folder;
  private final GrownVectors vectors;
  private final float[][] queries;

  /** Searched before anything is timed, so that the first of the others meets compiled code. */
  private final float[][] warming;

  private final int dimension;
  private final CellIndex.Effort effort;

  private MeasureBeyond(
      Path folder, GrownVectors vectors, float[][] queries, int some, CellIndex.Effort effort) {
    this.folder = folder;
    this.vectors = vectors;
    this.queries = Arrays.copyOf(queries, some);
    this.warming = Arrays.copyOfRange(queries, some, queries.length);
    this.dimension = queries[0].length;
    this.effort = effort;
  }

  static MeasureBeyond of(Path data, Options options) throws IOException {
    int dimension = (int) options.number("dimension", Dataset.guessDimension(data));
    float[][] real = Dataset.vectors(data, "base", dimension);
    float[][] queries = Dataset.vectors(data, "query", dimension);
    int count = (int) options.number("grow", real.length);
    CellIndex.Effort usual = CellIndex.Effort.of(K);
    return new MeasureBeyond(
        options.path("folder"),
        new GrownVectors(real, count, options.number("seed", 1)),
        queries,
        (int) Math.min(queries.length, options.number("queries", 500)),
        new CellIndex.Effort(
            (int) options.number("cells", usual.cells()),
            (int) options.number("reranked", usual.reranked())));
  }

  Map<String, Object> run() throws IOException {
    var result = new LinkedHashMap<String, Object>();
    result.put("vectors", vectors.count());
    result.put("dimension", dimension);
    long cpu = CpuClock.process();
    long start = System.nanoTime();
    var progress = new Progress("build", 2L * vectors.count());
    CellIndex.build(folder, CellIndexOptions.of(dimension, Metric.COSINE), vectors, progress::step);
    progress.end();
    result.put("buildWallSeconds", (System.nanoTime() - start) / 1e9);
    result.put("buildCpuSeconds", (CpuClock.process() - cpu) / 1e9);
    System.out.println("build (of this run): " + Json.of(result));
    float[] worst = worstScores();
    Files.deleteIfExists(folder.resolve("removed"));
    start = System.nanoTime();
    try (CellIndex index = CellIndex.open(folder)) {
      result.put("openSeconds", (System.nanoTime() - start) / 1e9);
      result.put("bytesInMemory", index.bytesInMemory());
      result.put("effort", effort.toString());
      for (float[] query : warming) {
        index.search(query, K, RowFilter.all(), effort);
      }
      result.put("firstPass", pass(index, effort, worst));
      result.put("secondPass", pass(index, effort, worst));
      result.put("memoryOfProcess", status("RssAnon"));
      result.put("grid(cells,reranked,recall,qps,p99Millis)", grid(index, worst));
      result.put("removedButFound", removedButFound(index));
    }
    return result;
  }

  /** Recall, and wall time of each search. */
  private Map<String, Object> pass(CellIndex index, CellIndex.Effort how, float[] worst)
      throws IOException {
    var millis = new double[queries.length];
    var found = new ScoredRows[queries.length];
    long read = io("read_bytes");
    long cpu = CpuClock.thread();
    for (int q = 0; q < queries.length; q++) {
      long start = System.nanoTime();
      found[q] = index.search(queries[q], K, RowFilter.all(), how);
      millis[q] = (System.nanoTime() - start) / 1e6;
    }
    double qps = queries.length / ((CpuClock.thread() - cpu) / 1e9);
    long bytes = io("read_bytes") - read;
    Arrays.sort(millis);
    var result = new LinkedHashMap<String, Object>();
    result.put("recall@100", recall(found, worst));
    result.put("queriesPerCpuSecond", qps);
    result.put("p50Millis", millis[millis.length / 2]);
    result.put("p99Millis", millis[(int) (millis.length * 0.99)]);
    result.put("diskBytesPerQuery", bytes / queries.length);
    System.out.println(how + ": " + Json.of(result));
    return result;
  }

  private List<List<Object>> grid(CellIndex index, float[] worst) throws IOException {
    var grid = new ArrayList<List<Object>>();
    for (int cells : CELLS) {
      for (int reranked : RERANKED) {
        Map<String, Object> one = pass(index, new CellIndex.Effort(cells, reranked), worst);
        grid.add(
            List.of(
                cells,
                reranked,
                one.getOrDefault("recall@100", 0),
                one.getOrDefault("queriesPerCpuSecond", 0),
                one.getOrDefault("p99Millis", 0)));
      }
    }
    return grid;
  }

  /** Removes each query's best row and searches again at once. */
  private int removedButFound(CellIndex index) {
    int found = 0;
    for (float[] query : queries) {
      int best = index.search(query, K).row(0);
      index.remove(best);
      for (int row : index.search(query, K).rows()) {
        found += row == best ? 1 : 0;
      }
    }
    return found;
  }

  private double recall(ScoredRows[] found, float[] worst) {
    double hits = 0;
    for (int q = 0; q < queries.length; q++) {
      for (int row : found[q].rows()) {
        if (Dataset.dot(queries[q], vectors.vector(row)) >= worst[q] - Dataset.TIE) {
          hits++;
        }
      }
    }
    return hits / queries.length / K;
  }

  /** The score of each query's 100th best row, by brute force; kept beside the index. */
  private float[] worstScores() throws IOException {
    Path file = folder.resolve("truth-" + queries.length);
    var worst = new float[queries.length];
    if (Files.exists(file)) {
      ByteBuffer.wrap(Files.readAllBytes(file)).asFloatBuffer().get(worst);
      return worst;
    }
    var best = new float[queries.length][K];
    for (float[] scores : best) {
      Arrays.fill(scores, Float.NEGATIVE_INFINITY);
    }
    var progress = new Progress("truth", vectors.count());
    for (int from = 0; from < vectors.count(); from += TRUTH_BLOCK) {
      int some = Math.min(TRUTH_BLOCK, vectors.count() - from);
      var rows = new int[some];
      Arrays.setAll(rows, i -> i);
      var flat = new float[some * dimension];
      vectors.read(from, some, flat);
      try (var block =
          VectorIndex.create(VectorIndexOptions.exact(dimension, Metric.INNER_PRODUCT))) {
        block.putAll(rows, flat, 1);
        ScoredRows[] found = block.searchAll(queries, K);
        for (int q = 0; q < found.length; q++) {
          merge(best[q], found[q]);
        }
      }
      progress.step(some);
    }
    progress.end();
    ByteBuffer bytes = ByteBuffer.allocate(4 * worst.length);
    for (int q = 0; q < worst.length; q++) {
      worst[q] = best[q][0];
      bytes.putFloat(worst[q]);
    }
    Files.write(file, bytes.array());
    return worst;
  }

  /** Keeps the best scores, upwards. */
  private static void merge(float[] best, ScoredRows more) {
    float[] all = Arrays.copyOf(best, best.length + more.size());
    for (int i = 0; i < more.size(); i++) {
      all[best.length + i] = more.score(i);
    }
    Arrays.sort(all);
    System.arraycopy(all, more.size(), best, 0, best.length);
  }

  private static long io(String name) throws IOException {
    return number(Path.of("/proc/self/io"), name);
  }

  private static String status(String name) throws IOException {
    return number(Path.of("/proc/self/status"), name) + " kB";
  }

  private static long number(Path file, String name) throws IOException {
    if (!Files.exists(file)) {
      return 0;
    }
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith(name + ":")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    return 0;
  }
}
