package dev.imasugu.metric;

/*
 * Tails by the incomplete beta and gamma functions, continued fractions by Lentz's method
 * (Press et al. 2007, sections 6.2 and 6.4); relative error below 1e-10 where it matters here.
 */

/** Probabilities of the distributions that the tests need. */
final class Distributions {
  private static final double TINY = 1e-300;
  private static final double PRECISION = 1e-15;
  private static final int MOST_STEPS = 10_000;

  private static final double[] LANCZOS = {
    676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406,
    12.507343278686905, -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7
  };

  private Distributions() {}

  /** P(T > t) for t >= 0. */
  static double studentTail(double t, double freedom) {
    return 0.5 * beta(freedom / (freedom + t * t), freedom / 2, 0.5);
  }

  /** The t with P(T &lt;= t) = probability, for a probability of at least one half. */
  static double studentQuantile(double probability, double freedom) {
    double low = 0;
    double high = 1;
    while (studentTail(high, freedom) > 1 - probability && high < 1e12) {
      high *= 2;
    }
    for (int i = 0; i < 200; i++) {
      double middle = (low + high) / 2;
      if (studentTail(middle, freedom) > 1 - probability) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  /** P(X > x) for a chi-square variable. */
  static double chiSquareTail(double x, int freedom) {
    return x <= 0 ? 1 : gammaTail(freedom / 2.0, x / 2);
  }

  /** The regularised incomplete beta function I_x(a, b). */
  private static double beta(double x, double a, double b) {
    if (x <= 0 || x >= 1) {
      return x <= 0 ? 0 : 1;
    }
    double front =
        Math.exp(
            logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
    return x < (a + 1) / (a + b + 2)
        ? front * betaFraction(x, a, b) / a
        : 1 - front * betaFraction(1 - x, b, a) / b;
  }

  private static double betaFraction(double x, double a, double b) {
    double c = 1;
    double d = 1 / away(1 - (a + b) * x / (a + 1));
    double value = d;
    for (int m = 1; m < MOST_STEPS; m++) {
      double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
      d = 1 / away(1 + even * d);
      c = away(1 + even / c);
      value *= d * c;
      double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
      d = 1 / away(1 + odd * d);
      c = away(1 + odd / c);
      value *= d * c;
      if (Math.abs(d * c - 1) < PRECISION) {
        break;
      }
    }
    return value;
  }

  /** The regularised upper incomplete gamma function Q(a, x). */
  private static double gammaTail(double a, double x) {
    double front = Math.exp(-x + a * Math.log(x) - logGamma(a));
    if (x < a + 1) {
      double term = 1 / a;
      double sum = term;
      for (int n = 1; n < MOST_STEPS && term > sum * PRECISION; n++) {
        term *= x / (a + n);
        sum += term;
      }
      return 1 - front * sum;
    }
    double b = x + 1 - a;
    double c = 1 / TINY;
    double d = 1 / away(b);
    double value = d;
    for (int i = 1; i < MOST_STEPS; i++) {
      double step = -i * (i - a);
      b += 2;
      d = 1 / away(step * d + b);
      c = away(b + step / c);
      value *= d * c;
      if (Math.abs(d * c - 1) < PRECISION) {
        break;
      }
    }
    return front * value;
  }

  private static double away(double value) {
    return Math.abs(value) < TINY ? TINY : value;
  }

  private static double logGamma(double x) {
    if (x < 0.5) {
      return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
    }
    double sum = 0.9999999999998099;
    for (int i = 0; i < LANCZOS.length; i++) {
      sum += LANCZOS[i] / (x + i);
    }
    double t = x + LANCZOS.length - 1.5;
    return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
  }
}
