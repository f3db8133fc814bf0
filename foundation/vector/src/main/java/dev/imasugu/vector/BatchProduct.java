package dev.imasugu.vector;

import static dev.imasugu.vector.OffHeap.MEMORY;

import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/*
 * Many queries at once: a blocked matrix product that never stores its result.
 *
 * One query at a time reads every vector from memory for two operations a component. Many at once read
 * it once for all (Goto & van de Geijn 2008): a block of 32 rows is turned dimension-major into the
 * first-level cache, and for six queries at a time 6 x 32 scores grow in twelve registers, two loads and six
 * broadcasts for twelve multiply-adds a dimension. When a tile is complete each register is compared with
 * its query's threshold, the k-th best score so far; after the first few blocks almost no lane passes, so
 * keeping the top k costs a few percent. Scores are floats summed in the order of the dimensions; exact up to rounding.
 */
final class BatchProduct {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_512;
  private static final int LANES = 16;
  private static final int BLOCK = 32;
  private static final int GROUP = 6;

  /** Queries whose packed floats stay in the second-level cache while the rows pass. */
  private static final int TILE_FLOATS = 192 * 1024;

  private final Slots slots;
  private final boolean wide;
  private final float[] block;
  private final int[] blockSlots = new int[BLOCK];

  BatchProduct(Slots slots, boolean wide) {
    this.slots = slots;
    this.wide = wide;
    this.block = new float[BLOCK * slots.dimension];
  }

  ScoredRows[] search(float[][] queries, int k, int version) {
    var found = new ScoredRows[queries.length];
    int tile = Math.max(1, TILE_FLOATS / slots.dimension / GROUP) * GROUP;
    for (int from = 0; from < queries.length; from += tile) {
      int to = Math.min(queries.length, from + tile);
      var best = new Best[to - from];
      for (int i = 0; i < best.length; i++) {
        best[i] = new Best(k);
      }
      product(pack(queries, from, to), best, version);
      for (int i = 0; i < best.length; i++) {
        found[from + i] = best[i].rows();
      }
    }
    return found;
  }

  /** Groups of six queries, dimension-major, the last one filled with zeros. */
  private float[] pack(float[][] queries, int from, int to) {
    int dimension = slots.dimension;
    var packed = new float[(to - from + GROUP - 1) / GROUP * GROUP * dimension];
    for (int i = from; i < to; i++) {
      int group = (i - from) / GROUP;
      int place = (i - from) % GROUP;
      for (int d = 0; d < dimension; d++) {
        packed[(group * dimension + d) * GROUP + place] = queries[i][d];
      }
    }
    return packed;
  }

  private void product(float[] queries, Best[] best, int version) {
    int limit = slots.limit();
    var scores = new float[GROUP * BLOCK];
    for (int slot = 0; slot < limit; ) {
      int count = 0;
      for (; count < BLOCK && slot < limit; slot++) {
        if (slots.isVisible(slot, version)) {
          blockSlots[count++] = slot;
        }
      }
      turn(count);
      for (int group = 0; group * GROUP < best.length; group++) {
        int first = group * GROUP;
        int size = Math.min(GROUP, best.length - first);
        if (wide) {
          wideTile(queries, group, scores);
        } else {
          portableTile(queries, group, scores);
        }
        for (int q = 0; q < size; q++) {
          offer(scores, q * BLOCK, count, best[first + q]);
        }
      }
    }
  }

  /** Hands over the scores of one query that reach its threshold. */
  private void offer(float[] scores, int from, int count, Best best) {
    if (!wide) {
      for (int i = 0; i < count; i++) {
        if (scores[from + i] >= best.threshold()) {
          best.add(scores[from + i], slots.row(blockSlots[i]));
        }
      }
      return;
    }
    long real = (1L << count) - 1;
    long low =
        FloatVector.fromArray(FLOATS, scores, from)
            .compare(VectorOperators.GE, best.threshold())
            .toLong();
    long high =
        FloatVector.fromArray(FLOATS, scores, from + LANES)
            .compare(VectorOperators.GE, best.threshold())
            .toLong();
    for (long hits = (low | high << LANES) & real; hits != 0; hits &= hits - 1) {
      int i = Long.numberOfTrailingZeros(hits);
      best.add(scores[from + i], slots.row(blockSlots[i]));
    }
  }

  private void turn(int count) {
    int dimension = slots.dimension;
    for (int i = 0; i < count; i++) {
      long at = slots.floats.address(blockSlots[i]);
      for (int d = 0; d < dimension; d++) {
        block[d * BLOCK + i] = MEMORY.get(ValueLayout.JAVA_FLOAT, at + 4L * d);
      }
    }
    for (int i = count; i < BLOCK; i++) {
      for (int d = 0; d < dimension; d++) {
        block[d * BLOCK + i] = 0;
      }
    }
  }

  private void wideTile(float[] queries, int group, float[] scores) {
    FloatVector a0 = FloatVector.zero(FLOATS);
    FloatVector b0 = a0;
    FloatVector a1 = a0;
    FloatVector b1 = a0;
    FloatVector a2 = a0;
    FloatVector b2 = a0;
    FloatVector a3 = a0;
    FloatVector b3 = a0;
    FloatVector a4 = a0;
    FloatVector b4 = a0;
    FloatVector a5 = a0;
    FloatVector b5 = a0;
    int dimension = slots.dimension;
    int q = group * dimension * GROUP;
    float[] rows = block;
    for (int at = 0; at < dimension * BLOCK; at += BLOCK, q += GROUP) {
      FloatVector low = FloatVector.fromArray(FLOATS, rows, at);
      FloatVector high = FloatVector.fromArray(FLOATS, rows, at + LANES);
      FloatVector c = FloatVector.broadcast(FLOATS, queries[q]);
      a0 = c.fma(low, a0);
      b0 = c.fma(high, b0);
      c = FloatVector.broadcast(FLOATS, queries[q + 1]);
      a1 = c.fma(low, a1);
      b1 = c.fma(high, b1);
      c = FloatVector.broadcast(FLOATS, queries[q + 2]);
      a2 = c.fma(low, a2);
      b2 = c.fma(high, b2);
      c = FloatVector.broadcast(FLOATS, queries[q + 3]);
      a3 = c.fma(low, a3);
      b3 = c.fma(high, b3);
      c = FloatVector.broadcast(FLOATS, queries[q + 4]);
      a4 = c.fma(low, a4);
      b4 = c.fma(high, b4);
      c = FloatVector.broadcast(FLOATS, queries[q + 5]);
      a5 = c.fma(low, a5);
      b5 = c.fma(high, b5);
    }
    a0.intoArray(scores, 0);
    b0.intoArray(scores, 16);
    a1.intoArray(scores, 32);
    b1.intoArray(scores, 48);
    a2.intoArray(scores, 64);
    b2.intoArray(scores, 80);
    a3.intoArray(scores, 96);
    b3.intoArray(scores, 112);
    a4.intoArray(scores, 128);
    b4.intoArray(scores, 144);
    a5.intoArray(scores, 160);
    b5.intoArray(scores, 176);
  }

  private void portableTile(float[] queries, int group, float[] scores) {
    Arrays.fill(scores, 0);
    int dimension = slots.dimension;
    for (int d = 0; d < dimension; d++) {
      for (int q = 0; q < GROUP; q++) {
        float value = queries[(group * dimension + d) * GROUP + q];
        for (int i = 0; i < BLOCK; i++) {
          scores[q * BLOCK + i] = Math.fma(value, block[d * BLOCK + i], scores[q * BLOCK + i]);
        }
      }
    }
  }
}
