package dev.imasugu.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.imasugu.testing.Randomized;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class DecayedSumTest {
  private static final long NOW = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
  private static final long HALF_LIFE = Duration.ofHours(6).toMillis();

  private record Weight(double weight, long millis) {}

  @Test
  void log2_worked_weighsTheLaterTwiceAsMuch() {
    var sum = new DecayedSum();
    sum.add(1, NOW, HALF_LIFE);
    sum.add(1, NOW - HALF_LIFE, HALF_LIFE);
    assertThat(weightAt(sum, NOW)).isCloseTo(1.5, within(1e-10));
    assertThat(weightAt(sum, NOW + HALF_LIFE)).isCloseTo(0.75, within(1e-10));
  }

  @Test
  @Randomized
  void add_anyOrderAndGrouping_equalsTheSumRelativeToTheNewest(RandomGenerator random) {
    for (int round = 0; round < 200; round++) {
      List<Weight> weights = weights(random, 1 + random.nextInt(300));
      double expected = relativeLog2(weights);
      DecayedSum inOrder = sum(weights);
      Collections.shuffle(weights, new Random(random.nextLong()));
      DecayedSum shuffled = sum(weights);
      int cut = random.nextInt(weights.size() + 1);
      DecayedSum merged = sum(weights.subList(0, cut));
      merged.add(sum(weights.subList(cut, weights.size())));
      assertThat(inOrder.log2()).isCloseTo(expected, within(5e-11));
      assertSame(shuffled, inOrder);
      assertSame(merged, inOrder);
    }
  }

  @Test
  void add_centuries_neverOverflows() {
    var sum = new DecayedSum();
    for (int year = -400; year <= 400; year++) {
      sum.add(Double.MAX_VALUE, NOW + year * Duration.ofDays(365).toMillis(), 1000);
    }
    assertThat(sum.log2()).isFinite();
    sum.add(1, Long.MIN_VALUE, 1);
    sum.add(1, Long.MAX_VALUE, 1);
    assertThat(sum.log2()).isEqualTo(0x1p63);
  }

  @Test
  void add_notPositiveOrNotFinite_isIgnored() {
    var sum = new DecayedSum();
    for (double weight : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      sum.add(weight, NOW, HALF_LIFE);
    }
    assertThat(sum.isEmpty()).isTrue();
    assertThat(sum.log2()).isEqualTo(Double.NEGATIVE_INFINITY);
  }

  @Test
  void add_smallestWeights_areKept() {
    var sum = new DecayedSum();
    sum.add(Double.MIN_VALUE, 0, HALF_LIFE);
    sum.add(Double.MIN_VALUE, 0, HALF_LIFE);
    assertThat(sum.log2()).isCloseTo(-1073, within(1e-9));
  }

  @Test
  void add_halfLifeOfZero_isRefused() {
    assertThatThrownBy(() -> new DecayedSum().add(1, NOW, 0))
        .hasMessage("half_life: 0 ms (expected: at least 1 ms)");
  }

  @Test
  void serializer_roundTrip_keepsTheSum() throws Exception {
    var sum = new DecayedSum();
    sum.add(3, NOW, HALF_LIFE);
    var serializer = new DecayedSumSerializer();
    var out = new DataOutputSerializer(16);
    serializer.serialize(sum, out);
    DecayedSum read = serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
    assertThat(read.log2()).isEqualTo(sum.log2());
    DecayedSum copy = serializer.copy(sum);
    copy.add(1, NOW, HALF_LIFE);
    assertThat(read.log2()).isEqualTo(sum.log2()).isNotEqualTo(copy.log2());
  }

  private static void assertSame(DecayedSum sum, DecayedSum other) {
    double ratio =
        sum.mantissa()
            / other.mantissa()
            * Math.scalb(1.0, (int) (sum.exponent() - other.exponent()));
    assertThat(ratio).isCloseTo(1, within(1e-12));
  }

  private static List<Weight> weights(RandomGenerator random, int count) {
    var weights = new ArrayList<Weight>();
    for (int i = 0; i < count; i++) {
      weights.add(new Weight(random.nextDouble() * 10 + 1e-3, NOW - random.nextLong(1L << 33)));
    }
    return weights;
  }

  private static DecayedSum sum(List<Weight> weights) {
    var sum = new DecayedSum();
    weights.forEach(weight -> sum.add(weight.weight(), weight.millis(), HALF_LIFE));
    return sum;
  }

  /** The plain definition, with the newest event as landmark. */
  private static double relativeLog2(List<Weight> weights) {
    long newest = weights.stream().mapToLong(Weight::millis).max().orElseThrow();
    double sum = 0;
    for (Weight weight : weights) {
      sum += weight.weight() * Math.pow(2, (double) (weight.millis() - newest) / HALF_LIFE);
    }
    return (double) newest / HALF_LIFE + Math.log(sum) / Math.log(2);
  }

  private static double weightAt(DecayedSum sum, long now) {
    return Math.pow(2, sum.log2() - (double) now / HALF_LIFE);
  }
}
