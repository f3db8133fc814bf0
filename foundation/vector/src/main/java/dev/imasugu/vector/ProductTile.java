package dev.imasugu.vector;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The inner step of every matrix product: 6 queries times a block of 64 rows.
 *
 * <p>The block is kept dimension-major, so four loads bring one component of its 64 rows and a
 * broadcast brings that of a query: 6 x 64 scores grow in 24 registers, four loads and six
 * broadcasts for 24 multiply-adds (Goto and van de Geijn 2008). Scores are summed in the order of
 * the dimensions, in both paths alike. For one thread.
 */
public final class ProductTile {
  /** Rows of a block. */
  public static final int BLOCK = 64;

  /** Queries of a group. */
  public static final int GROUP = 6;

  static final int LANES = 16;
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_512;

  private static final float[] EVERYTHING = new float[GROUP];

  static {
    Arrays.fill(EVERYTHING, Float.NEGATIVE_INFINITY);
  }

  private final int dimension;
  private final boolean wide;
  private final int[] everyRow = new int[LANES];

  /** Scores of the last group that had a hit: query-major, shape [6, 64]. */
  final float[] scores = new float[GROUP * BLOCK];

  /** Takes products of vectors of this many components, each call saying where they lie. */
  public ProductTile(int dimension) {
    this(dimension, DotKernels.wide());
  }

  ProductTile(int dimension, boolean wide) {
    this.dimension = dimension;
    this.wide = wide;
    for (int i = 0; i < LANES; i++) {
      everyRow[i] = i * dimension;
    }
  }

  /** How many floats hold so many queries. */
  static int packedLength(int queries, int dimension) {
    return (queries + GROUP - 1) / GROUP * GROUP * dimension;
  }

  /**
   * Puts the first {@code length} components of a query, which begins at {@code from}, in their
   * places among those of its group.
   */
  static void pack(float[] query, int from, int length, float[] packed, int place, int dimension) {
    int at = place / GROUP * GROUP * dimension + place % GROUP;
    for (int d = 0; d < length; d++) {
      packed[at + d * GROUP] = query[from + d];
    }
  }

  /** Turns 64 row-major rows, from {@code from} on, dimension-major. */
  void turn(float[] rows, int from, float[] block) {
    if (wide) {
      for (int part = 0; part < BLOCK; part += LANES) {
        for (int d = 0; d < dimension; d++) {
          FloatVector.fromArray(FLOATS, rows, from + part * dimension + d, everyRow, 0)
              .intoArray(block, d * BLOCK + part);
        }
      }
    } else {
      for (int i = 0; i < BLOCK; i++) {
        for (int d = 0; d < dimension; d++) {
          block[d * BLOCK + i] = rows[from + i * dimension + d];
        }
      }
    }
  }

  /**
   * Scores a group of packed queries against a block.
   *
   * @param thresholds one for each packed query
   * @return a bit for each query of the group that may have a score at or above its threshold; if
   *     there is any, {@link #scores} holds those of the whole group
   */
  int score(float[] queries, int group, float[] block, float[] thresholds) {
    if (wide) {
      return wide(
          queries, group * dimension * GROUP, GROUP, block, 0, BLOCK, thresholds, group * GROUP);
    }
    portable(queries, group * dimension * GROUP, GROUP, block, 0, BLOCK);
    return (1 << GROUP) - 1;
  }

  /**
   * Multiplies 6 columns of one matrix by 64 of another: {@code left' right}, over the rows.
   *
   * <p>Both arrays are read 6 and 64 floats wide in every row, also where a matrix has fewer
   * columns: they must go on behind its last row, and those products mean nothing.
   *
   * @param first place of the first of the 6 columns in the first row
   * @param leftStride floats from one row to the next
   * @param from place of the first of the 64 columns in the first row
   * @return the products, shape [6, 64], until the next call
   */
  public float[] product(
      float[] left, int first, int leftStride, float[] right, int from, int rightStride) {
    if (wide) {
      int _ = wide(left, first, leftStride, right, from, rightStride, EVERYTHING, 0);
    } else {
      portable(left, first, leftStride, right, from, rightStride);
    }
    return scores;
  }

  private int wide(
      float[] queries,
      int first,
      int queryStride,
      float[] block,
      int from,
      int blockStride,
      float[] thresholds,
      int best) {
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
    for (int d = 0; d < dimension; d++) {
      int at = from + d * blockStride;
      int q = first + d * queryStride;
      FloatVector a = FloatVector.fromArray(FLOATS, block, at);
      FloatVector b = FloatVector.fromArray(FLOATS, block, at + LANES);
      FloatVector c = FloatVector.fromArray(FLOATS, block, at + 2 * LANES);
      FloatVector e = FloatVector.fromArray(FLOATS, block, at + 3 * LANES);
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

  private void portable(
      float[] queries, int first, int queryStride, float[] block, int from, int blockStride) {
    Arrays.fill(scores, 0);
    for (int d = 0; d < dimension; d++) {
      for (int q = 0; q < GROUP; q++) {
        float value = queries[first + d * queryStride + q];
        int row = from + d * blockStride;
        for (int i = 0; i < BLOCK; i++) {
          scores[q * BLOCK + i] = Math.fma(value, block[row + i], scores[q * BLOCK + i]);
        }
      }
    }
  }
}
