package dev.imasugu.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ShopTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  /** Keeps what was sent and shows everybody the first articles it was told of. */
  private static final class RecordingSite implements Site {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final List<String> requests = new ArrayList<>();
    private final List<String> items = new ArrayList<>();

    @Override
    public JsonNode get(String path) {
      requests.add(path);
      ObjectNode answer = JSON.createObjectNode();
      ArrayNode list = answer.putArray("items");
      items.stream().limit(10).forEach(id -> list.addObject().put("id", id));
      return answer;
    }

    @Override
    public JsonNode post(String path, JsonNode body) {
      requests.add(path + body);
      if (path.equals("/v1/items")) {
        body.forEach(item -> items.add(item.path("id").asText()));
      }
      return JSON.createObjectNode();
    }
  }

  private static List<String> live(long seed, int visits) {
    var site = new RecordingSite();
    var shop = new Shop(site, seed, 500, 100, "home", NOW);
    shop.stock();
    shop.history(500, Duration.ofDays(14), NOW, false, _ -> {});
    for (int i = 0; i < visits; i++) {
      shop.visit(shop.untilNext());
    }
    return site.requests;
  }

  @Test
  void visit_sameSeed_sendsTheSameRequests() {
    assertThat(live(7, 300)).isEqualTo(live(7, 300)).isNotEqualTo(live(8, 300));
  }

  @Test
  void assortment_fiveThousand_isTitledInBothLanguagesAndUnique() {
    var assortment = new Assortment(5_000, new SplittableRandom(1));
    assertThat(assortment.articles()).hasSize(5_000);
    var titles = new HashSet<String>();
    var ids = new HashSet<String>();
    for (Article article : assortment.articles()) {
      assertThat(article.title().en()).isNotBlank();
      assertThat(article.title().ja()).isNotBlank();
      assertThat(titles.add(article.title().en())).as(article.title().en()).isTrue();
      assertThat(ids.add(article.id())).as(article.id()).isTrue();
      assertThat(article.price()).isBetween(280, 200_000);
      assertThat(assortment.family(article)).contains(article);
    }
  }

  @Test
  void history_timesAreInThePastAndInOrder() {
    var site = new RecordingSite();
    var shop = new Shop(site, 1, 500, 100, "home", NOW);
    shop.history(1_000, Duration.ofDays(14), NOW, true, _ -> {});
    long before = NOW.minus(Duration.ofDays(14)).toEpochMilli();
    for (String request : site.requests) {
      if (request.startsWith("/v1/events")) {
        for (JsonNode event : parse(request.substring("/v1/events".length()))) {
          long at = event.path("occurredAt").asLong();
          assertThat(at).isBetween(before, NOW.toEpochMilli());
          before = at;
        }
      }
    }
  }

  @Test
  void visit_positions_followTheExaminationModel() {
    var site = new RecordingSite();
    var shop = new Shop(site, 3, 500, 2_000, "home", NOW);
    shop.stock();
    for (int i = 0; i < 12_000; i++) {
      shop.visit(1e-5);
    }
    int[] seen = new int[11];
    int lists = 0;
    for (String request : site.requests) {
      if (request.startsWith("/v1/placements")) {
        lists++;
      } else if (request.startsWith("/v1/events")) {
        for (JsonNode event : parse(request.substring("/v1/events".length()))) {
          if (event.path("type").asText().equals("impression")) {
            seen[event.path("position").asInt()]++;
          }
        }
      }
    }
    assertThat((double) seen[1] / lists).isEqualTo(1);
    assertThat((double) seen[3] / lists).isBetween(0.35, Taste.examined(3) + 0.02);
    assertThat(seen[8]).isLessThan(seen[4]);
  }

  @Test
  void utility_likedAndFitting_isAboveTheRest() {
    var assortment = new Assortment(2_000, new SplittableRandom(1));
    var random = new SplittableRandom(2);
    for (int number = 0; number < 50; number++) {
      var person = new Person(number, 0, random);
      double fitting = 0;
      double wrong = 0;
      for (Article article : assortment.of(Kind.SHIRT)) {
        double utility = Taste.utility(person, article, 0, 300);
        if (person.fits(article)) {
          fitting = Math.max(fitting, utility);
        } else {
          wrong = Math.max(wrong, utility);
        }
      }
      assertThat(fitting).isGreaterThan(wrong);
    }
  }

  @Test
  void buys_keptThing_isNotWantedAgain_usedUpThingIs() {
    var assortment = new Assortment(2_000, new SplittableRandom(1));
    var random = new SplittableRandom(2);
    var person = new Person(0, 0, random);
    Article kettle = assortment.of(Kind.KETTLE).getFirst();
    Article tea = assortment.of(Kind.TEA).getFirst();
    double kettleBefore = Taste.utility(person, kettle, 0, 100);
    double teaBefore = Taste.utility(person, tea, 0, 100);
    person.buys(kettle);
    person.buys(tea);
    assertThat(Taste.utility(person, kettle, 0, 100)).isLessThan(kettleBefore - 3);
    assertThat(Taste.utility(person, tea, 0, 100)).isLessThan(teaBefore - 2);
    person.until(30, random);
    assertThat(person.due(assortment, random)).isEqualTo(tea.index());
  }

  @Test
  void evaluation_ofAnything_liesBetweenNothingAndTheOracle() {
    var site = new RecordingSite();
    var shop = new Shop(site, 1, 500, 100, "home", NOW);
    shop.stock();
    List<Evaluation.Result> results = new Evaluation(shop).run(List.of("home"), 50, "", 1);
    assertThat(results.getFirst().placement()).isEqualTo("(oracle)");
    assertThat(results.getFirst().regret()).isZero();
    assertThat(results).extracting(Evaluation.Result::regret).allMatch(regret -> regret >= 0);
    assertThat(results)
        .filteredOn(result -> result.placement().equals("home"))
        .allSatisfy(result -> assertThat(result.share()).isEqualTo(1));
  }

  @Test
  void open_withoutPeople_saysWhatIsExpected() {
    assertThatThrownBy(() -> new Shop(new RecordingSite(), 1, 500, 0, "home", NOW))
        .hasMessage("people: 0 (expected: 1 to 1000000)");
  }

  private static JsonNode parse(String json) {
    try {
      return new ObjectMapper().readTree(json);
    } catch (java.io.IOException e) {
      throw new AssertionError(json, e);
    }
  }
}
