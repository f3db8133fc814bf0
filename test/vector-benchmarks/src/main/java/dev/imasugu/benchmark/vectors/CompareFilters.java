package dev.imasugu.benchmark.vectors;

import dev.imasugu.vector.Metric;
import dev.imasugu.vector.RowFilter;
import dev.imasugu.vector.ScoredRows;
import dev.imasugu.vector.VectorIndex;
import dev.imasugu.vector.VectorIndexOptions;
import java.io.IOException;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Searches limited to 10 % and 1 % of the rows, ours and Lucene's in turns. */
final class CompareFilters {
  private static final int K = 100;
  private static final double TIE = 1e-6;

  private final Dataset dataset;
  private final VectorIndex index;
  private final LuceneEngine lucene;
  private final long seed;

  CompareFilters(Dataset dataset, VectorIndex index, LuceneEngine lucene, long seed) {
    this.dataset = dataset;
    this.index = index;
    this.lucene = lucene;
    this.seed = seed;
  }

  Map<String, Object> run(int rounds) throws IOException {
    var results = new LinkedHashMap<String, Object>();
    for (int percent : new int[] {10, 1}) {
      var random = new SplittableRandom(seed);
      var allowed = new BitSet();
      for (int row = 0; row < dataset.base().length; row++) {
        allowed.set(row, random.nextInt(100) < percent);
      }
      RowFilter filter = RowFilter.only(allowed);
      float[] worst = worstScores(allowed);
      double ours = 0;
      double theirs = 0;
      double ourRecall = 0;
      double theirRecall = 0;
      for (int round = 0; round <= rounds; round++) {
        int[][] found = new int[dataset.queries().length][];
        long cpu = CpuClock.thread();
        for (int q = 0; q < found.length; q++) {
          found[q] = index.search(dataset.queries()[q], K, filter).rows();
        }
        ours = Math.max(ours, found.length / ((CpuClock.thread() - cpu) / 1e9));
        ourRecall = recall(found, worst);
        cpu = CpuClock.thread();
        for (int q = 0; q < found.length; q++) {
          found[q] = lucene.search(dataset.queries()[q], K, K, allowed);
        }
        theirs = Math.max(theirs, found.length / ((CpuClock.thread() - cpu) / 1e9));
        theirRecall = recall(found, worst);
      }
      var result = new LinkedHashMap<String, Object>();
      result.put("imasuguQps", ours);
      result.put("imasuguRecall", ourRecall);
      result.put("luceneQps", theirs);
      result.put("luceneRecall", theirRecall);
      result.put("ratio", ours / theirs);
      results.put("filter" + percent, result);
      System.out.printf(
          "filter %d %%: %s%n%s%n", percent, Json.of(result), index.explain(K, filter));
    }
    return results;
  }

  /** The score of each query's 100th best allowed row, by brute force. */
  private float[] worstScores(BitSet allowed) {
    var worst = new float[dataset.queries().length];
    int dimension = dataset.dimension();
    try (var few = VectorIndex.create(VectorIndexOptions.exact(dimension, Metric.INNER_PRODUCT))) {
      allowed.stream().forEach(row -> few.put(row, dataset.base()[row]));
      ScoredRows[] truth = few.searchAll(dataset.queries(), K);
      for (int q = 0; q < worst.length; q++) {
        worst[q] = truth[q].score(truth[q].size() - 1);
      }
    }
    return worst;
  }

  private double recall(int[][] found, float[] worst) {
    double hits = 0;
    for (int q = 0; q < found.length; q++) {
      for (int row : found[q]) {
        if (Dataset.dot(dataset.queries()[q], dataset.base()[row]) >= worst[q] - TIE) {
          hits++;
        }
      }
    }
    return hits / found.length / K;
  }
}
