package dev.imasugu.vector;

import static dev.imasugu.vector.OffHeap.MEMORY;
import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.B2F;
import static jdk.incubator.vector.VectorOperators.B2S;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;

import java.lang.constant.ConstantDescs;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/*
 * The kernel for 512-bit vectors, one class per dimension.
 *
 * With the dimension in a field, C2 cannot know how often the inner loop runs, keeps its checks and
 * does not overlap rows: 3-6x slower than C. So this class is a template. DotKernels loads its bytes again for each
 * dimension as a hidden class (JEP 371) whose class data is the dimension; DIMENSION is then a
 * constant like any other static final.
 *
 * Codes. 32 signed bytes are widened to 32 shorts (one shuffle uop), multiplied and added in 16 bits
 * (one uop each). |code| <= 63, so a product is at most 3,969 and eight of them fit 16 bits; after four (128
 * dimensions) the sums are split into 32 bits. No instruction that the Vector API lacks (VPDPBUSD) is missed much:
 * the walk waits for memory. Nothing in the row loop branches on data, so the processor overlaps the
 * cache misses of several rows by itself; this is the only prefetch that Java has.
 *
 * Vectors never cross a method, however small, and so the same lines stand here more than once: with private
 * helpers for a load and a split this class was three times slower (51 against 16 ns for 384 dimensions).
 */
@SuppressWarnings("UnnecessaryParentheses") // a cast reads better with them
final class SimdKernel implements DotKernel {
  private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_256;
  private static final VectorSpecies<Byte> QUARTER = ByteVector.SPECIES_128;
  private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_512;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_512;
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_512;
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private static final int DIMENSION = dimension();
  private static final int WHOLE = DIMENSION / 128 * 128;
  private static final int REST = DIMENSION - WHOLE;

  private static final VectorShuffle<Float> HALF_8 = VectorShuffle.iota(FLOATS, 8, 1, true);
  private static final VectorShuffle<Float> HALF_4 = VectorShuffle.iota(FLOATS, 4, 1, true);
  private static final VectorShuffle<Float> HALF_2 = VectorShuffle.iota(FLOATS, 2, 1, true);
  private static final VectorShuffle<Float> HALF_1 = VectorShuffle.iota(FLOATS, 1, 1, true);

  private static final VectorMask<Integer> HIGH_HALF = VectorMask.fromLong(INTS, 0xFF00);
  private static final VectorMask<Integer> ODD_QUARTERS = VectorMask.fromLong(INTS, 0xF0F0);
  private static final VectorMask<Integer> FOUR = VectorMask.fromLong(INTS, 0xF);
  private static final VectorShuffle<Integer> SWAP_HALVES = VectorShuffle.fromOp(INTS, i -> i ^ 8);
  private static final VectorShuffle<Integer> SWAP_QUARTERS =
      VectorShuffle.fromOp(INTS, i -> i ^ 4);
  private static final VectorShuffle<Integer> SWAP_PAIRS = VectorShuffle.fromOp(INTS, i -> i ^ 2);
  private static final VectorShuffle<Integer> SWAP_LANES = VectorShuffle.fromOp(INTS, i -> i ^ 1);

  /** Where the sums of rows a, b, c, d lie. */
  private static final VectorShuffle<Integer> FIRST_OF_EACH =
      VectorShuffle.fromOp(INTS, i -> (i & 1) * 8 + (i >> 1 & 1) * 4);

