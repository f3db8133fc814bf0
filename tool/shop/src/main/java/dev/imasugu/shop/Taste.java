package dev.imasugu.shop;

/**
 * The truth: how much a person would like an article now, and whether they would click it. Only the
 * simulation knows it.
 *
 * <pre>
 * utility = 3.0 kind + 1.3 style + 0.8 colour + 0.9 maker + 0.7 quality - 1.0 price² + 0.5 season
 *           + 0.5 new - 4 wrong size - 0.4 shown in vain (at most 4 times) + own
 * </pre>
 *
 * kind, style, colour and maker lie between 0 and 1; quality is standard normal and everybody's;
 * price is the logarithm of the price over what the person would pay for the kind; season is 1 in
 * the kind's peak month and -1 half a year later; new is 1 for two weeks. own is -4 for what they
 * have; what is used up falls to -3 when bought and rises to 1.5 when it is due.
 *
 * <p>Clicks follow the examination hypothesis (Craswell et al. 2008): position k is looked at with
 * probability k^-0.7, and what is looked at is clicked with probability 1 / (1 + e^(4.5 -
 * utility)).
 */
final class Taste {
  private static final double CLICK_AT = 4.5;
  private static final double BIAS = 0.7;
  private static final double NEW_DAYS = 14;
  private static final double YEAR = 365.25;

  private Taste() {}

  /**
   * How much a person would like an article.
   *
   * @param day of the shop's life, see {@link Article#opensDay}
   * @param dayOfYear from 0 to 365
   */
  static double utility(Person person, Article article, double day, double dayOfYear) {
    Kind kind = article.kind();
    double priceMiss = Math.log((double) article.price() / kind.price()) - person.thrift();
    double utility =
        3.0 * person.likes(kind)
            + 1.3 * person.likes(article.style())
            + 0.8 * person.likes(article.colour())
            + 0.9 * person.likes(article.brand())
            + 0.7 * article.quality()
            - Math.min(4, priceMiss * priceMiss)
            + 0.5 * season(kind, dayOfYear)
            - 0.4 * Math.min(4, person.fatigue(article))
            + own(person, article);
    if (article.opensDay() > 0 && day - article.opensDay() < NEW_DAYS) {
      utility += 0.5;
    }
    return person.fits(article) ? utility : utility - 4;
  }

  private static double season(Kind kind, double dayOfYear) {
    if (kind.peakMonth() == 0) {
      return 0;
    }
    double peak = (kind.peakMonth() - 0.5) / 12 * YEAR;
    return Math.cos(2 * Math.PI * (dayOfYear - peak) / YEAR);
  }

  private static double own(Person person, Article article) {
    double since = person.daysSinceBought(article);
    if (Double.isInfinite(since)) {
      return 0;
    }
    int lasts = article.kind().lastsDays();
    return lasts == 0 ? -4 : -3 + 4.5 * Math.min(1, since / lasts);
  }

  /** The probability that position k, counted from 1, is looked at. */
  static double examined(int position) {
    return Math.pow(position, -BIAS);
  }

  /** The probability that an article that is looked at is clicked. */
  static double clicked(double utility) {
    return 1 / (1 + Math.exp(CLICK_AT - utility));
  }
}
