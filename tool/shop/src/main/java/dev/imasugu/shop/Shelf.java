package dev.imasugu.shop;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/** What can be bought now: articles come, sell out and come back. */
final class Shelf {
  /** A change of what can be bought. */
  record Change(Article article, boolean available) {}

  private record Due(double day, Article article) {}

  private final int[] pieces;
  private final BitSet available = new BitSet();
  private final PriorityQueue<Due> coming =
      new PriorityQueue<>(Comparator.comparingDouble(Due::day));
  private final List<Change> changes = new ArrayList<>();
  private final SplittableRandom random;

  Shelf(Assortment assortment, SplittableRandom random) {
    this.random = random;
    pieces = new int[assortment.articles().size()];
    for (Article article : assortment.articles()) {
      if (article.opensDay() > 0) {
        coming.add(new Due(article.opensDay(), article));
      } else {
        fill(article);
      }
    }
  }

  private void fill(Article article) {
    pieces[article.index()] =
        article.kind().lastsDays() > 0 ? 40 + random.nextInt(160) : 2 + random.nextInt(25);
    available.set(article.index());
  }

  boolean has(Article article) {
    return available.get(article.index());
  }

  /** Lets what is due by a day come on the shelf. */
  void until(double day) {
    while (!coming.isEmpty() && coming.peek().day() <= day) {
      Article article = coming.poll().article();
      fill(article);
      changes.add(new Change(article, true));
    }
  }

  /** Sells one piece; the last one leaves a gap of some days. */
  void sell(Article article, double day) {
    if (--pieces[article.index()] == 0) {
      available.clear(article.index());
      changes.add(new Change(article, false));
      coming.add(new Due(day + 0.5 + random.nextDouble(6), article));
    }
  }

  /** Returns what changed since the last call. */
  List<Change> changes() {
    List<Change> taken = List.copyOf(changes);
    changes.clear();
    return taken;
  }
}
