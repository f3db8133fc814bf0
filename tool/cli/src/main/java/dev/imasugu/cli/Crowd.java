package dev.imasugu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A small generated catalogue and people with tastes, who look around and follow what they are
 * shown. Equal seeds make equal items, people and histories.
 */
final class Crowd {
  private static final List<String> KINDS =
      List.of("dress", "coat", "sneakers", "lamp", "kettle", "notebook", "backpack", "teapot");
  private static final List<String> STYLES =
      List.of("linen", "wool", "classic", "light", "folding", "everyday", "handmade", "vintage");
  private static final List<String> COLOURS =
      List.of("black", "white", "indigo", "moss", "rust", "sand");
  private static final int PEOPLE = 300;

  record Good(String id, String title, String category, double price) {}

  private final RandomGenerator random;
  private final List<Good> goods = new ArrayList<>();
  private final List<List<Integer>> tastes = new ArrayList<>();

  Crowd(RandomGenerator random) {
    this.random = random;
    for (String kind : KINDS) {
      for (String style : STYLES) {
        for (String colour : COLOURS) {
          goods.add(
              new Good(
                  kind + "-" + style + "-" + colour,
                  colour + " " + style + " " + kind,
                  kind,
                  Math.round(random.nextDouble(900, 12_000)) / 100.0));
        }
      }
    }
    for (int person = 0; person < PEOPLE; person++) {
      tastes.add(List.of(random.nextInt(KINDS.size()), random.nextInt(KINDS.size())));
    }
  }

  List<Good> goods() {
    return List.copyOf(goods);
  }

  ArrayNode catalogue() {
    ArrayNode items = Api.JSON.createArrayNode();
    for (Good good : goods) {
      items
          .addObject()
          .put("id", good.id)
          .put("title", good.title)
          .put("category", good.category)
          .put("price", good.price);
    }
    return items;
  }

  /** Events of the day before {@code now}, oldest first. */
  ArrayNode history(int events, Instant now) {
    ArrayNode history = Api.JSON.createArrayNode();
    for (int i = 0; i < events; i++) {
      Duration ago = Duration.ofDays(1).multipliedBy(events - i).dividedBy(events);
      int person = random.nextInt(PEOPLE);
      history.add(
          event(name(person), wanted(person), type())
              .put("occurredAt", now.minus(ago).toEpochMilli()));
    }
    return history;
  }

  /** Lets somebody look at their list, or around, and act; returns the number of events sent. */
  int act(Api api) {
    int person = random.nextInt(PEOPLE);
    ArrayNode events = Api.JSON.createArrayNode();
    if (random.nextInt(100) < 30) {
      JsonNode list =
          api.get("/v1/placements/home/recommendations?limit=5&user=" + name(person)).path("items");
      for (JsonNode item : list) {
        String id = item.path("id").asText();
        events.add(event(name(person), id, "impression").put("placement", "home"));
        if (likes(person, id) && random.nextInt(3) == 0) {
          events.add(event(name(person), id, "click").put("placement", "home"));
          break;
        }
      }
    } else {
      events.add(event(name(person), wanted(person), type()));
    }
    api.post("/v1/events", events);
    return events.size();
  }

  private boolean likes(int person, String item) {
    return tastes.get(person).stream().anyMatch(kind -> item.startsWith(KINDS.get(kind) + "-"));
  }

  /**
   * Something the person likes: mostly of their two kinds, within one the first are most wanted.
   */
  private String wanted(int person) {
    int perKind = STYLES.size() * COLOURS.size();
    int kind =
        random.nextInt(10) == 0
            ? random.nextInt(KINDS.size())
            : tastes.get(person).get(random.nextInt(2));
    int rank = (int) (perKind * Math.pow(random.nextDouble(), 2));
    return goods.get(kind * perKind + rank).id;
  }

  private String type() {
    int percent = random.nextInt(100);
    return percent < 80 ? "view" : percent < 92 ? "add_to_cart" : "purchase";
  }

  private static String name(int person) {
    return "person-" + person;
  }

  private static ObjectNode event(String user, String item, String type) {
    return Api.JSON.createObjectNode().put("user", user).put("item", item).put("type", type);
  }
}
