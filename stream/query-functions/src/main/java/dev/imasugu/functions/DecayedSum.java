package dev.imasugu.functions;

/**
 * A sum of weights that halve with every half-life. Mutable, for one thread at a time.
 *
 * <p>The sum is positive or, before the first weight, zero. Weights that are not positive and
 * finite are ignored.
 */
public final class DecayedSum {
  /*
   * Forward decay (Cormode, Shkapenyuk, Srivastava and Xu 2009). Let h be the half-life. At time
   * `now` an event of weight w at time t counts w * 2^((t - now) / h). The factor 2^(-now / h) is
   * common to all events, so keep
   *
   *     S = sum of w_i * 2^(t_i / h)
   *
   * which never changes as time goes by, and take the factor out when somebody asks. The sum of a
   * set of events is the same in whatever order they arrive, and two sums compare alike at any
   * `now`.
   *
   * S itself does not fit a double: t / h is about 80,000 for h = 6 hours. So S is held as
   * mantissa * 2^exponent with the mantissa in [1, 2) and the exponent a long. An event splits into
   * whole = floor(t / h) half-lives, which only move the exponent, and a rest in [0, 1) of one,
   * which makes a factor in [1, 2). Moving a landmark is a change of exponent: exact, and nothing
   * ever overflows. Each addition rounds once, so n additions in any order agree to about n * 2^-53
   * in the worst case and sqrt(n) * 2^-53 in practice. A term more than 1,000 half-lives older than
   * the sum (smaller by 2^1000) vanishes, as it would in any double.
   */
  private static final int VANISHES = 1000;

  private static final double LN_2 = Math.log(2);

  private double mantissa;
  private long exponent;

  public DecayedSum() {}

  DecayedSum(double mantissa, long exponent) {
    this.mantissa = mantissa;
    this.exponent = exponent;
  }

  /**
   * Adds a weight.
   *
   * @param millis when it happened, milliseconds since the epoch
   * @param halfLifeMillis at least 1; the same at every call
   */
  public void add(double weight, long millis, long halfLifeMillis) {
    if (halfLifeMillis < 1) {
      throw new IllegalArgumentException(
          "half_life: " + halfLifeMillis + " ms (expected: at least 1 ms)");
    }
    if (!(weight > 0) || weight == Double.POSITIVE_INFINITY) {
      return;
    }
    double rest = (double) Math.floorMod(millis, halfLifeMillis) / halfLifeMillis;
    int scale = Math.getExponent(weight); // taken out first: weight * 2 must not overflow
    add(
        Math.scalb(weight, -scale) * Math.pow(2, rest),
        Math.floorDiv(millis, halfLifeMillis) + scale);
  }

  /** Adds another sum of the same half-life. */
  public void add(DecayedSum other) {
    add(other.mantissa, other.exponent);
  }

  private void add(double otherMantissa, long otherExponent) {
    if (otherMantissa == 0) {
      return;
    }
    if (mantissa == 0) {
      mantissa = otherMantissa;
      exponent = otherExponent;
    } else if (otherExponent > exponent) {
      mantissa = otherMantissa + shifted(mantissa, otherExponent - exponent);
      exponent = otherExponent;
    } else {
      mantissa += shifted(otherMantissa, exponent - otherExponent);
    }
    int scale = Math.getExponent(mantissa);
    mantissa = Math.scalb(mantissa, -scale);
    exponent += scale;
  }

  private static double shifted(double mantissa, long halvings) {
    return halvings > VANISHES ? 0 : Math.scalb(mantissa, (int) -halvings);
  }

  /** Whether nothing was added yet. */
  public boolean isEmpty() {
    return mantissa == 0;
  }

  /**
   * Returns log2 of the sum at the epoch, negative infinity when empty. The decayed weight at time
   * {@code now} is {@code 2^(log2 - now / halfLife)}.
   *
   * <p>Two results of one half-life compare as their weights do at any time. The distance to the
   * next double is 1.5e-11 for a half-life of 6 hours and a time in this century, 2.3e-13 for 30
   * days, 2.4e-7 for one second: that is the relative error of the weight, over ln 2.
   */
  public double log2() {
    return log2(mantissa, exponent);
  }

  static double log2(double mantissa, long exponent) {
    return exponent + Math.log(mantissa) / LN_2;
  }

  double mantissa() {
    return mantissa;
  }

  long exponent() {
    return exponent;
  }

  @Override
  public String toString() {
    return mantissa + " * 2^" + exponent;
  }
}
