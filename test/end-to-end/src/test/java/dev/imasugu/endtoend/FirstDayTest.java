package dev.imasugu.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imasugu.config.Project;
import dev.imasugu.node.Node;
import dev.imasugu.node.NodeOptions;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads as a tutorial: what somebody sees who starts the default project. */
class FirstDayTest {
  private static final List<String> ITEMS =
      List.of("dress", "shoes", "bag", "lamp", "kettle", "teapot");

  @Test
  void firstDay(@TempDir Path folder) throws Exception {
    try (Shop shop = new Shop(folder)) {
      // Before anything runs: items are enough for an answer.
      ITEMS.forEach(shop::item);
      JsonNode first = shop.list("home", "mia", "&limit=3");
      assertThat(Shop.ids(first)).hasSize(3);
      assertThat(first.path("madeBy").asText()).startsWith("fallback:");

      // Somebody looks at something, and the next list already knows it.
      String token = shop.event("mia", "dress", "view");
      assertThat(Shop.ids(shop.listWith("recently-viewed", "mia", token))).containsExactly("dress");
      token = shop.event("mia", "shoes", "click");
      assertThat(Shop.ids(shop.listWith("recently-viewed", "mia", token)))
          .containsExactly("shoes", "dress");

      // What others went on to after the same things is recommended, with its source.
      for (int i = 0; i < 20; i++) {
        shop.event("other" + i, "shoes", "view");
        shop.event("other" + i, "bag", "view");
      }
      shop.node().awaitRunning(Duration.ofSeconds(60));
      shop.node().awaitDrained(Duration.ofSeconds(60));
      awaitStatistics(shop, "mia");
      token = shop.event("mia", "shoes", "like");
      JsonNode home = shop.listWith("home", "mia", token);
      assertThat(home.at("/items/0/id").asText()).isEqualTo("bag");
      assertThat(home.at("/items/0/source").asText()).isEqualTo("transitions");

      // Bought or dismissed is not offered again.
      token = shop.event("mia", "bag", "purchase");
      assertThat(Shop.ids(shop.listWith("home", "mia", token))).doesNotContain("bag");

      // Sold out: in no answer from the moment that intake has answered; back as soon.
      shop.available("lamp", false);
      assertThat(Shop.ids(shop.list("home", "nobody", "&limit=100"))).doesNotContain("lamp");
      shop.available("lamp", true);
      shop.event("nobody", "lamp", "view");

      // The same event twice has the effect of once.
      String event = "{\"eventId\":\"e1\",\"user\":\"mia\",\"item\":\"kettle\",\"type\":\"view\"}";
      JsonNode once = shop.send("POST", "/v1/events", event);
      JsonNode twice = shop.send("POST", "/v1/events", event);
      assertThat(twice.at("/results/0/verdict").asText()).isEqualTo("duplicate");
      assertThat(twice.at("/results/0/asOf")).isEqualTo(once.at("/results/0/asOf"));
      shop.listWith("home", "mia", once.at("/results/0/asOf").asText());

      // A second owner is refused, with the first one's pid.
      assertThatThrownBy(() -> Node.start(Project.load(folder), NodeOptions.storeOnly()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("process " + ProcessHandle.current().pid());

      // After a restart everything is as it was, and goes on.
      List<String> before = Shop.ids(shop.list("recently-viewed", "mia", ""));
      shop.restart();
      JsonNode after = shop.list("recently-viewed", "mia", "");
      assertThat(Shop.ids(after)).isEqualTo(before);
      assertThat(after.path("madeBy").asText()).isEqualTo("stored");
      token = shop.event("mia", "teapot", "view");
      assertThat(Shop.ids(shop.listWith("recently-viewed", "mia", token)).getFirst())
          .isEqualTo("teapot");

      readsSurvive(shop);
    }
  }

  /** Reads stay 2xx and full whatever has died behind the store, and the store itself. */
  private static void readsSurvive(Shop shop) {
    shop.node().stopRecompute();
    assertFullAnswer(shop, "mia");
    assertFullAnswer(shop, "never-seen");
    shop.node().stopQueries();
    assertFullAnswer(shop, "mia");
    assertFullAnswer(shop, "never-seen-either");
    String token = shop.event("mia", "lamp", "view");
    long start = System.nanoTime();
    JsonNode answer = shop.list("home", "mia", "&waitMs=200&minAsOf=" + Shop.encode(token));
    assertThat(answer.path("fresh").asBoolean()).isFalse();
    assertThat(System.nanoTime() - start).isGreaterThan(Duration.ofMillis(199).toNanos());
    shop.node().store().close();
    assertFullAnswer(shop, "mia");
    assertFullAnswer(shop, "never-seen-at-all");
  }

  private static void assertFullAnswer(Shop shop, String user) {
    HttpResponse<String> response = shop.read("home", user, "&limit=2");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(Shop.ids(Shop.json(response.body()))).isNotEmpty();
  }

  /** Statistics follow within their flush interval; a list computed after that shows them. */
  private static void awaitStatistics(Shop shop, String user) throws InterruptedException {
    for (int i = 0; i < 100; i++) {
      String token = shop.event(user, "shoes", "view");
      JsonNode list = shop.listWith("home", user, token);
      if (list.at("/items/0/source").asText().equals("transitions")) {
        return;
      }
      Thread.sleep(100);
    }
  }
}
