package dev.imasugu.vector;

import static dev.imasugu.vector.OffHeap.MEMORY;
import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.ASHR;
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
 * Vectors pass only through private static methods small enough to be inlined always: a boxed Vector would
 * cost more than the row.
 */
final class SimdKernel implements DotKernel {
  private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_256;
  private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_512;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_512;
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_512;
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private static final int DIMENSION = dimension();
  private static final long STRIDE = DIMENSION;
  private static final int WHOLE = DIMENSION / 128 * 128;

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

  @Override
  public void scan(short[] query, long address, int count, int[] dots) {
    int row = 0;
    for (; row + 4 <= count; row += 4) {
      long at = address + row * STRIDE;
      fourSums(
              products(query, at),
              products(query, at + STRIDE),
              products(query, at + 2 * STRIDE),
              products(query, at + 3 * STRIDE))
          .intoArray(dots, row, FOUR);
    }
    for (; row < count; row++) {
      dots[row] = products(query, address + row * STRIDE).reduceLanes(ADD);
    }
  }

  @Override
  public void gather(short[] query, long[] addresses, int count, int[] dots) {
    int row = 0;
    for (; row + 4 <= count; row += 4) {
      fourSums(
              products(query, addresses[row]),
              products(query, addresses[row + 1]),
              products(query, addresses[row + 2]),
              products(query, addresses[row + 3]))
          .intoArray(dots, row, FOUR);
    }
    for (; row < count; row++) {
      dots[row] = products(query, addresses[row]).reduceLanes(ADD);
    }
  }

  /** Sixteen partial sums of one row's products. */
  private static IntVector products(short[] query, long at) {
    IntVector sums = IntVector.zero(INTS);
    for (int i = 0; i < WHOLE; i += 128) {
      ShortVector a = codes(at + i).mul(ShortVector.fromArray(SHORTS, query, i));
      ShortVector b = codes(at + i + 32).mul(ShortVector.fromArray(SHORTS, query, i + 32));
      ShortVector c = codes(at + i + 64).mul(ShortVector.fromArray(SHORTS, query, i + 64));
      ShortVector d = codes(at + i + 96).mul(ShortVector.fromArray(SHORTS, query, i + 96));
      sums = sums.add(pairs(a.add(b).add(c.add(d))));
    }
    for (int i = WHOLE; i < DIMENSION; i += 32) {
      sums = sums.add(pairs(codes(at + i).mul(ShortVector.fromArray(SHORTS, query, i))));
    }
    return sums;
  }

  private static ShortVector codes(long at) {
    return (ShortVector)
        ByteVector.fromMemorySegment(BYTES, MEMORY, at, ORDER).convertShape(B2S, SHORTS, 0);
  }

  private static IntVector pairs(ShortVector sums) {
    IntVector both = sums.reinterpretAsInts();
    return both.lanewise(LSHL, 16).lanewise(ASHR, 16).add(both.lanewise(ASHR, 16));
  }

  /**
   * The sums of four rows in the first four lanes. Halves and then quarters of two rows are
   * blended, swapped and added, so four rows share one reduction: 5 instructions a row instead of
   * 10.
   */
  private static IntVector fourSums(IntVector a, IntVector b, IntVector c, IntVector d) {
    IntVector ab = a.blend(b, HIGH_HALF).add(b.blend(a, HIGH_HALF).rearrange(SWAP_HALVES));
    IntVector cd = c.blend(d, HIGH_HALF).add(d.blend(c, HIGH_HALF).rearrange(SWAP_HALVES));
    IntVector all =
        ab.blend(cd, ODD_QUARTERS).add(cd.blend(ab, ODD_QUARTERS).rearrange(SWAP_QUARTERS));
    all = all.add(all.rearrange(SWAP_PAIRS));
    all = all.add(all.rearrange(SWAP_LANES));
    return all.rearrange(FIRST_OF_EACH);
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
