package dev.imasugu.benchmark.vectors;

import dev.imasugu.vector.RowFilter;
import dev.imasugu.vector.ScoredRows;
import dev.imasugu.vector.SearchPlan;
import dev.imasugu.vector.VectorIndex;
import java.util.LinkedHashMap;
import java.util.Map;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The exact scan against the machine's memory, and the batch product against its multipliers. */
final class MeasureExact {
  private static final int K = 100;
  private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;

  private final Dataset dataset;
  private final VectorIndex index;

  MeasureExact(Dataset dataset, VectorIndex index) {
    this.dataset = dataset;
    this.index = index;
  }

  Map<String, Object> scan(int queries, int rounds) {
    long codeBytes = dataset.base().length * ((dataset.dimension() + 31L) / 32 * 32);
    double best = 0;
    double bandwidth = 0;
    double recall = 0;
    var plan = new SearchPlan.ScanAll();
    var memory = new long[(int) (codeBytes / 8)];
    for (int round = 0; round <= rounds; round++) {
      recall = 0;
      var found = new int[queries][];
      long cpu = CpuClock.thread();
      for (int q = 0; q < queries; q++) {
        found[q] = index.search(dataset.queries()[q], K, RowFilter.all(), plan).rows();
      }
      best = Math.max(best, queries / ((CpuClock.thread() - cpu) / 1e9));
      for (int q = 0; q < queries; q++) {
        recall += dataset.recall(q, found[q], K) / queries;
      }
      cpu = CpuClock.thread();
      for (int i = 0; i < 10; i++) {
        consume((double) read(memory));
      }
      bandwidth = Math.max(bandwidth, 10 * codeBytes / ((CpuClock.thread() - cpu) / 1e9));
    }
    var result = new LinkedHashMap<String, Object>();
    result.put("recall@100", recall);
    result.put("qps", best);
    result.put("gigabytesPerSecond", best * codeBytes / 1e9);
    result.put("measuredBandwidth", bandwidth / 1e9);
    result.put("share", best * codeBytes / bandwidth);
    System.out.println("exact: " + Json.of(result));
    return result;
  }

  /** Keeps the compiler from dropping a loop whose result nobody needs. */
  private static void consume(double result) {
    if (result == Long.MIN_VALUE) {
      throw new AssertionError(result);
    }
  }

  private static long read(long[] memory) {
    LongVector a = LongVector.zero(LONGS);
    LongVector b = a;
    LongVector c = a;
    LongVector d = a;
    int step = LONGS.length();
    for (int at = 0; at + 4 * step <= memory.length; at += 4 * step) {
      a = a.add(LongVector.fromArray(LONGS, memory, at));
      b = b.add(LongVector.fromArray(LONGS, memory, at + step));
      c = c.add(LongVector.fromArray(LONGS, memory, at + 2 * step));
      d = d.add(LongVector.fromArray(LONGS, memory, at + 3 * step));
    }
    return a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
  }

  Map<String, Object> batch(int rounds) {
    float[][] queries = dataset.queries();
    double operations = 2.0 * queries.length * dataset.base().length * dataset.dimension();
    double best = 0;
    double peak = 0;
    double recall = 0;
    for (int round = 0; round <= rounds; round++) {
      long cpu = CpuClock.thread();
      ScoredRows[] found = index.searchAll(queries, K);
      best = Math.max(best, operations / ((CpuClock.thread() - cpu) / 1e9));
      recall = 0;
      for (int q = 0; q < queries.length; q++) {
        recall += dataset.recall(q, found[q].rows(), K) / queries.length;
      }
      for (int i = 0; i < 5; i++) {
        peak = Math.max(peak, peak(20_000_000));
      }
    }
    var result = new LinkedHashMap<String, Object>();
    result.put("recall@100", recall);
    result.put("gigaflops", best / 1e9);
    result.put("measuredPeak", peak / 1e9);
    result.put("share", best / peak);
    result.put("usersPerSecond", best / operations * queries.length);
    System.out.println("batch: " + Json.of(result));
    return result;
  }

  /** Twelve independent chains of multiply-adds, nothing loaded or stored. */
  private static double peak(int steps) {
    long cpu = CpuClock.thread();
    FloatVector x = FloatVector.broadcast(FLOATS, 0.999f);
    FloatVector y = FloatVector.broadcast(FLOATS, 0.001f);
    FloatVector a = y;
    FloatVector b = y;
    FloatVector c = y;
    FloatVector d = y;
    FloatVector e = y;
    FloatVector f = y;
    FloatVector g = y;
    FloatVector h = y;
    FloatVector i = y;
    FloatVector j = y;
    FloatVector k = y;
    FloatVector l = y;
    for (int step = 0; step < steps; step++) {
      a = a.fma(x, y);
      b = b.fma(x, y);
      c = c.fma(x, y);
      d = d.fma(x, y);
      e = e.fma(x, y);
      f = f.fma(x, y);
      g = g.fma(x, y);
      h = h.fma(x, y);
      i = i.fma(x, y);
      j = j.fma(x, y);
      k = k.fma(x, y);
      l = l.fma(x, y);
    }
    FloatVector sum =
        a.add(b).add(c.add(d)).add(e.add(f)).add(g.add(h)).add(i.add(j)).add(k.add(l));
    consume(sum.reduceLanes(VectorOperators.ADD));
    return 2.0 * 12 * FLOATS.length() * steps / ((CpuClock.thread() - cpu) / 1e9);
  }
}
