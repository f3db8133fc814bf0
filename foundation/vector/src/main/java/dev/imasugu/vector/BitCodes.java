package dev.imasugu.vector;

import static dev.imasugu.vector.OffHeap.MEMORY;
import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.BIT_COUNT;
import static jdk.incubator.vector.VectorOperators.F2I;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.L2I;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.MAX;
import static jdk.incubator.vector.VectorOperators.NE;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/*
 * Scores from one bit a component (RaBitQ, Gao and Long 2024).
 *
 * A row x of the cell with centroid c is kept as the signs b of its residual r = x - c, after a random
 * rotation, and two floats. A query's score is
 *     q.x = q.c + c.r + (q - c).r
 * of which q.c is known once a cell and c.r is kept. For the last term, split q - c along r and across it: the
 * signs see the first part as (q - c).r (b.r) / |r|^2, and the second part as noise of mean zero, because
 * the rotation was random. So
 *     (q - c).r  is estimated without bias by  (|r|^2 / |r|_1) (b.(q - c)),     b.r = |r|_1,
 * with a standard deviation of about .75 |q - c| |r| / sqrt(dimension). Taking the centroid away first makes both
 * lengths short, which is what the cells are for besides sparing most of the work.
 *
 * q - c is rounded to 4 bits a component (whose error is a sixth of that of the signs), so b.(q - c) is four times
 * AND and count, weighted 1, 2, 4, 8. Eight rows lie interleaved by words of 64 signs: a register holds one word
 * of each, and nothing need be summed across. Working memory for one thread.
 */
final class BitCodes {
  /** Rows come in multiples of this: two registers of longs, one of floats. */
  static final int ROWS = 16;

  private static final int LANES = 8;
  private static final int PLANES = 4;
  private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_512;
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_512;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_512;
  private static final VectorSpecies<Integer> HALF = IntVector.SPECIES_256;
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  private final boolean wide;
  private final int dimension;
  private final int padded;
  private final int words;
  private final long[] planes;
  private final float[] shifted;
  private float step;
  private float sum;

  final int[] dots = new int[Desk.BLOCK];
  final float[] scores = new float[Desk.BLOCK];
  final int[] picked = new int[Desk.BLOCK];

  BitCodes(int dimension, boolean wide) {
    this.wide = wide;
    this.dimension = dimension;
    this.padded = DotKernel.padded(dimension);
    this.words = words(padded);
    this.planes = new long[PLANES * words];
    this.shifted = new float[padded];
  }

  static int words(int padded) {
    return (padded + 63) / 64;
  }

  /** Bytes of the signs of one row. */
  static int bytes(int padded) {
    return words(padded) * Long.BYTES;
  }

  /** Sets the signs of a row in zeroed memory. */
  static void write(float[] residual, long base, int row, int padded) {
    int words = words(padded);
    for (int w = 0; w < words; w++) {
      long signs = 0;
      for (int i = 64 * w; i < Math.min(padded, 64 * w + 64); i++) {
        signs |= residual[i] > 0 ? 1L << i : 0;
      }
      long block = base + (long) (row / LANES) * words * LANES * Long.BYTES;
      MEMORY.set(LONG, block + (long) (w * LANES + row % LANES) * Long.BYTES, signs);
    }
  }

  /** Rounds what is left of a rotated query when the centroid at an address is taken away. */
  void query(float[] query, long centroid) {
    float max = 0;
    if (wide) {
      FloatVector most = FloatVector.zero(FLOATS);
      for (int i = 0; i < padded; i += ROWS) {
        FloatVector left =
            FloatVector.fromArray(FLOATS, query, i)
                .sub(FloatVector.fromMemorySegment(FLOATS, MEMORY, centroid + 4L * i, ORDER));
        left.intoArray(shifted, i);
        most = most.max(left.abs());
      }
      max = most.reduceLanes(MAX);
    } else {
      for (int i = 0; i < padded; i++) {
        shifted[i] = query[i] - MEMORY.get(Slots.FLOAT, centroid + 4L * i);
        max = Math.max(max, Math.abs(shifted[i]));
      }
    }
    step = max * (2 / 15f);
    float inverse = 1 / step;
    if (!Float.isFinite(inverse)) {
      step = 0;
      inverse = 0;
    }
    Arrays.fill(planes, 0);
    int total = wide ? wideRound(inverse) : portableRound(inverse);
    // What is added beyond the dimension was rounded from 0 to 8 and is no part of the sum.
    sum = step * (total - 8 * (padded - dimension) - 7.5f * dimension);
  }

