package dev.imasugu.shop;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One person's visit. It begins at a list or with an intent: a kind they like, or something that is
 * used up. They look at articles, mostly of one kind, follow siblings and what suits them, put some
 * into the cart and buy what their purse allows.
 */
final class Visit {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LOOKED_OVER = 10;

  private final ArrayNode events = JSON.createArrayNode();
  private final Person person;
  private final Assortment assortment;
  private final Shelf shelf;
  private final double day;
  private final double dayOfYear;
  private final SplittableRandom random;
  private final String session;
  private int clicks;

  Visit(
      Person person,
      Assortment assortment,
      Shelf shelf,
      double day,
      double dayOfYear,
      SplittableRandom random) {
    this.person = person;
    this.assortment = assortment;
    this.shelf = shelf;
    this.day = day;
    this.dayOfYear = dayOfYear;
    this.random = random;
    this.session = Long.toString(random.nextLong() >>> 1, 36);
  }

  /** Events in the order they happened, without times. */
  ArrayNode events() {
    return events;
  }

  int clicks() {
    return clicks;
  }

  /** Looks down a list; what is clicked is looked at, and leads on. */
  void look(String placement, List<Article> list) {
    for (int i = 0; i < list.size(); i++) {
      Article article = list.get(i);
      int position = i + 1;
      if (random.nextDouble() >= Taste.examined(position)) {
        continue;
      }
      double utility = utility(article);
      event("impression", article).put("placement", placement).put("position", position);
      if (random.nextDouble() < Taste.clicked(utility)) {
        clicks++;
        event("click", article).put("placement", placement).put("position", position);
        consider(article, utility);
        if (random.nextInt(3) > 0) {
          return;
        }
      } else {
        person.sawInVain(article);
        if (utility < 0 && random.nextInt(60) == 0) {
          event("dismiss", article).put("placement", placement).put("position", position);
        }
      }
    }
  }

  /** Looks around, without a list. */
  void browse() {
    Article at = start();
    for (int steps = 1; at != null; steps++) {
      event("view", at);
      consider(at, utility(at));
      if (steps >= 12 || random.nextInt(100) < 22) {
        return;
      }
      at = next(at);
    }
  }

  private @Nullable Article start() {
    int due = person.due(assortment, random);
    if (due >= 0 && random.nextInt(100) < 60) {
      Article again = assortment.articles().get(due);
      if (shelf.has(again)) {
        return again;
      }
    }
    return pick(assortment.of(wanted()));
  }

  /** A kind, by how much it is liked. */
  private Kind wanted() {
    double sum = 0;
    Kind wanted = Kind.SHIRT;
    for (Kind kind : Kind.values()) {
      double weight = Math.pow(person.likes(kind), 2) + 0.003;
      sum += weight;
      if (random.nextDouble() * sum < weight) {
        wanted = kind;
      }
    }
    return wanted;
  }

  private @Nullable Article next(Article at) {
    int chance = random.nextInt(100);
    if (chance < 12) {
      return pick(assortment.family(at));
    }
    return pick(assortment.of(chance < 80 ? at.kind() : wanted()));
  }

  /**
   * Looks over some of a shelf's articles that fit, and goes to one, the better liked the likelier.
   */
  private @Nullable Article pick(List<Article> among) {
    Article picked = null;
    double sum = 0;
    for (int i = 0; i < LOOKED_OVER; i++) {
      Article article = among.get(random.nextInt(among.size()));
      if (shelf.has(article) && person.fits(article)) {
        double weight = Math.exp(1.3 * utility(article));
        sum += weight;
        if (random.nextDouble() * sum < weight) {
          picked = article;
        }
      }
    }
    return picked;
  }

  private void consider(Article article, double utility) {
    if (random.nextDouble() < 0.25 * Taste.clicked(utility)) {
      event("like", article);
    }
    if (random.nextDouble() < 0.3 * Taste.clicked(utility)) {
      event("add_to_cart", article);
      if (shelf.has(article) && person.canAfford(article) && random.nextInt(100) < 55) {
        event("purchase", article).put("value", article.price()).put("quantity", 1);
        person.buys(article);
        shelf.sell(article, day);
      }
    }
  }

  private double utility(Article article) {
    return Taste.utility(person, article, day, dayOfYear);
  }

  private ObjectNode event(String type, Article article) {
    return events
        .addObject()
        .put("user", person.id())
        .put("item", article.id())
        .put("type", type)
        .put("sessionId", session);
  }
}
