package dev.imasugu.shop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;

/**
 * The shop as it lives: its articles, its people and what they have done so far. For one thread.
 *
 * <p>Its time is a number of days since it opened. {@link #history} lets days pass in a moment and
 * tells the platform of them as of the past; {@link #visit} is one visit now.
 */
public final class Shop {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BATCH = 500;
  private static final int LIST = 10;

  /** How many of a hundred visits begin at a list. */
  private static final int FROM_LIST = 35;

  private static final double VISITS_A_DAY = 1.2;

  private final Site site;
  private final String placement;
  private final String name;
  private final SplittableRandom random;
  private final Assortment assortment;
  private final Map<String, Article> byId = new HashMap<>();
  private final Shelf shelf;
  private final List<Person> people = new ArrayList<>();
  private final double[] busyness;
  private double day;
  private double dayOfYear;
  private long events;
  private long visits;
  private long listVisits;
  private long clicks;

  /**
   * Opens a shop.
   *
   * @param seed decides about everything
   * @param articles how many there are in all, at least 100
   * @param count how many people, at least 1
   * @param placement the list that visits begin at
   * @param opened the season it opens in
   */
  public Shop(Site site, long seed, int articles, int count, String placement, Instant opened) {
    require("articles", articles, 100, 100_000);
    require("people", count, 1, 1_000_000);
    this.site = site;
    this.placement = placement;
    name = "%x-%x".formatted(seed, opened.toEpochMilli());
    random = new SplittableRandom(seed);
    assortment = new Assortment(articles, random.split());
    assortment.articles().forEach(article -> byId.put(article.id(), article));
    shelf = new Shelf(assortment, random.split());
    SplittableRandom births = random.split();
    busyness = new double[count];
    double sum = 0;
    for (int number = 0; number < count; number++) {
      people.add(new Person(number, 0, births));
      sum += Math.exp(births.nextGaussian());
      busyness[number] = sum;
    }
    dayOfYear = ZonedDateTime.ofInstant(opened, ZoneOffset.UTC).getDayOfYear();
  }

  private static void require(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s: %d (expected: %d to %d)".formatted(name, value, least, most));
    }
  }

  /** Tells the platform what is on the shelf; returns the number of articles. */
  public int stock() {
    ArrayNode items = JSON.createArrayNode();
    int sent = 0;
    for (Article article : assortment.articles()) {
      if (shelf.has(article)) {
        items.add(article.json(true));
        sent++;
      }
      if (items.size() == BATCH) {
        send("/v1/items", items);
      }
    }
    send("/v1/items", items);
    return sent;
  }

  private void send(String path, ArrayNode records) {
    if (records.isEmpty()) {
      return;
    }
    JsonNode answer = site.post(path, records);
    for (JsonNode result : answer.path("results")) {
      if (result.path("verdict").asText().equals("rejected")) {
        throw new IllegalStateException(
            "%s: %s: %s (expected: %s)"
                .formatted(
                    path,
                    result.path("field").asText(),
                    result.path("value").asText(),
                    result.path("expected").asText()));
      }
    }
    records.removeAll();
  }

  /**
   * Lets the shop live through some days that end now, everybody browsing on their own, and tells
   * the platform of it in the order it happened.
   *
   * @param count how many events, at least; a visit is not cut
   * @param round whether everybody visits as often as everybody else
   * @param listener is told how many events have been sent
   */
  public void history(int count, Duration span, Instant now, boolean round, IntConsumer listener) {
    double days = span.toMillis() / 86_400_000.0;
    double start = day;
    var told = JSON.createArrayNode();
    int sent = 0;
    for (int visit = 0; sent < count; visit++) {
      pass(Math.max(0, start + days * sent / count - day));
      Person person = round ? people.get(visit % people.size()) : somebody();
      ArrayNode done = visit(person, false);
      for (JsonNode event : done) {
        double ago = days * Math.max(0, count - sent) / count;
        ((ObjectNode) event).put("occurredAt", now.toEpochMilli() - Math.round(ago * 86_400_000));
        told.add(event);
        sent++;
        if (told.size() == BATCH) {
          send("/v1/events", told);
          listener.accept(sent);
        }
      }
    }
    send("/v1/events", told);
    shelves();
    listener.accept(sent);
  }

  /**
   * One visit now of somebody, who may begin at their list; returns the number of events sent.
   *
   * @param days how long it is since the visit before
   */
  public int visit(double days) {
    pass(days);
    ArrayNode done = visit(somebody(), random.nextInt(100) < FROM_LIST);
    int sent = done.size();
    send("/v1/events", done);
    shelves();
    return sent;
  }

  private void pass(double days) {
    day += days;
    dayOfYear = (dayOfYear + days) % 365.25;
    shelf.until(day);
  }

  private ArrayNode visit(Person person, boolean fromList) {
    person.until(day, random);
    var visit = new Visit(person, assortment, shelf, day, dayOfYear, random);
    if (fromList) {
      visit.look(placement, list(placement, person.id(), LIST, List.of()));
      listVisits++;
    }
    if (visit.clicks() == 0 || random.nextBoolean()) {
      visit.browse();
    }
    visits++;
    clicks += visit.clicks();
    for (JsonNode event : visit.events()) {
      ((ObjectNode) event).put("eventId", "%s-%x".formatted(name, events++));
    }
    return visit.events();
  }

  /** What the platform would show somebody. */
  List<Article> list(String where, String user, int limit, List<String> exclude) {
    JsonNode answer =
        site.get(
            "/v1/placements/%s/recommendations?limit=%d&user=%s%s"
                .formatted(
                    where,
                    limit,
                    user,
                    exclude.isEmpty() ? "" : "&exclude=" + String.join(",", exclude)));
    var list = new ArrayList<Article>();
    for (JsonNode item : answer.path("items")) {
      Article article = byId.get(item.path("id").asText());
      if (article != null) {
        list.add(article);
      }
    }
    return list;
  }

  /** Ids of the articles that can be bought now. */
  public List<String> available() {
    return assortment.articles().stream().filter(shelf::has).map(Article::id).toList();
  }

  /** Tells the platform what came on the shelf and what sold out. */
  private void shelves() {
    ArrayNode items = JSON.createArrayNode();
    for (Shelf.Change change : shelf.changes()) {
      items.add(change.article().json(change.available()));
      if (items.size() == BATCH) {
        send("/v1/items", items);
      }
    }
    send("/v1/items", items);
  }

  private Person somebody() {
    double at = random.nextDouble() * busyness[busyness.length - 1];
    int low = 0;
    int high = busyness.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (busyness[middle] > at) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return people.get(low);
  }

  /**
   * Days until the next visit: visits come by chance, as many as everybody together makes, more in
   * the evening than at night.
   */
  public double untilNext() {
    double evening = 1 + 0.5 * Math.sin(2 * Math.PI * (day % 1 - 0.5));
    return -Math.log1p(-random.nextDouble()) / (people.size() * VISITS_A_DAY * evening);
  }

  List<Person> people() {
    return people;
  }

  Assortment assortment() {
    return assortment;
  }

  Shelf shelf() {
    return shelf;
  }

  double utility(Person person, Article article) {
    return Taste.utility(person, article, day, dayOfYear);
  }

  /** Events of visits so far. */
  public long events() {
    return events;
  }

  public long visits() {
    return visits;
  }

  /** How many clicks on lists there were for each visit that began at one; NaN before the first. */
  public double clicksAList() {
    return (double) clicks / listVisits;
  }

  /** Ids of the people. */
  public List<String> names() {
    return people.stream().map(Person::id).toList();
  }
}
