package dev.imasugu.train;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Operations on stretches of float arrays whose length is a multiple of {@link #LANES}. */
final class Floats {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  static final int LANES = SPECIES.length();

  private Floats() {}

  /** The least multiple of {@link #LANES} that holds a dimension. */
  static int padded(int dimension) {
    return (dimension + LANES - 1) / LANES * LANES;
  }

  static float dot(float[] a, int p, float[] b, int q, int length) {
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int i = 0; i < length; i += LANES) {
      sum =
          FloatVector.fromArray(SPECIES, a, p + i)
              .fma(FloatVector.fromArray(SPECIES, b, q + i), sum);
    }
    return sum.reduceLanes(VectorOperators.ADD);
  }

  /** {@code to += factor * from}. */
  static void add(float[] to, int p, float factor, float[] from, int q, int length) {
    for (int i = 0; i < length; i += LANES) {
      FloatVector.fromArray(SPECIES, from, q + i)
          .fma(FloatVector.broadcast(SPECIES, factor), FloatVector.fromArray(SPECIES, to, p + i))
          .intoArray(to, p + i);
    }
  }
}
