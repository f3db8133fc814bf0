package dev.imasugu.vector;

import static dev.imasugu.vector.OffHeap.MEMORY;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/*
 * Many queries at once: a blocked matrix product that never stores its result.
 *
 * One query at a time reads every vector from memory for two operations a component. Many at once read
 * it once for all (Goto & van de Geijn 2008): a block of 64 rows is turned dimension-major, and for six
 * queries at a time 6 x 64 scores grow in 24 registers: four loads and six broadcasts for 24 multiply-adds a
 * dimension. When a tile is complete each register is compared with
 * its query's threshold, the k-th best score so far; after the first few blocks almost no lane passes, so
 * keeping the top k costs a few percent. Scores are floats summed in the order of the dimensions; exact up to rounding.
 */
final class BatchProduct {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_512;
  private static final int LANES = 16;
  private static final int BLOCK = 64;
  private static final int GROUP = 6;

  /** Queries whose packed floats stay in the second-level cache while the rows pass. */
  private static final int TILE_FLOATS = 192 * 1024;

  private final Slots slots;
  private final boolean wide;
  private final float[] block;
  private final float[] rows;
  private final int[] everyRow = new int[LANES];
  private final int[] blockSlots = new int[BLOCK];

  BatchProduct(Slots slots, boolean wide) {
    this.slots = slots;
    this.wide = wide;
    this.block = new float[BLOCK * slots.dimension];
    this.rows = new float[BLOCK * slots.dimension];
    for (int i = 0; i < LANES; i++) {
      everyRow[i] = i * slots.dimension;
    }
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
    var thresholds = new float[queries.length / slots.dimension];
    Arrays.fill(thresholds, Float.NEGATIVE_INFINITY);
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
        int hits = (1 << Math.min(GROUP, best.length - first)) - 1;
        if (wide) {
          hits &= wideTile(queries, group, scores, thresholds);
        } else {
          portableTile(queries, group, scores);
        }
        for (; hits != 0; hits &= hits - 1) {
          int q = Integer.numberOfTrailingZeros(hits);
          offer(scores, q * BLOCK, count, best[first + q]);
          thresholds[first + q] = best[first + q].threshold();
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
    for (int part = 0; part < count; part += LANES) {
      long hits =
          FloatVector.fromArray(FLOATS, scores, from + part)
              .compare(VectorOperators.GE, best.threshold())
              .toLong();
      for (; hits != 0; hits &= hits - 1) {
        int i = part + Long.numberOfTrailingZeros(hits);
        if (i < count) {
          best.add(scores[from + i], slots.row(blockSlots[i]));
        }
      }
    }
  }

  /** Turns the rows of a block dimension-major; places without a row are zero. */
  private void turn(int count) {
    int dimension = slots.dimension;
    for (int i = 0; i < count; i++) {
      long at = slots.floats.address(blockSlots[i]);
      MemorySegment.copy(MEMORY, Slots.FLOAT, at, rows, i * dimension, dimension);
    }
    Arrays.fill(rows, count * dimension, BLOCK * dimension, 0);
    if (wide) {
      for (int part = 0; part < BLOCK; part += LANES) {
        for (int d = 0; d < dimension; d++) {
          FloatVector.fromArray(FLOATS, rows, part * dimension + d, everyRow, 0)
              .intoArray(block, d * BLOCK + part);
        }
      }
    } else {
      for (int i = 0; i < BLOCK; i++) {
        for (int d = 0; d < dimension; d++) {
          block[d * BLOCK + i] = rows[i * dimension + d];
        }
      }
    }
  }

  /** Returns a bit for each query that may have a hit, and leaves the scores if there is any. */
  private int wideTile(float[] queries, int group, float[] scores, float[] thresholds) {
    FloatVector a0 = FloatVector.zero(FLOATS);
    FloatVector b0 = a0;
    FloatVector c0 = a0;
    FloatVector d0 = a0;
    FloatVector a1 = a0;
    FloatVector b1 = a0;
    FloatVector c1 = a0;
    FloatVector d1 = a0;
    FloatVector a2 = a0;
    FloatVector b2 = a0;
    FloatVector c2 = a0;
    FloatVector d2 = a0;
    FloatVector a3 = a0;
    FloatVector b3 = a0;
    FloatVector c3 = a0;
    FloatVector d3 = a0;
    FloatVector a4 = a0;
    FloatVector b4 = a0;
    FloatVector c4 = a0;
    FloatVector d4 = a0;
    FloatVector a5 = a0;
    FloatVector b5 = a0;
    FloatVector c5 = a0;
    FloatVector d5 = a0;
    int dimension = slots.dimension;
    int first = group * dimension * GROUP;
    float[] turned = block;
    for (int d = 0; d < dimension; d++) {
      int at = d * BLOCK;
      int q = first + d * GROUP;
      FloatVector a = FloatVector.fromArray(FLOATS, turned, at);
      FloatVector b = FloatVector.fromArray(FLOATS, turned, at + LANES);
      FloatVector c = FloatVector.fromArray(FLOATS, turned, at + 2 * LANES);
      FloatVector e = FloatVector.fromArray(FLOATS, turned, at + 3 * LANES);
      FloatVector x = FloatVector.broadcast(FLOATS, queries[q]);
      a0 = x.fma(a, a0);
      b0 = x.fma(b, b0);
      c0 = x.fma(c, c0);
      d0 = x.fma(e, d0);
      x = FloatVector.broadcast(FLOATS, queries[q + 1]);
      a1 = x.fma(a, a1);
      b1 = x.fma(b, b1);
      c1 = x.fma(c, c1);
      d1 = x.fma(e, d1);
      x = FloatVector.broadcast(FLOATS, queries[q + 2]);
      a2 = x.fma(a, a2);
      b2 = x.fma(b, b2);
      c2 = x.fma(c, c2);
      d2 = x.fma(e, d2);
      x = FloatVector.broadcast(FLOATS, queries[q + 3]);
      a3 = x.fma(a, a3);
      b3 = x.fma(b, b3);
      c3 = x.fma(c, c3);
      d3 = x.fma(e, d3);
      x = FloatVector.broadcast(FLOATS, queries[q + 4]);
      a4 = x.fma(a, a4);
      b4 = x.fma(b, b4);
      c4 = x.fma(c, c4);
      d4 = x.fma(e, d4);
      x = FloatVector.broadcast(FLOATS, queries[q + 5]);
      a5 = x.fma(a, a5);
      b5 = x.fma(b, b5);
      c5 = x.fma(c, c5);
      d5 = x.fma(e, d5);
    }
    int best = group * GROUP;
    int hits =
        (a0.max(b0).max(c0.max(d0)).compare(VectorOperators.GE, thresholds[best]).anyTrue() ? 1 : 0)
            | (a1.max(b1)
                    .max(c1.max(d1))
                    .compare(VectorOperators.GE, thresholds[best + 1])
                    .anyTrue()
                ? 2
                : 0)
            | (a2.max(b2)
                    .max(c2.max(d2))
                    .compare(VectorOperators.GE, thresholds[best + 2])
                    .anyTrue()
                ? 4
                : 0)
            | (a3.max(b3)
                    .max(c3.max(d3))
                    .compare(VectorOperators.GE, thresholds[best + 3])
                    .anyTrue()
                ? 8
                : 0)
            | (a4.max(b4)
                    .max(c4.max(d4))
                    .compare(VectorOperators.GE, thresholds[best + 4])
                    .anyTrue()
                ? 16
                : 0)
            | (a5.max(b5)
                    .max(c5.max(d5))
                    .compare(VectorOperators.GE, thresholds[best + 5])
                    .anyTrue()
                ? 32
                : 0);
    if (hits == 0) {
      return 0;
    }
    a0.intoArray(scores, 0);
    b0.intoArray(scores, 16);
    c0.intoArray(scores, 32);
    d0.intoArray(scores, 48);
    a1.intoArray(scores, 64);
    b1.intoArray(scores, 80);
    c1.intoArray(scores, 96);
    d1.intoArray(scores, 112);
    a2.intoArray(scores, 128);
    b2.intoArray(scores, 144);
    c2.intoArray(scores, 160);
    d2.intoArray(scores, 176);
    a3.intoArray(scores, 192);
    b3.intoArray(scores, 208);
    c3.intoArray(scores, 224);
    d3.intoArray(scores, 240);
    a4.intoArray(scores, 256);
    b4.intoArray(scores, 272);
    c4.intoArray(scores, 288);
    d4.intoArray(scores, 304);
    a5.intoArray(scores, 320);
    b5.intoArray(scores, 336);
    c5.intoArray(scores, 352);
    d5.intoArray(scores, 368);
    return hits;
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
