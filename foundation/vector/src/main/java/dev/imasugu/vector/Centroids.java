package dev.imasugu.vector;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/*
 * A few hundred vectors that very many others meet: the nearest of them, or the products with all.
 *
 * Nearest by Euclid: |x - c|^2 is least where x.c - |c|^2 / 2 is largest, so each centroid gets a last component
 * -|c|^2 / 2 and each vector a 1, and ProductTile does the rest. For one thread.
 */
final class Centroids {
  private static final int BLOCK = ProductTile.BLOCK;
  private static final int GROUP = ProductTile.GROUP;

  /** Vectors packed at a time: they stay in the first-level cache. */
  private static final int TOGETHER = 8 * GROUP;

  /** Vectors of a training sample for each centroid; more hardly move it. */
  private static final int SAMPLE_PER_CENTROID = 64;

  private static final int ROUNDS = 8;

  private final int dimension;
  private final int count;
  private final ProductTile tile;
  private final float[][] blocks;
  private final float[] packed;
  private final float[] thresholds = new float[TOGETHER];

  /** Takes {@code count} row-major vectors. */
  Centroids(float[] vectors, int count, int dimension, boolean wide) {
    this.dimension = dimension;
    this.count = count;
    this.tile = new ProductTile(dimension + 1, wide);
    this.blocks = new float[(count + BLOCK - 1) / BLOCK][BLOCK * (dimension + 1)];
    this.packed = new float[ProductTile.packedLength(TOGETHER, dimension + 1)];
    var rows = new float[BLOCK * (dimension + 1)];
    for (int b = 0; b < blocks.length; b++) {
      for (int i = 0; i < BLOCK; i++) {
        int at = i * (dimension + 1);
        Arrays.fill(rows, at, at + dimension, 0);
        rows[at + dimension] = -Float.MAX_VALUE;
        int centroid = b * BLOCK + i;
        if (centroid < count) {
          System.arraycopy(vectors, centroid * dimension, rows, at, dimension);
          rows[at + dimension] = -squares(vectors, centroid * dimension, dimension) / 2;
        }
      }
      tile.turn(rows, 0, blocks[b]);
    }
  }

  private static float squares(float[] vectors, int from, int dimension) {
    float sum = 0;
    for (int d = 0; d < dimension; d++) {
      sum = Math.fma(vectors[from + d], vectors[from + d], sum);
    }
    return sum;
  }

  private void pack(float[] vectors, int from, int size, float last) {
    for (int i = 0; i < size; i++) {
      ProductTile.pack(vectors, (from + i) * dimension, dimension, packed, i, dimension + 1);
      packed[i / GROUP * GROUP * (dimension + 1) + dimension * GROUP + i % GROUP] = last;
    }
  }

  /**
   * Finds the nearest centroid of each of {@code size} row-major vectors; the first among equals.
   */
  void nearest(float[] vectors, int size, int[] cells) {
    for (int from = 0; from < size; from += TOGETHER) {
      int some = Math.min(TOGETHER, size - from);
      pack(vectors, from, some, 1);
      Arrays.fill(thresholds, Float.NEGATIVE_INFINITY);
      for (int b = 0; b < blocks.length; b++) {
        for (int group = 0; group * GROUP < some; group++) {
          int hits = tile.score(packed, group, blocks[b], thresholds);
          for (; hits != 0; hits &= hits - 1) {
            int q = Integer.numberOfTrailingZeros(hits);
            int vector = group * GROUP + q;
            if (vector < some) {
              improve(b, q, vector, from, cells);
            }
          }
        }
      }
    }
  }

  private void improve(int block, int query, int vector, int from, int[] cells) {
    float best = thresholds[vector];
    for (int i = 0; i < BLOCK; i++) {
      float score = tile.scores[query * BLOCK + i];
      if (score > best) {
        best = score;
        cells[from + vector] = block * BLOCK + i;
      }
    }
    thresholds[vector] = best;
  }

  /** The inner products of {@code size} row-major vectors with all centroids, row-major. */
  void products(float[] vectors, int size, float[] products) {
    Arrays.fill(thresholds, Float.NEGATIVE_INFINITY);
    for (int from = 0; from < size; from += TOGETHER) {
      int some = Math.min(TOGETHER, size - from);
      pack(vectors, from, some, 0);
      for (int b = 0; b < blocks.length; b++) {
        int width = Math.min(BLOCK, count - b * BLOCK);
        for (int i = 0; i < some; i++) {
          if (i % GROUP == 0) {
            tile.score(packed, i / GROUP, blocks[b], thresholds);
          }
          System.arraycopy(
              tile.scores, i % GROUP * BLOCK, products, (from + i) * count + b * BLOCK, width);
        }
      }
    }
  }

  /**
   * Finds centroids by k-means (Lloyd 1982) on a sample.
   *
   * @param vectors row-major, at least one
   * @param count how many centroids, at most as many as vectors
   * @return shape [count, dimension]
   */
  static float[] train(
      float[] vectors, int size, int count, int dimension, boolean wide, RandomGenerator random) {
    int[] order = sample(size, (int) Math.min(size, (long) count * SAMPLE_PER_CENTROID), random);
    var some = new float[order.length * dimension];
    for (int i = 0; i < order.length; i++) {
      System.arraycopy(vectors, order[i] * dimension, some, i * dimension, dimension);
    }
    float[] centroids = Arrays.copyOf(some, count * dimension);
    var cells = new int[order.length];
    for (int round = 0; round < ROUNDS; round++) {
      new Centroids(centroids, count, dimension, wide).nearest(some, order.length, cells);
      centroids = means(some, cells, centroids, count, dimension, random);
    }
    return centroids;
  }

  /** Means of each cell's vectors; an empty cell takes any vector. */
  private static float[] means(
      float[] vectors, int[] cells, float[] old, int count, int dimension, RandomGenerator random) {
    var means = new float[old.length];
    var sizes = new int[count];
    for (int i = 0; i < cells.length; i++) {
      sizes[cells[i]]++;
      for (int d = 0; d < dimension; d++) {
        means[cells[i] * dimension + d] += vectors[i * dimension + d];
      }
    }
    for (int cell = 0; cell < count; cell++) {
      if (sizes[cell] == 0) {
        int any = random.nextInt(cells.length);
        System.arraycopy(vectors, any * dimension, means, cell * dimension, dimension);
      } else {
        for (int d = 0; d < dimension; d++) {
          means[cell * dimension + d] /= sizes[cell];
        }
      }
    }
    return means;
  }

  /** The first {@code count} of a shuffle (Fisher and Yates) of the numbers below {@code size}. */
  private static int[] sample(int size, int count, RandomGenerator random) {
    var order = new int[size];
    Arrays.setAll(order, i -> i);
    for (int i = 0; i < count; i++) {
      int j = i + random.nextInt(size - i);
      int swap = order[i];
      order[i] = order[j];
      order[j] = swap;
    }
    return Arrays.copyOf(order, count);
  }
}