  private static int dimension() {
    try {
      Integer data =
          MethodHandles.classData(
              MethodHandles.lookup(), ConstantDescs.DEFAULT_NAME, Integer.class);
      return data == null ? 0 : data;
    } catch (IllegalAccessException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /*
   * Four rows at a time: the sixteen partial sums of each end in one register, [a a a a c c c c b b b b d d d
   * d], by blending halves and then quarters of two rows and adding the rest. That takes 7 instructions a
   * row, a lane reduction of its own 15.
   */
  @Override
  public void scan(short[] query, long address, int count, int[] dots) {
    int row = 0;
    for (; row + 4 <= count; row += 4) {
      long at = address + (long) row * DIMENSION;
      IntVector a = IntVector.zero(INTS);
      IntVector b = IntVector.zero(INTS);
      IntVector c = IntVector.zero(INTS);
      IntVector d = IntVector.zero(INTS);
      for (int i = 0; i < WHOLE; i += 128) {
        ShortVector q0 = ShortVector.fromArray(SHORTS, query, i + 0);
        ShortVector q1 = ShortVector.fromArray(SHORTS, query, i + 32);
        ShortVector q2 = ShortVector.fromArray(SHORTS, query, i + 64);
        ShortVector q3 = ShortVector.fromArray(SHORTS, query, i + 96);
        IntVector aPairs =
            (((ShortVector)
                        ByteVector.fromMemorySegment(BYTES, MEMORY, at + i, ORDER)
                            .convertShape(B2S, SHORTS, 0))
                    .mul(q0))
                .add(
                    ((ShortVector)
                            ByteVector.fromMemorySegment(BYTES, MEMORY, at + i + 32, ORDER)
                                .convertShape(B2S, SHORTS, 0))
                        .mul(q1))
                .add(
                    (((ShortVector)
                                ByteVector.fromMemorySegment(BYTES, MEMORY, at + i + 64, ORDER)
                                    .convertShape(B2S, SHORTS, 0))
                            .mul(q2))
                        .add(
                            ((ShortVector)
                                    ByteVector.fromMemorySegment(BYTES, MEMORY, at + i + 96, ORDER)
                                        .convertShape(B2S, SHORTS, 0))
                                .mul(q3)))
                .reinterpretAsInts();
        a = a.add(aPairs.lanewise(LSHL, 16).lanewise(ASHR, 16)).add(aPairs.lanewise(ASHR, 16));
        IntVector bPairs =
            (((ShortVector)
                        ByteVector.fromMemorySegment(BYTES, MEMORY, at + DIMENSION + i, ORDER)
                            .convertShape(B2S, SHORTS, 0))
                    .mul(q0))
                .add(
                    ((ShortVector)
                            ByteVector.fromMemorySegment(
                                    BYTES, MEMORY, at + DIMENSION + i + 32, ORDER)
                                .convertShape(B2S, SHORTS, 0))
                        .mul(q1))
                .add(
                    (((ShortVector)
                                ByteVector.fromMemorySegment(
                                        BYTES, MEMORY, at + DIMENSION + i + 64, ORDER)
                                    .convertShape(B2S, SHORTS, 0))
                            .mul(q2))
                        .add(
                            ((ShortVector)
                                    ByteVector.fromMemorySegment(
                                            BYTES, MEMORY, at + DIMENSION + i + 96, ORDER)
                                        .convertShape(B2S, SHORTS, 0))
                                .mul(q3)))
                .reinterpretAsInts();
        b = b.add(bPairs.lanewise(LSHL, 16).lanewise(ASHR, 16)).add(bPairs.lanewise(ASHR, 16));
        IntVector cPairs =
            (((ShortVector)
                        ByteVector.fromMemorySegment(BYTES, MEMORY, at + 2L * DIMENSION + i, ORDER)
                            .convertShape(B2S, SHORTS, 0))
                    .mul(q0))
                .add(
                    ((ShortVector)
                            ByteVector.fromMemorySegment(
                                    BYTES, MEMORY, at + 2L * DIMENSION + i + 32, ORDER)
                                .convertShape(B2S, SHORTS, 0))
                        .mul(q1))
                .add(
                    (((ShortVector)
                                ByteVector.fromMemorySegment(
                                        BYTES, MEMORY, at + 2L * DIMENSION + i + 64, ORDER)
                                    .convertShape(B2S, SHORTS, 0))
                            .mul(q2))
                        .add(
                            ((ShortVector)
                                    ByteVector.fromMemorySegment(
                                            BYTES, MEMORY, at + 2L * DIMENSION + i + 96, ORDER)
                                        .convertShape(B2S, SHORTS, 0))
                                .mul(q3)))
                .reinterpretAsInts();
        c = c.add(cPairs.lanewise(LSHL, 16).lanewise(ASHR, 16)).add(cPairs.lanewise(ASHR, 16));
        IntVector dPairs =
            (((ShortVector)
                        ByteVector.fromMemorySegment(BYTES, MEMORY, at + 3L * DIMENSION + i, ORDER)
                            .convertShape(B2S, SHORTS, 0))
                    .mul(q0))
                .add(
                    ((ShortVector)
                            ByteVector.fromMemorySegment(
                                    BYTES, MEMORY, at + 3L * DIMENSION + i + 32, ORDER)
                                .convertShape(B2S, SHORTS, 0))
                        .mul(q1))
                .add(
                    (((ShortVector)
                                ByteVector.fromMemorySegment(
                                        BYTES, MEMORY, at + 3L * DIMENSION + i + 64, ORDER)
                                    .convertShape(B2S, SHORTS, 0))
                            .mul(q2))
                        .add(
                            ((ShortVector)
                                    ByteVector.fromMemorySegment(
                                            BYTES, MEMORY, at + 3L * DIMENSION + i + 96, ORDER)
                                        .convertShape(B2S, SHORTS, 0))
                                .mul(q3)))
                .reinterpretAsInts();
        d = d.add(dPairs.lanewise(LSHL, 16).lanewise(ASHR, 16)).add(dPairs.lanewise(ASHR, 16));
      }
      for (int i = WHOLE; i < DIMENSION; i += 32) {
        ShortVector q0 = ShortVector.fromArray(SHORTS, query, i);
        IntVector aPairs =
            ((ShortVector)
                    ByteVector.fromMemorySegment(BYTES, MEMORY, at + i, ORDER)
                        .convertShape(B2S, SHORTS, 0))
                .mul(q0)
                .reinterpretAsInts();
        a = a.add(aPairs.lanewise(LSHL, 16).lanewise(ASHR, 16)).add(aPairs.lanewise(ASHR, 16));
        IntVector bPairs =
            ((ShortVector)
                    ByteVector.fromMemorySegment(BYTES, MEMORY, at + DIMENSION + i, ORDER)
                        .convertShape(B2S, SHORTS, 0))
                .mul(q0)
                .reinterpretAsInts();
        b = b.add(bPairs.lanewise(LSHL, 16).lanewise(ASHR, 16)).add(bPairs.lanewise(ASHR, 16));
        IntVector cPairs =
            ((ShortVector)
                    ByteVector.fromMemorySegment(BYTES, MEMORY, at + 2L * DIMENSION + i, ORDER)
                        .convertShape(B2S, SHORTS, 0))
                .mul(q0)
                .reinterpretAsInts();
        c = c.add(cPairs.lanewise(LSHL, 16).lanewise(ASHR, 16)).add(cPairs.lanewise(ASHR, 16));
        IntVector dPairs =
            ((ShortVector)
                    ByteVector.fromMemorySegment(BYTES, MEMORY, at + 3L * DIMENSION + i, ORDER)
                        .convertShape(B2S, SHORTS, 0))
                .mul(q0)
                .reinterpretAsInts();
        d = d.add(dPairs.lanewise(LSHL, 16).lanewise(ASHR, 16)).add(dPairs.lanewise(ASHR, 16));
      }
      IntVector ab = a.blend(b, HIGH_HALF).add(b.blend(a, HIGH_HALF).rearrange(SWAP_HALVES));
      IntVector cd = c.blend(d, HIGH_HALF).add(d.blend(c, HIGH_HALF).rearrange(SWAP_HALVES));
      IntVector all =
          ab.blend(cd, ODD_QUARTERS).add(cd.blend(ab, ODD_QUARTERS).rearrange(SWAP_QUARTERS));
      all = all.add(all.rearrange(SWAP_PAIRS));
      all = all.add(all.rearrange(SWAP_LANES));
      all.rearrange(FIRST_OF_EACH).intoArray(dots, row, FOUR);
    }
    for (; row < count; row++) {
      long at = address + (long) row * DIMENSION;
      int sum = 0;
      for (int i = 0; i < DIMENSION; i++) {
        sum += query[i] * MEMORY.get(ValueLayout.JAVA_BYTE, at + i);
      }
      dots[row] = sum;
    }
  }

  @Override
  public void gather(short[] query, long[] addresses, int count, int[] dots) {
    for (int row = 0; row < count; row++) {
      long at = addresses[row];
      IntVector sum = IntVector.zero(INTS);
      for (int i = 0; i < WHOLE; i += 128) {
        var a =
            (ShortVector)
                ByteVector.fromMemorySegment(BYTES, MEMORY, at + i, ORDER)
                    .convertShape(B2S, SHORTS, 0);
        var b =
            (ShortVector)
                ByteVector.fromMemorySegment(BYTES, MEMORY, at + i + 32, ORDER)
                    .convertShape(B2S, SHORTS, 0);
        var c =
            (ShortVector)
                ByteVector.fromMemorySegment(BYTES, MEMORY, at + i + 64, ORDER)
                    .convertShape(B2S, SHORTS, 0);
        var d =
            (ShortVector)
                ByteVector.fromMemorySegment(BYTES, MEMORY, at + i + 96, ORDER)
                    .convertShape(B2S, SHORTS, 0);
        IntVector pairs =
            a.mul(ShortVector.fromArray(SHORTS, query, i))
                .add(b.mul(ShortVector.fromArray(SHORTS, query, i + 32)))
                .add(
                    c.mul(ShortVector.fromArray(SHORTS, query, i + 64))
                        .add(d.mul(ShortVector.fromArray(SHORTS, query, i + 96))))
                .reinterpretAsInts();
        sum = sum.add(pairs.lanewise(LSHL, 16).lanewise(ASHR, 16)).add(pairs.lanewise(ASHR, 16));
      }
      if (REST > 0) {
        var a =
            (ShortVector)
                ByteVector.fromMemorySegment(BYTES, MEMORY, at + WHOLE, ORDER)
                    .convertShape(B2S, SHORTS, 0);
        ShortVector rest = a.mul(ShortVector.fromArray(SHORTS, query, WHOLE));
        if (REST > 32) {
          var b =
              (ShortVector)
                  ByteVector.fromMemorySegment(BYTES, MEMORY, at + WHOLE + 32, ORDER)
                      .convertShape(B2S, SHORTS, 0);
          rest = rest.add(b.mul(ShortVector.fromArray(SHORTS, query, WHOLE + 32)));
        }
        if (REST > 64) {
          var c =
              (ShortVector)
                  ByteVector.fromMemorySegment(BYTES, MEMORY, at + WHOLE + 64, ORDER)
                      .convertShape(B2S, SHORTS, 0);
          rest = rest.add(c.mul(ShortVector.fromArray(SHORTS, query, WHOLE + 64)));
        }
        IntVector pairs = rest.reinterpretAsInts();
        sum = sum.add(pairs.lanewise(LSHL, 16).lanewise(ASHR, 16)).add(pairs.lanewise(ASHR, 16));
      }
      dots[row] = sum.reduceLanes(ADD);
    }
  }

  @Override
  public void rerank(float[] query, long[] addresses, int count, float[] scores) {
    for (int row = 0; row < count; row++) {
      long at = addresses[row];
      FloatVector low = FloatVector.zero(FLOATS);
      FloatVector high = FloatVector.zero(FLOATS);
      for (int i = 0; i < DIMENSION; i += PADDING) {
        low =
            FloatVector.fromArray(FLOATS, query, i)
                .fma(FloatVector.fromMemorySegment(FLOATS, MEMORY, at + 4L * i, ORDER), low);
        high =
            FloatVector.fromArray(FLOATS, query, i + 16)
                .fma(FloatVector.fromMemorySegment(FLOATS, MEMORY, at + 4L * i + 64, ORDER), high);
      }
      FloatVector sum = low.add(high);
      sum = sum.add(sum.rearrange(HALF_8));
      sum = sum.add(sum.rearrange(HALF_4));
      sum = sum.add(sum.rearrange(HALF_2));
      sum = sum.add(sum.rearrange(HALF_1));
      scores[row] = sum.lane(0);
    }
  }

  @Override
  public void rerankCodes(float[] query, long[] addresses, int count, float[] scores) {
    for (int row = 0; row < count; row++) {
      long at = addresses[row];
      FloatVector low = FloatVector.zero(FLOATS);
      FloatVector high = FloatVector.zero(FLOATS);
      for (int i = 0; i < DIMENSION; i += PADDING) {
        low =
            FloatVector.fromArray(FLOATS, query, i)
                .fma(
                    (FloatVector)
                        ByteVector.fromMemorySegment(QUARTER, MEMORY, at + i, ORDER)
                            .convertShape(B2F, FLOATS, 0),
                    low);
        high =
            FloatVector.fromArray(FLOATS, query, i + 16)
                .fma(
                    (FloatVector)
                        ByteVector.fromMemorySegment(QUARTER, MEMORY, at + i + 16, ORDER)
                            .convertShape(B2F, FLOATS, 0),
                    high);
      }
      FloatVector sum = low.add(high);
      sum = sum.add(sum.rearrange(HALF_8));
      sum = sum.add(sum.rearrange(HALF_4));
      sum = sum.add(sum.rearrange(HALF_2));
      sum = sum.add(sum.rearrange(HALF_1));
      scores[row] = sum.lane(0);
    }
  }

  @Override
  public void widen(long address, short[] query) {
    for (int i = 0; i < DIMENSION; i += 32) {
      var codes =
          (ShortVector)
              ByteVector.fromMemorySegment(BYTES, MEMORY, address + i, ORDER)
                  .convertShape(B2S, SHORTS, 0);
      codes.intoArray(query, i);
    }
  }

  @Override
  public int select(
      int[] dots, int count, long scales, long norms, long errors, ScoreBound bound, int[] picked) {
    int size = 0;
    float threshold = bound.threshold;
    int row = 0;
    for (; row + 16 <= count; row += 16) {
      FloatVector upper =
          ((FloatVector) IntVector.fromArray(INTS, dots, row).convert(I2F, 0))
              .mul(FloatVector.fromMemorySegment(FLOATS, MEMORY, scales + 4L * row, ORDER))
              .mul(bound.queryScale)
              .add(
                  FloatVector.fromMemorySegment(FLOATS, MEMORY, norms + 4L * row, ORDER)
                      .mul(bound.perNorm))
              .add(
                  FloatVector.fromMemorySegment(FLOATS, MEMORY, errors + 4L * row, ORDER)
                      .mul(bound.perError));
      long hits = upper.compare(GE, threshold).toLong();
      for (; hits != 0; hits &= hits - 1) {
        picked[size++] = row + Long.numberOfTrailingZeros(hits);
      }
    }
    for (; row < count; row++) {
      float upper =
          bound.upper(
              dots[row],
              MEMORY.get(FLOAT, scales + 4L * row),
              MEMORY.get(FLOAT, norms + 4L * row),
              MEMORY.get(FLOAT, errors + 4L * row));
      if (upper >= threshold) {
        picked[size++] = row;
      }
    }
    return size;
  }
}
