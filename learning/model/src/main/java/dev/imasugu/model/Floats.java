package dev.imasugu.model;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums over stretches of arrays by vector instructions. The compiler leaves a loop over two arrays
 * at different offsets scalar, which costs a factor of five to ten where it matters.
 */
public final class Floats {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;

  /** How many floats a vector has. */
  public static final int LANES = SPECIES.length();

  private static final int ROWS = 8;

  private Floats() {}

  /** The least multiple of {@link #LANES} that holds a dimension. */
  public static int padded(int dimension) {
    return (dimension + LANES - 1) / LANES * LANES;
  }

  public static float dot(float[] a, int p, float[] b, int q, int length) {
    FloatVector sums = FloatVector.zero(SPECIES);
    int bound = SPECIES.loopBound(length);
    int i = 0;
    for (; i < bound; i += LANES) {
      sums =
          FloatVector.fromArray(SPECIES, a, p + i)
              .fma(FloatVector.fromArray(SPECIES, b, q + i), sums);
    }
    float sum = sums.reduceLanes(VectorOperators.ADD);
    for (; i < length; i++) {
      sum += a[p + i] * b[q + i];
    }
    return sum;
  }

  /** {@code to += factor * from}, {@code length} floats from the places p and q on. */
  public static void add(float[] to, int p, float factor, float[] from, int q, int length) {
    int bound = SPECIES.loopBound(length);
    int i = 0;
    for (; i < bound; i += LANES) {
      FloatVector.fromArray(SPECIES, from, q + i)
          .fma(FloatVector.broadcast(SPECIES, factor), FloatVector.fromArray(SPECIES, to, p + i))
          .intoArray(to, p + i);
    }
    for (; i < length; i++) {
      to[p + i] += factor * from[q + i];
    }
  }

  /** The same for doubles. */
  public static void add(double[] to, int p, double factor, double[] from, int q, int length) {
    int bound = DOUBLES.loopBound(length);
    int i = 0;
    for (; i < bound; i += DOUBLES.length()) {
      DoubleVector.fromArray(DOUBLES, from, q + i)
          .fma(DoubleVector.broadcast(DOUBLES, factor), DoubleVector.fromArray(DOUBLES, to, p + i))
          .intoArray(to, p + i);
    }
    for (; i < length; i++) {
      to[p + i] += factor * from[q + i];
    }
  }

  /**
   * Writes the sum of outer products {@code X'X}, eight rows of it in registers at a time.
   *
   * @param rows X, {@code count} rows of {@code width} floats
   * @param width a multiple of {@link #LANES} and of 8
   * @param sum shape [width, width], overwritten
   */
  public static void outer(float[] rows, int count, int width, float[] sum) {
    for (int a = 0; a < width; a += ROWS) {
      for (int b = 0; b < width; b += LANES) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        FloatVector s5 = s0;
        FloatVector s6 = s0;
        FloatVector s7 = s0;
        for (int i = 0; i < count; i++) {
          int at = i * width;
          FloatVector x = FloatVector.fromArray(SPECIES, rows, at + b);
          s0 = x.fma(FloatVector.broadcast(SPECIES, rows[at + a]), s0);
          s1 = x.fma(FloatVector.broadcast(SPECIES, rows[at + a + 1]), s1);
          s2 = x.fma(FloatVector.broadcast(SPECIES, rows[at + a + 2]), s2);
          s3 = x.fma(FloatVector.broadcast(SPECIES, rows[at + a + 3]), s3);
          s4 = x.fma(FloatVector.broadcast(SPECIES, rows[at + a + 4]), s4);
          s5 = x.fma(FloatVector.broadcast(SPECIES, rows[at + a + 5]), s5);
          s6 = x.fma(FloatVector.broadcast(SPECIES, rows[at + a + 6]), s6);
          s7 = x.fma(FloatVector.broadcast(SPECIES, rows[at + a + 7]), s7);
        }
        int to = a * width + b;
        s0.intoArray(sum, to);
        s1.intoArray(sum, to + width);
        s2.intoArray(sum, to + 2 * width);
        s3.intoArray(sum, to + 3 * width);
        s4.intoArray(sum, to + 4 * width);
        s5.intoArray(sum, to + 5 * width);
        s6.intoArray(sum, to + 6 * width);
        s7.intoArray(sum, to + 7 * width);
      }
    }
  }
}
