package dev.imasugu.shop;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Somebody who comes to the shop: what they like, and what they remember. A few hundred bytes, for
 * the memory is of the last {@value #MEMORY} articles.
 */
final class Person {
  private static final int MEMORY = 48;
  private static final List<Kind> KINDS = List.of(Kind.values());
  private static final double DRIFT_DAYS = 60;

  /** Days to forget an article that was shown in vain. */
  private static final double FATIGUE_DAYS = 5;

  private final int number;
  private final float[] kinds = new float[Kind.values().length];
  private final float[] styles = new float[Style.values().length];
  private final float[] colours = new float[Colour.values().length];
  private final int brand;
  private final int otherBrand;
  private final double thrift;
  private final int clothes;
  private final int shoes;
  private final double weeklyYen;

  private double purseYen;
  private double day;

  private final int[] shown = new int[MEMORY];
  private final float[] shownInVain = new float[MEMORY];
  private int nextShown;

  private final int[] bought = new int[MEMORY];
  private final float[] boughtDay = new float[MEMORY];
  private int nextBought;

  Person(int number, double day, SplittableRandom random) {
    this.number = number;
    this.day = day;
    Arrays.fill(shown, -1);
    Arrays.fill(bought, -1);
    List<Kind.Department> departments = List.of(Kind.Department.values());
    var home = departments.get(random.nextInt(departments.size()));
    var second = departments.get(random.nextInt(departments.size()));
    for (Kind kind : Kind.values()) {
      double lean = kind.department() == home ? 0.35 : kind.department() == second ? 0.2 : 0.05;
      kinds[at(kind)] = (float) (random.nextDouble() * lean);
    }
    for (int favourite = 0; favourite < 4; favourite++) {
      kinds[at(favourite(home, second, random))] = (float) (1 - 0.15 * favourite);
    }
    lean(styles, 2, random);
    lean(colours, 3, random);
    brand = random.nextInt(Brand.ALL.size());
    otherBrand = random.nextInt(Brand.ALL.size());
    thrift = 0.35 * random.nextGaussian();
    clothes = random.nextInt(Sizes.CLOTHES.names().size());
    shoes = random.nextInt(Sizes.SHOES.names().size());
    weeklyYen = 6_000 * Math.exp(0.6 * random.nextGaussian() + thrift);
    purseYen = weeklyYen;
  }

  private static Kind favourite(
      Kind.Department home, Kind.Department second, SplittableRandom random) {
    while (true) {
      Kind kind = KINDS.get(random.nextInt(KINDS.size()));
      int chance = kind.department() == home ? 100 : kind.department() == second ? 60 : 8;
      if (random.nextInt(100) < chance) {
        return kind;
      }
    }
  }

  /** A few are liked much, the others a little. */
  private static void lean(float[] likings, int favourites, SplittableRandom random) {
    for (int i = 0; i < likings.length; i++) {
      likings[i] = (float) (0.3 * random.nextDouble());
    }
    for (int i = 0; i < favourites; i++) {
      likings[random.nextInt(likings.length)] = (float) (1 - 0.25 * i);
    }
  }

  @SuppressWarnings("EnumOrdinal") // places in arrays that live as long as the process
  private static int at(Enum<?> constant) {
    return constant.ordinal();
  }

  String id() {
    return "u%05d".formatted(number);
  }

  /** How much of each kind is wanted, from 0 to about 1. */
  float likes(Kind kind) {
    return kinds[at(kind)];
  }

  float likes(Style style) {
    return styles[at(style)];
  }

  float likes(Colour colour) {
    return colours[at(colour)];
  }

  /** 1 for the maker they swear by, a half for another, else 0. */
  double likes(Brand maker) {
    return maker.equals(Brand.ALL.get(brand))
        ? 1
        : maker.equals(Brand.ALL.get(otherBrand)) ? 0.5 : 0;
  }

  /** The logarithm of what they would pay, over what is usual. */
  double thrift() {
    return thrift;
  }

  boolean fits(Article article) {
    return article.fits(clothes, shoes);
  }

  /**
   * Lets time pass: tastes wander, a favourite kind may give way to another, the purse fills, and
   * what was shown in vain is forgotten.
   */
  void until(double now, SplittableRandom random) {
    double days = now - day;
    if (days <= 0) {
      return;
    }
    day = now;
    purseYen = Math.min(4 * weeklyYen, purseYen + weeklyYen * days / 7);
    if (random.nextDouble() < -Math.expm1(-days / DRIFT_DAYS)) {
      int fading = random.nextInt(kinds.length);
      int coming = random.nextInt(kinds.length);
      float liking = kinds[fading];
      kinds[fading] = kinds[coming];
      kinds[coming] = liking;
    }
    double step = 0.03 * Math.sqrt(Math.min(days, 30));
    wander(styles, step, random);
    wander(colours, step, random);
    float kept = (float) Math.exp(-days / FATIGUE_DAYS);
    for (int i = 0; i < MEMORY; i++) {
      shownInVain[i] *= kept;
    }
  }

  private static void wander(float[] likings, double step, SplittableRandom random) {
    int one = random.nextInt(likings.length);
    likings[one] = (float) Math.clamp(likings[one] + step * random.nextGaussian(), 0, 1);
  }

  /** How often an article was lately shown in vain; forgotten within days. */
  double fatigue(Article article) {
    int at = find(shown, article);
    return at < 0 ? 0 : shownInVain[at];
  }

  void sawInVain(Article article) {
    int at = find(shown, article);
    if (at < 0) {
      at = nextShown;
      nextShown = (nextShown + 1) % MEMORY;
      shown[at] = article.index();
      shownInVain[at] = 0;
    }
    shownInVain[at]++;
  }

  /** Days since they bought an article, or infinity. */
  double daysSinceBought(Article article) {
    int at = find(bought, article);
    return at < 0 ? Double.POSITIVE_INFINITY : day - boughtDay[at];
  }

  boolean canAfford(Article article) {
    return article.price() <= purseYen;
  }

  void buys(Article article) {
    purseYen -= article.price();
    int at = find(bought, article);
    if (at < 0) {
      at = nextBought;
      nextBought = (nextBought + 1) % MEMORY;
    }
    bought[at] = article.index();
    boughtDay[at] = (float) day;
  }

  /** Articles they bought that are used up by now, or -1 for none; chance picks among several. */
  int due(Assortment assortment, SplittableRandom random) {
    int due = -1;
    int seen = 0;
    for (int i = 0; i < MEMORY; i++) {
      if (bought[i] >= 0) {
        Article article = assortment.articles().get(bought[i]);
        int lasts = article.kind().lastsDays();
        if (lasts > 0 && day - boughtDay[i] > 0.8 * lasts && random.nextInt(++seen) == 0) {
          due = article.index();
        }
      }
    }
    return due;
  }

  private static int find(int[] indices, Article article) {
    for (int i = 0; i < indices.length; i++) {
      if (indices[i] == article.index()) {
        return i;
      }
    }
    return -1;
  }
}
