package dev.imasugu.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an ML engineer does while the shop is open: a query, a placement for it, and a mistake. */
class QueryLifeTest {
  private static final String SHARES =
      """
      -- kind: statistics
      CREATE TABLE shares (item_id STRING, share BIGINT, PRIMARY KEY (item_id) NOT ENFORCED);
      INSERT INTO shares
      SELECT item_id, SUM(100 / CAST(session_id AS INT)) FROM events
      WHERE session_id IS NOT NULL GROUP BY item_id;
      """;

  private static final String LOVED =
      """
      -- kind: recent 20 by item_id
      CREATE TABLE loved (
        user_id STRING, item_id STRING, occurred_at TIMESTAMP_LTZ(3), event_id STRING,
        PRIMARY KEY (user_id, item_id) NOT ENFORCED
      );
      INSERT INTO loved
      SELECT user_id, item_id, occurred_at, event_id FROM events WHERE type = 'like';
      """;

  private static final String BURSTS =
      """
      -- kind: statistics
      CREATE TABLE bursts (
        item_id STRING, popularity DOUBLE, PRIMARY KEY (item_id) NOT ENFORCED
      );
      INSERT INTO bursts
      SELECT item_id, CAST(COUNT(*) AS DOUBLE)
      FROM TABLE(TUMBLE(TABLE events, DESCRIPTOR(occurred_at), INTERVAL '2' SECOND))
      WHERE item_id IS NOT NULL
      GROUP BY item_id, window_start, window_end;
      """;

  private static final String BURSTS_PLACEMENT =
      """
      sources:
        - kind: popular
          table: bursts
          weight: 1.0
      size: 10
      max-age: 10m
      """;

  @Test
  void queryLife(@TempDir Path folder) throws Exception {
    try (Shop shop = new Shop(folder)) {
      shop.item("dress");
      shop.item("shoes");
      shop.node().awaitRunning(Duration.ofSeconds(90));
      String before = shop.event("mia", "dress", "like");
      assertThat(Shop.ids(shop.listWith("recently-viewed", "mia", before)))
          .containsExactly("dress");

      // A query and a placement that shows what it fills: live without a restart.
      Files.writeString(folder.resolve("sql/loved.sql"), LOVED);
      Files.writeString(folder.resolve("sql/shares.sql"), SHARES);
      Files.writeString(folder.resolve("sql/bursts.sql"), BURSTS);
      Files.writeString(folder.resolve("placements/bursts.yaml"), BURSTS_PLACEMENT);
      String recent = Files.readString(folder.resolve("placements/recently-viewed.yaml"));
      Files.writeString(
          folder.resolve("placements/loved.yaml"), recent.replace("recent_items", "loved"));
      JsonNode changes = shop.send("POST", "/v1/queries/apply?prune=true", "");
      assertThat(changes.findValuesAsText("action")).contains("add").doesNotContain("replace");
      await(shop, () -> shop.node().live().table("loved") != null);
      String token = shop.event("mia", "shoes", "like");
      assertThat(Shop.ids(shop.listWith("loved", "mia", token)))
          .containsExactly("shoes", "dress"); // what she did before it was there, too

      // Every 1,000th row is one that the new query fails on: nobody else notices.
      for (int batch = 0; batch < 3; batch++) {
        shop.send("POST", "/v1/events", batch(batch));
      }
      await(shop, () -> status(shop, "shares").path("quarantinedRows").asLong() == 3);
      shop.node().awaitDrained(Duration.ofSeconds(90));
      JsonNode queries = shop.send("GET", "/v1/queries", "").path("queries");
      for (JsonNode query : queries) {
        assertThat(query.path("state").asText()).isEqualTo("running");
        assertThat(query.path("restarts").asInt()).isZero();
        assertThat(query.path("quarantinedRows").asLong())
            .isEqualTo(query.path("name").asText().equals("shares") ? 3 : 0);
      }
      JsonNode refused = shop.send("GET", "/v1/quarantine", "");
      assertThat(refused.toString())
          .contains("query shares", "/ by zero", "\"sessionId\":\"0\"", "poison-2");
      assertThat(shop.send("GET", "/v1/queries/plan", "").findValuesAsText("action"))
          .containsOnly("keep");

      // A mistake never goes live.
      Files.writeString(
          folder.resolve("sql/loved.sql"), LOVED.replace("type = 'like'", "tpye = 'like'"));
      shop.send("POST", "/v1/queries/apply", "");
      await(shop, () -> shop.node().applyFailure() != null);
      assertThat(shop.node().applyFailure())
          .startsWith("sql/loved.sql:7:66: Column 'tpye' not found");
      token = shop.event("mia", "dress", "like");
      assertThat(Shop.ids(shop.listWith("loved", "mia", token))).containsExactly("dress", "shoes");

      // The stream stops after one event: its window closes all the same, and lists change.
      shop.item("scarf");
      shop.event("zoe", "scarf", "view");
      await(shop, () -> shows(shop.list("bursts", "nobody-yet", ""), "scarf", "popular"));
    }
  }

  private static boolean shows(JsonNode list, String item, String source) {
    return list.path("items")
        .valueStream()
        .filter(each -> each.path("id").asText().equals(item))
        .anyMatch(each -> each.path("source").asText().equals(source));
  }

  private static String batch(int number) {
    var body = new StringBuilder("[");
    for (int i = 0; i < 1_000; i++) {
      boolean poison = i == 500;
      body.append(i == 0 ? "" : ",")
          .append(
              "{\"eventId\":\"%s%d\",\"user\":\"u%d\",\"item\":\"dress\",\"type\":\"view\",\"sessionId\":\"%d\"}"
                  .formatted(
                      poison ? "poison-" : "e" + i + "-", number, i % 50, poison ? 0 : 1 + i % 3));
    }
    return body.append(']').toString();
  }

  private static JsonNode status(Shop shop, String name) {
    for (JsonNode query : shop.send("GET", "/v1/queries", "").path("queries")) {
      if (query.path("name").asText().equals(name)) {
        return query;
      }
    }
    throw new AssertionError("no query " + name);
  }

  private static void await(Shop shop, BooleanSupplier condition) throws InterruptedException {
    for (int i = 0; i < 900 && !condition.getAsBoolean(); i++) {
      Thread.sleep(100);
    }
    assertThat(condition.getAsBoolean()).as("%s", shop.send("GET", "/v1/queries", "")).isTrue();
  }
}