  private int wideRound(float inverse) {
    IntVector total = IntVector.zero(INTS);
    for (int i = 0; i < padded; i += ROWS) {
      var rounded =
          (IntVector)
              FloatVector.fromArray(FLOATS, shifted, i).mul(inverse).add(8f).convert(F2I, 0);
      total = total.add(rounded);
      int at = i / 64 * PLANES;
      planes[at] |= rounded.and(1).compare(NE, 0).toLong() << i;
      planes[at + 1] |= rounded.and(2).compare(NE, 0).toLong() << i;
      planes[at + 2] |= rounded.and(4).compare(NE, 0).toLong() << i;
      planes[at + 3] |= rounded.and(8).compare(NE, 0).toLong() << i;
    }
    return total.reduceLanes(ADD);
  }

  private int portableRound(float inverse) {
    int total = 0;
    for (int i = 0; i < padded; i++) {
      int rounded = (int) (shifted[i] * inverse + 8f);
      total += rounded;
      for (int plane = 0; plane < PLANES; plane++) {
        planes[i / 64 * PLANES + plane] |= (long) (rounded >> plane & 1) << i;
      }
    }
    return total;
  }

  /**
   * Estimates the scores of rows that lie one after the other, from a multiple of 16 on.
   *
   * @param count at most {@link Desk#BLOCK}, a multiple of 16
   * @param offsets address of the first row's c.r
   * @param factors address of the first row's |r|^2 / |r|_1
   * @param base the query's score with the centroid
   * @return how many reach the threshold; {@link #picked} tells which and {@link #scores} how
   */
  int scan(long signs, int count, long offsets, long factors, float base, float threshold) {
    if (wide) {
      count(signs, count);
      return wideSelect(count, offsets, factors, base, threshold);
    }
    portableCount(signs, count);
    int size = 0;
    for (int row = 0; row < count; row++) {
      float inner = Math.fma((float) dots[row], step, -sum);
      float known = MEMORY.get(Slots.FLOAT, offsets + 4L * row) + base;
      scores[row] = Math.fma(MEMORY.get(Slots.FLOAT, factors + 4L * row), inner, known);
      if (scores[row] >= threshold) {
        picked[size++] = row;
      }
    }
    return size;
  }

  private void count(long signs, int count) {
    long at = signs;
    for (int row = 0; row < count; row += LANES) {
      LongVector ones = LongVector.zero(LONGS);
      LongVector a = ones;
      LongVector b = ones;
      LongVector c = ones;
      LongVector d = ones;
      for (int w = 0; w < PLANES * words; w += PLANES) {
        LongVector bits = LongVector.fromMemorySegment(LONGS, MEMORY, at, ORDER);
        at += LONGS.vectorByteSize();
        ones = ones.add(bits.lanewise(BIT_COUNT));
        a = a.add(bits.and(planes[w]).lanewise(BIT_COUNT));
        b = b.add(bits.and(planes[w + 1]).lanewise(BIT_COUNT));
        c = c.add(bits.and(planes[w + 2]).lanewise(BIT_COUNT));
        d = d.add(bits.and(planes[w + 3]).lanewise(BIT_COUNT));
      }
      // 2 (a + 2 b + 4 c + 8 d) - 15 ones, Horner's way.
      d = d.add(d).add(c);
      d = d.add(d).add(b);
      d = d.add(d).add(a).add(ones);
      d = d.add(d).sub(ones.add(ones.lanewise(LSHL, 4)));
      ((IntVector) d.convertShape(L2I, HALF, 0)).intoArray(dots, row);
    }
  }

  private void portableCount(long signs, int count) {
    for (int row = 0; row < count; row++) {
      long at = signs + (long) (row / LANES) * words * LANES * Long.BYTES;
      int dot = 0;
      for (int w = 0; w < words; w++) {
        long bits = MEMORY.get(LONG, at + (long) (w * LANES + row % LANES) * Long.BYTES);
        dot -= 15 * Long.bitCount(bits);
        for (int plane = 0; plane < PLANES; plane++) {
          dot += Long.bitCount(bits & planes[w * PLANES + plane]) << (plane + 1);
        }
      }
      dots[row] = dot;
    }
  }

  private int wideSelect(int count, long offsets, long factors, float base, float threshold) {
    int size = 0;
    FloatVector minus = FloatVector.broadcast(FLOATS, -sum);
    FloatVector steps = FloatVector.broadcast(FLOATS, step);
    for (int row = 0; row < count; row += ROWS) {
      FloatVector inner =
          ((FloatVector) IntVector.fromArray(INTS, dots, row).convert(I2F, 0)).fma(steps, minus);
      FloatVector known =
          FloatVector.fromMemorySegment(FLOATS, MEMORY, offsets + 4L * row, ORDER).add(base);
      FloatVector score =
          FloatVector.fromMemorySegment(FLOATS, MEMORY, factors + 4L * row, ORDER)
              .fma(inner, known);
      VectorMask<Float> reached = score.compare(GE, threshold);
      if (reached.anyTrue()) {
        score.intoArray(scores, row);
        for (long hits = reached.toLong(); hits != 0; hits &= hits - 1) {
          picked[size++] = row + Long.numberOfTrailingZeros(hits);
        }
      }
    }
    return size;
  }
}
