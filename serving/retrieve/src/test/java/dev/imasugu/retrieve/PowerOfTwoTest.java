package dev.imasugu.retrieve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PowerOfTwoTest {
  @Test
  void of_anyExponent_isThePowerToFifteenDigits() {
    var random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      double x = (random.nextDouble() - 0.5) * 2_040;
      double expected = Math.pow(2, x);
      assertThat(PowerOfTwo.of(x)).isCloseTo(expected, within(2e-15 * expected));
    }
  }

  @Test
  void of_wholeNumbers_isExact() {
    for (int x = -1_022; x < 1_023; x++) {
      assertThat(PowerOfTwo.of(x)).isEqualTo(Math.scalb(1.0, x));
    }
  }

  @Test
  void of_whatADoubleCannotHold_isZeroInfiniteOrNaN() {
    assertThat(PowerOfTwo.of(-1_100)).isZero();
    assertThat(PowerOfTwo.of(Double.NEGATIVE_INFINITY)).isZero();
    assertThat(PowerOfTwo.of(1_100)).isInfinite();
    assertThat(PowerOfTwo.of(Double.NaN)).isNaN();
  }
}
