package dev.imasugu.vector;

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

  private Floats() {}

  /** The least multiple of {@link #LANES} that holds a dimension. */
  public static int padded(int dimension) {
    return (dimension + LANES - 1) / LANES * LANES;
  }

  /** The inner product of {@code length} floats from the places p and q on. */
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
}
