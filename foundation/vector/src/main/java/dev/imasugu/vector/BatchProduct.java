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
 * it once for all: each block of 64 rows meets every group of six queries in a ProductTile. When a tile is
 * complete its registers are compared with their queries' thresholds, the k-th best scores so far; after the
 * first few blocks almost no lane passes, so keeping the top k costs a few percent. Scores are floats; exact
 * up to rounding.
 */
final class BatchProduct {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_512;
  private static final int BLOCK = ProductTile.BLOCK;
  private static final int GROUP = ProductTile.GROUP;

  /** Queries whose packed floats stay in the second-level cache while the rows pass. */
  private static final int TILE_FLOATS = 192 * 1024;

  private final Slots slots;
  private final boolean wide;
  private final ProductTile tile;
  private final float[] block;
  private final float[] rows;
  private final int[] blockSlots = new int[BLOCK];

  BatchProduct(Slots slots, boolean wide) {
    this.slots = slots;
    this.wide = wide;
    this.tile = new ProductTile(slots.dimension, wide);
    this.block = new float[BLOCK * slots.dimension];
    this.rows = new float[BLOCK * slots.dimension];
  }

  ScoredRows[] search(float[][] queries, int k, int version) {
    var found = new ScoredRows[queries.length];
    int together = Math.max(1, TILE_FLOATS / slots.dimension / GROUP) * GROUP;
    for (int from = 0; from < queries.length; from += together) {
      int to = Math.min(queries.length, from + together);
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

  private float[] pack(float[][] queries, int from, int to) {
    var packed = new float[ProductTile.packedLength(to - from, slots.dimension)];
    for (int i = from; i < to; i++) {
      ProductTile.pack(queries[i], 0, slots.dimension, packed, i - from, slots.dimension);
    }
    return packed;
  }

  private void product(float[] queries, Best[] best, int version) {
    int limit = slots.limit();
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
        int hits = tile.score(queries, group, block, thresholds);
        hits &= (1 << Math.min(GROUP, best.length - first)) - 1;
        for (; hits != 0; hits &= hits - 1) {
          int q = Integer.numberOfTrailingZeros(hits);
          offer(q * BLOCK, count, best[first + q]);
          thresholds[first + q] = best[first + q].threshold();
        }
      }
    }
  }

  /** Hands over the scores of one query that reach its threshold. */
  private void offer(int from, int count, Best best) {
    float[] scores = tile.scores;
    if (!wide) {
      for (int i = 0; i < count; i++) {
        if (scores[from + i] >= best.threshold()) {
          best.add(scores[from + i], slots.row(blockSlots[i]));
        }
      }
      return;
    }
    for (int part = 0; part < count; part += ProductTile.LANES) {
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
    tile.turn(rows, 0, block);
  }
}
