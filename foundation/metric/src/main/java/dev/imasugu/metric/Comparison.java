package dev.imasugu.metric;

/**
 * Two groups compared.
 *
 * @param interval the difference, or the uplift as a share of the control's mean
 * @param pValue two-sided: how often chance alone would show at least this much
 */
public record Comparison(
    Interval interval, double standardError, double degreesOfFreedom, double pValue) {

  /**
   * Returns treatment minus control, variances unequal (Welch 1947).
   *
   * @param confidence such as 0.95
   */
  public static Comparison absolute(Sample control, Sample treatment, double confidence) {
    return of(
        treatment.mean() - control.mean(),
        control.varianceOfMean() + treatment.varianceOfMean(),
        degreesOfFreedom(control, treatment),
        confidence);
  }

  /**
   * Returns (treatment - control) / control, its variance by the delta method (Deng, Knoblich and
   * Lu 2018, section 3) and the degrees of freedom of the absolute comparison.
   *
   * @throws IllegalArgumentException if the control's mean is zero
   */
  public static Comparison relative(Sample control, Sample treatment, double confidence) {
    double base = control.mean();
    if (base == 0) {
      throw new IllegalArgumentException("control.mean: 0 (expected: not zero)");
    }
    double ratio = treatment.mean() / base;
    double variance =
        (treatment.varianceOfMean() + ratio * ratio * control.varianceOfMean()) / (base * base);
    return of(ratio - 1, variance, degreesOfFreedom(control, treatment), confidence);
  }

  private static Comparison of(
      double estimate, double variance, double freedom, double confidence) {
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException(
          "confidence: " + confidence + " (expected: between 0 and 1)");
    }
    double error = Math.sqrt(variance);
    if (error == 0) {
      double p = estimate == 0 ? 1 : 0;
      return new Comparison(new Interval(estimate, estimate, estimate), 0, freedom, p);
    }
    double width = error * Distributions.studentQuantile((1 + confidence) / 2, freedom);
    return new Comparison(
        new Interval(estimate, estimate - width, estimate + width),
        error,
        freedom,
        2 * Distributions.studentTail(Math.abs(estimate) / error, freedom));
  }

  private static double degreesOfFreedom(Sample a, Sample b) {
    double va = a.varianceOfMean();
    double vb = b.varianceOfMean();
    if (va + vb == 0) {
      return a.size() + b.size() - 2.0;
    }
    return (va + vb) * (va + vb) / (va * va / (a.size() - 1) + vb * vb / (b.size() - 1));
  }
}
