package dev.imasugu.vector;

import static dev.imasugu.vector.OffHeap.MEMORY;

import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** The kernel in plain Java, for machines without 512-bit vectors. */
final class PortableKernel implements DotKernel {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private final int dimension;

  PortableKernel(int paddedDimension) {
    this.dimension = paddedDimension;
  }

  @Override
  public void scan(short[] query, long address, int count, int[] dots) {
    for (int row = 0; row < count; row++) {
      dots[row] = dot(query, address + (long) row * dimension);
    }
  }

  @Override
  public void gather(short[] query, long[] addresses, int count, int[] dots) {
    for (int row = 0; row < count; row++) {
      dots[row] = dot(query, addresses[row]);
    }
  }

  private int dot(short[] query, long address) {
    int sum = 0;
    for (int i = 0; i < dimension; i++) {
      sum += query[i] * MEMORY.get(ValueLayout.JAVA_BYTE, address + i);
    }
    return sum;
  }

  @Override
  public void rerank(float[] query, long[] addresses, int count, float[] scores) {
    var sums = new float[PADDING];
    for (int row = 0; row < count; row++) {
      Arrays.fill(sums, 0);
      for (int i = 0; i < dimension; i++) {
        float value = MEMORY.get(FLOAT, addresses[row] + 4L * i);
        sums[i % PADDING] = Math.fma(query[i], value, sums[i % PADDING]);
      }
      scores[row] = total(sums);
    }
  }

  @Override
  public void rerankCodes(float[] query, long[] addresses, int count, float[] scores) {
    var sums = new float[PADDING];
    for (int row = 0; row < count; row++) {
      Arrays.fill(sums, 0);
      for (int i = 0; i < dimension; i++) {
        float value = MEMORY.get(ValueLayout.JAVA_BYTE, addresses[row] + i);
        sums[i % PADDING] = Math.fma(query[i], value, sums[i % PADDING]);
      }
      scores[row] = total(sums);
    }
  }

  /** Adds the partial sums in the order of the wide kernel. */
  private static float total(float[] sums) {
    for (int half = PADDING / 2; half > 0; half /= 2) {
      for (int lane = 0; lane < half; lane++) {
        sums[lane] += sums[lane + half];
      }
    }
    return sums[0];
  }

  @Override
  public void widen(long address, short[] query) {
    for (int i = 0; i < dimension; i++) {
      query[i] = MEMORY.get(ValueLayout.JAVA_BYTE, address + i);
    }
  }

  @Override
  public int select(
      int[] dots, int count, long scales, long norms, long errors, ScoreBound bound, int[] picked) {
    int size = 0;
    for (int row = 0; row < count; row++) {
      float upper =
          bound.upper(
              dots[row],
              MEMORY.get(FLOAT, scales + 4L * row),
              MEMORY.get(FLOAT, norms + 4L * row),
              MEMORY.get(FLOAT, errors + 4L * row));
      if (upper >= bound.threshold) {
        picked[size++] = row;
      }
    }
    return size;
  }
}
