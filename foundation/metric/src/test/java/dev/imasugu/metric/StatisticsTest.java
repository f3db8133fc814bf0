package dev.imasugu.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.imasugu.testing.Randomized;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class StatisticsTest {
  private static final Sample CONTROL = new Sample(3407, 0.41, 3.9);
  private static final Sample TREATMENT = new Sample(3461, 0.70, 6.2);

  @Test
  void relative_workedExample_isThePublishedOne() {
    Comparison uplift = Comparison.relative(CONTROL, TREATMENT, 0.95);
    assertThat(uplift.interval().estimate()).isCloseTo(0.70732, within(5e-6));
    assertThat(uplift.standardError()).isCloseTo(0.37879, within(5e-6));
    assertThat(uplift.interval().low()).isCloseTo(-0.03526, within(5e-6));
    assertThat(uplift.interval().high()).isCloseTo(1.44989, within(5e-6));
    assertThat(uplift.pValue()).isCloseTo(0.06191, within(5e-6));
  }

  @Test
  void absolute_workedExample_isThePublishedOne() {
    Comparison difference = Comparison.absolute(CONTROL, TREATMENT, 0.95);
    assertThat(difference.interval().estimate()).isCloseTo(0.29, within(1e-12));
    assertThat(difference.interval().low()).isCloseTo(0.04538, within(5e-6));
    assertThat(difference.interval().high()).isCloseTo(0.53462, within(1.1e-5));
    assertThat(difference.pValue()).isCloseTo(0.02016, within(5e-6));
    assertThat(difference.interval().excludesZero()).isTrue();
  }

  @Test
  void sampleRatio_workedExamples_areThePublishedOnes() {
    double[] half = {1, 1};
    assertThat(SampleRatio.pValue(new long[] {500, 600}, half)).isCloseTo(0.00256883, within(5e-9));
    assertThat(SampleRatio.pValue(new long[] {5000, 5200}, half))
        .isCloseTo(0.0476704, within(5e-8));
    assertThat(SampleRatio.pValue(new long[] {10000, 10600}, half))
        .isCloseTo(2.90999e-05, within(5e-11));
  }

  @Test
  void student_tableValues_areReproduced() {
    assertThat(Distributions.studentQuantile(0.975, 1)).isCloseTo(12.7062047, within(1e-6));
    assertThat(Distributions.studentQuantile(0.975, 10)).isCloseTo(2.2281389, within(1e-6));
    assertThat(Distributions.studentQuantile(0.95, 30)).isCloseTo(1.6972609, within(1e-6));
    assertThat(Distributions.chiSquareTail(9.487729, 4)).isCloseTo(0.05, within(1e-7));
  }

  @Test
  void adjustments_workedExample_areThoseOfR() {
    double[] p = {0.01, 0.04, 0.03, 0.005};
    assertThat(ManyTests.holm(p))
        .containsExactly(new double[] {0.03, 0.06, 0.06, 0.02}, within(1e-12));
    assertThat(ManyTests.benjaminiHochberg(p))
        .containsExactly(new double[] {0.02, 0.04, 0.04, 0.02}, within(1e-12));
  }

  @Test
  void compare_withoutVariance_hasDefinedValues() {
    Sample flat = new Sample(10, 1, 0);
    assertThat(Comparison.absolute(flat, flat, 0.95).pValue()).isEqualTo(1);
    assertThat(Comparison.absolute(flat, new Sample(10, 2, 0), 0.95).pValue()).isEqualTo(0);
    assertThatThrownBy(() -> Comparison.relative(new Sample(10, 0, 1), flat, 0.95))
        .hasMessage("control.mean: 0 (expected: not zero)");
  }

  @Test
  @Randomized
  void bootstrap_ofManyUsers_agreesWithTheNormalInterval(RandomGenerator random) {
    float[] ours = new float[2_000];
    float[] theirs = new float[2_000];
    double[] differences = new double[2_000];
    for (int i = 0; i < ours.length; i++) {
      theirs[i] = random.nextFloat();
      ours[i] = theirs[i] + 0.1f * random.nextFloat();
      differences[i] = ours[i] - theirs[i];
    }
    Sample sample = Sample.of(differences);
    Interval interval = Bootstrap.pairedDifference(ours, theirs, 2_000, 0.95, random);
    double width = 1.96 * sample.standardDeviation() / Math.sqrt(ours.length);
    assertThat(interval.estimate()).isCloseTo(sample.mean(), within(1e-6));
    assertThat(interval.low()).isCloseTo(sample.mean() - width, within(0.15 * width));
    assertThat(interval.high()).isCloseTo(sample.mean() + width, within(0.15 * width));
  }
}
