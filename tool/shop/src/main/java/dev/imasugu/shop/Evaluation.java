package dev.imasugu.shop;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * What lists are worth, by the truth. A list's value is the number of clicks a person would make on
 * it if they only looked, see {@link Taste}; its regret is how much it lacks to the best list that
 * could be shown. The oracle's list has what is on the shelf and the person has not touched lately,
 * as the platform's lists must.
 */
public final class Evaluation {
  private static final int LIST = 10;
  private static final int SAMPLES = 1_000;

  /**
   * How lists of one placement did.
   *
   * @param value mean expected clicks a list
   * @param regret mean of what is lacking to the oracle's list
   * @param share the regret over that of the popular list; of a bootstrap over people, {@code low}
   *     to {@code high} holds 95 %
   */
  public record Result(
      String placement, double value, double regret, double share, double low, double high) {
    /** One line of a table. */
    public String line() {
      return String.format(
          Locale.ROOT,
          "%-20s %8.3f %8.3f %8.1f %%  (%.1f to %.1f)",
          placement,
          value,
          regret,
          100 * share,
          100 * low,
          100 * high);
    }
  }

  private final Shop shop;

  public Evaluation(Shop shop) {
    this.shop = shop;
  }

  /**
   * Reads lists of some people and judges them, and beside them the popular list, a random one and
   * the oracle's. Best first.
   *
   * @param placements whose lists are read
   * @param people how many of them, at most; chosen by the seed
   * @param history the placement that says what somebody touched lately, or empty
   */
  public List<Result> run(List<String> placements, int people, String history, long seed) {
    var random = new SplittableRandom(seed);
    var chosen = new ArrayList<>(shop.people());
    for (int i = 0; i < Math.min(people, chosen.size()); i++) {
      int other = i + random.nextInt(chosen.size() - i);
      Person person = chosen.get(i);
      chosen.set(i, chosen.get(other));
      chosen.set(other, person);
    }
    List<Person> sample = chosen.subList(0, Math.min(people, chosen.size()));
    var names = new ArrayList<String>(placements);
    names.addAll(List.of("(popular)", "(random)", "(oracle)"));
    double[][] values = new double[names.size()][sample.size()];
    for (int i = 0; i < sample.size(); i++) {
      Person person = sample.get(i);
      List<String> touched =
          history.isEmpty()
              ? List.of()
              : shop.list(history, person.id(), 100, List.of()).stream().map(Article::id).toList();
      int row = 0;
      for (String placement : placements) {
        values[row++][i] = value(person, shop.list(placement, person.id(), LIST, List.of()));
      }
      // Nobody has this id, so this is what the platform shows who it knows nothing of.
      values[row++][i] =
          value(person, shop.list(placements.getFirst(), "nobody-" + i, LIST, touched));
      values[row++][i] = value(person, anything(touched, random));
      values[row][i] = value(person, oracle(person, touched));
    }
    return results(names, values, random);
  }

  private static List<Result> results(
      List<String> names, double[][] values, SplittableRandom random) {
    int oracle = names.size() - 1;
    int popular = names.indexOf("(popular)");
    var results = new ArrayList<Result>();
    for (int row = 0; row < names.size(); row++) {
      double[] shares = new double[SAMPLES];
      int people = values[row].length;
      for (int sample = 0; sample < SAMPLES; sample++) {
        double own = 0;
        double base = 0;
        for (int i = 0; i < people; i++) {
          int person = random.nextInt(people);
          own += values[oracle][person] - values[row][person];
          base += values[oracle][person] - values[popular][person];
        }
        shares[sample] = own / base;
      }
      Arrays.sort(shares);
      double regret = mean(values[oracle]) - mean(values[row]);
      results.add(
          new Result(
              names.get(row),
              mean(values[row]),
              regret,
              regret / (mean(values[oracle]) - mean(values[popular])),
              shares[SAMPLES / 40],
              shares[SAMPLES - 1 - SAMPLES / 40]));
    }
    results.sort(Comparator.comparingDouble(Result::regret));
    return results;
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private double value(Person person, List<Article> list) {
    double clicks = 0;
    for (int i = 0; i < list.size(); i++) {
      clicks += Taste.examined(i + 1) * Taste.clicked(shop.utility(person, list.get(i)));
    }
    return clicks;
  }

  private List<Article> anything(List<String> touched, SplittableRandom random) {
    List<Article> all = shop.assortment().articles();
    var list = new ArrayList<Article>();
    while (list.size() < LIST) {
      Article article = all.get(random.nextInt(all.size()));
      if (shop.shelf().has(article) && !touched.contains(article.id())) {
        list.add(article);
      }
    }
    return list;
  }

  private List<Article> oracle(Person person, List<String> touched) {
    record Liked(double utility, Article article) {}
    return shop.assortment().articles().stream()
        .filter(shop.shelf()::has)
        .map(article -> new Liked(shop.utility(person, article), article))
        .sorted(Comparator.comparingDouble(Liked::utility).reversed())
        .map(Liked::article)
        .filter(article -> !touched.contains(article.id()))
        .limit(LIST)
        .toList();
  }
}
