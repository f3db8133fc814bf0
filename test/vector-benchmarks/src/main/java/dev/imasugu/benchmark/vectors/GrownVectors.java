package dev.imasugu.benchmark.vectors;

import dev.imasugu.vector.VectorSource;
import java.util.SplittableRandom;

/**
 * Real vectors, and then mixtures of two or three of them with a little noise, as many as asked
 * for. A mixture depends on its number and the seed alone, so none need be kept.
 */
final class GrownVectors implements VectorSource {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final float[][] real;
  private final int dimension;
  private final int count;
  private final long seed;

  GrownVectors(float[][] real, int count, long seed) {
    this.real = real;
    this.dimension = real[0].length;
    this.count = count;
    this.seed = seed;
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public void read(int first, int some, float[] into) {
    for (int i = 0; i < some; i++) {
      System.arraycopy(vector(first + i), 0, into, i * dimension, dimension);
    }
  }

  float[] vector(int row) {
    if (row < real.length) {
      return real[row];
    }
    var random = new SplittableRandom(seed ^ row * GOLDEN);
    var vector = new float[dimension];
    int parts = 2 + random.nextInt(2);
    for (int part = 0; part < parts; part++) {
      float[] from = real[random.nextInt(real.length)];
      float weight = 0.2f + (float) random.nextDouble();
      for (int d = 0; d < dimension; d++) {
        vector[d] += weight * from[d];
      }
    }
    float noise = (float) (0.4 / Math.sqrt(dimension) / 0x1p31);
    for (int d = 0; d < dimension; d += 2) {
      long bits = random.nextLong();
      vector[d] += noise * (int) bits / 2;
      if (d + 1 < dimension) {
        vector[d + 1] += noise * (int) (bits >> 32) / 2;
      }
    }
    return Dataset.unit(vector);
  }
}
