package dev.imasugu.benchmark.vectors;

import dev.imasugu.vector.Metric;
import dev.imasugu.vector.RowFilter;
import dev.imasugu.vector.ScoredRows;
import dev.imasugu.vector.SearchPlan;
import dev.imasugu.vector.VectorIndex;
import dev.imasugu.vector.VectorIndexOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Insert : delete : search 1 : 1 : 4 for a million operations, checked against brute force and
 * against a fresh build of the same rows; then searches beside a writer that never rests.
 */
final class MeasureStream {
  private static final int K = 100;
  private static final int LIVE = 50_000;
  private static final int CHECKS = 5;
  private static final int CHECK_QUERIES = 200;
  private static final int BEAM = 150;

  private final Dataset dataset;
  private final SplittableRandom random;
  private final VectorIndexOptions options;

  /** Live rows by place, and how many; row r holds vector r % base.length. */
  private final int[] live = new int[LIVE];

  private int nextRow;

  MeasureStream(Dataset dataset, long seed) {
    this.dataset = dataset;
    this.random = new SplittableRandom(seed);
    this.options = VectorIndexOptions.graph(dataset.dimension(), Metric.COSINE);
  }

  private float[] vector(int row) {
    return dataset.base()[row % dataset.base().length];
  }

  Map<String, Object> run(int operations) {
    var result = new LinkedHashMap<String, Object>();
    var checks = new ArrayList<List<Object>>();
    double worst = 1;
    long bytesAtStart;
    long bytesAtEnd;
    try (var index = VectorIndex.create(options)) {
      for (int place = 0; place < LIVE; place++) {
        live[place] = nextRow;
        index.put(nextRow, vector(nextRow++));
      }
      bytesAtStart = index.bytesBesideFloats();
      var progress = new Progress("stream", operations);
      long cpu = CpuClock.thread();
      int interval = operations / CHECKS;
      for (int done = 0; done < operations; done += 6) {
        int place = random.nextInt(LIVE);
        index.remove(live[place]);
        live[place] = nextRow;
        index.put(nextRow, vector(nextRow++));
        for (int i = 0; i < 4; i++) {
          index.search(query(), K, RowFilter.all(), new SearchPlan.WalkGraph(BEAM));
        }
        progress.step(6);
        if ((done + 6) / interval > done / interval) {
          double[] recalls = check(index);
          checks.add(List.of(done + 6, recalls[0], recalls[1], index.bytesBesideFloats()));
          worst = Math.min(worst, recalls[0] / recalls[1]);
        }
      }
      progress.end();
      result.put("cpuMicrosPerOperation", (CpuClock.thread() - cpu) / 1e3 / operations);
      bytesAtEnd = index.bytesBesideFloats();
      result.put("worstShareOfFreshRecall", worst);
      result.put("bytesGrowth", bytesAtEnd / (double) bytesAtStart);
      result.put("checks(operations,recall,fresh,bytes)", checks);
      latency(index, result);
    }
    System.out.println("stream: " + Json.of(result));
    return result;
  }

  private float[] query() {
    return dataset.queries()[random.nextInt(dataset.queries().length)];
  }

  /** Recall of the streamed index and of a fresh one, against brute force. */
  private double[] check(VectorIndex index) {
    var flat = new float[LIVE * dataset.dimension()];
    for (int place = 0; place < LIVE; place++) {
      System.arraycopy(
          vector(live[place]), 0, flat, place * dataset.dimension(), dataset.dimension());
    }
    try (var fresh = VectorIndex.create(options)) {
      fresh.putAll(live.clone(), flat, 1);
      float[][] queries = Arrays.copyOf(dataset.queries(), CHECK_QUERIES);
      ScoredRows[] truth = fresh.searchAll(queries, K);
      return new double[] {recall(index, queries, truth), recall(fresh, queries, truth)};
    }
  }

  private static double recall(VectorIndex index, float[][] queries, ScoredRows[] truth) {
    double hits = 0;
    for (int q = 0; q < queries.length; q++) {
      ScoredRows found =
          index.search(queries[q], K, RowFilter.all(), new SearchPlan.WalkGraph(BEAM));
      float worst = truth[q].score(truth[q].size() - 1);
      for (int i = 0; i < found.size(); i++) {
        hits += found.score(i) >= worst - 1e-6 ? 1 : 0;
      }
    }
    return hits / queries.length / K;
  }

  private void latency(VectorIndex index, Map<String, Object> result) {
    int searches = 20_000;
    double rest = p99Micros(index, searches);
    var done = new AtomicBoolean();
    var writer =
        new Thread(
            () -> {
              var mine = new SplittableRandom(7);
              while (!done.get()) {
                int place = mine.nextInt(LIVE);
                index.remove(live[place]);
                live[place] = nextRow;
                index.put(nextRow, vector(nextRow++));
              }
            },
            "writer");
    writer.start();
    double busy = p99Micros(index, searches);
    done.set(true);
    try {
      writer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    result.put("p99MicrosAtRest", rest);
    result.put("p99MicrosBesideWriter", busy);
    result.put("p99Ratio", busy / rest);
  }

  private double p99Micros(VectorIndex index, int searches) {
    var micros = new double[searches];
    for (int i = 0; i < searches; i++) {
      float[] query = query();
      long start = System.nanoTime();
      index.search(query, K, RowFilter.all(), new SearchPlan.WalkGraph(BEAM));
      micros[i] = (System.nanoTime() - start) / 1e3;
    }
    Arrays.sort(micros);
    return micros[(int) (searches * 0.99)];
  }
}
