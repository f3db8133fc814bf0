package dev.imasugu.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Who people are, over devices and log-ins, until they ask to be forgotten. One shop for all. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PeopleTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String FORGOTTEN = "forget-me-please-4711";

  private Path folder;
  private Shop shop;

  @BeforeAll
  void open(@TempDir Path temporary) throws Exception {
    folder = temporary;
    shop = new Shop(folder);
    for (int i = 0; i < 20; i++) {
      shop.item("i" + i);
    }
    shop.node().awaitRunning(PATIENCE);
  }

  @AfterAll
  void close() {
    shop.close();
  }

  private String visit(String anonymous, String item) {
    return event(
        "\"anonymous\":\"%s\",\"item\":\"%s\",\"type\":\"view\"".formatted(anonymous, item));
  }

  private String login(String user, String anonymous) {
    return event(
        "\"user\":\"%s\",\"anonymous\":\"%s\",\"type\":\"login\"".formatted(user, anonymous));
  }

  private String event(String fields) {
    return shop.send("POST", "/v1/events", "{" + fields + "}").at("/results/0/asOf").asText();
  }

  private List<String> viewed(String user, String token) {
    return Shop.ids(shop.listWith("recently-viewed", user, token));
  }

  @Test
  @Order(1)
  void login_afterThreeClicks_nextListReflectsAllThree() {
    visit("phone", "i1");
    visit("phone", "i2");
    visit("phone", "i3");
    String token = login("mia", "phone");
    assertThat(viewed("mia", token)).containsExactly("i3", "i2", "i1");
    // The same once more changes nothing.
    assertThat(viewed("mia", login("mia", "phone"))).containsExactly("i3", "i2", "i1");
    assertThat(shop.node().store().identities().of("mia")).containsExactly("phone");
  }

  @Test
  @Order(2)
  void login_byARead_linksTheTwo() {
    visit("tablet", "i7");
    JsonNode list = shop.list("recently-viewed", "ken", "&anonymous=tablet&waitMs=2000");
    for (int i = 0; i < 20 && !list.path("fresh").asBoolean(); i++) {
      list = shop.list("recently-viewed", "ken", "&anonymous=tablet&waitMs=2000");
    }
    assertThat(Shop.ids(list)).containsExactly("i7");
  }

  @Test
  @Order(3)
  void logout_furtherVisits_stillCountForTheirOwner_butAnonymousReadsSeeOnlyTheirOwn() {
    String token = visit("phone", "i4");
    assertThat(viewed("mia", login("mia", "other-phone"))).startsWith("i4");
    JsonNode visitor = shop.listWith("recently-viewed", "anonymous:phone", token);
    assertThat(Shop.ids(visitor)).containsExactly("i4", "i3", "i2", "i1");
    shop.event("mia", "i9", "view");
    assertThat(Shop.ids(shop.listWith("recently-viewed", "anonymous:phone", token)))
        .doesNotContain("i9");
  }

  @Test
  @Order(4)
  void sharedDevice_belongsToWhoLoggedInLast() {
    visit("kiosk", "i5");
    assertThat(viewed("ann", login("ann", "kiosk"))).containsExactly("i5");
    assertThat(viewed("bob", login("bob", "kiosk"))).containsExactly("i5");
    String token = shop.event("ann", "i6", "view");
    assertThat(viewed("ann", token)).containsExactly("i6");
    assertThat(shop.node().store().identities().of("ann")).isEmpty();
  }

  @Test
  @Order(5)
  void users_attributes_areKeptMergedAndChecked() {
    shop.send("PUT", "/v1/users/mia", "{\"tier\":\"gold\",\"age\":33}");
    JsonNode merged = shop.send("PATCH", "/v1/users/mia", "{\"age\":null,\"member\":true}");
    assertThat(merged.path("attributes").toString())
        .isEqualTo("{\"member\":true,\"tier\":\"gold\"}");
    JsonNode refused = shop.send("PATCH", "/v1/users/mia", "{\"tiers\":\"x\"}");
    assertThat(refused.path("detail").asText()).contains("Maybe you meant tier.");
    assertThat(shop.send("PUT", "/v1/users/mia", "{\"age\":\"old\"}").path("detail").asText())
        .isEqualTo("age: \"old\" (expected: a number)");
    assertThat(shop.send("GET", "/v1/users/mia", "").path("attributes").path("tier").asText())
        .isEqualTo("gold");
  }

  @Test
  @Order(6)
  void erasure_leavesNothing_andNothingComesBack() throws Exception {
    visit("lost-phone", "i11");
    login(FORGOTTEN, "lost-phone");
    for (int i = 0; i < 30; i++) {
      shop.event("bystander" + i, "i" + i % 20, "view");
    }
    String token = shop.event(FORGOTTEN, "i12", "view");
    assertThat(viewed(FORGOTTEN, token)).containsExactly("i12", "i11");
    shop.send("PUT", "/v1/users/" + FORGOTTEN, "{\"tier\":\"gold\"}");
    event("\"user\":\"%s\",\"type\":\"refused\"".formatted(FORGOTTEN));
    shop.node().awaitDrained(PATIENCE);

    String receipt = shop.erase(FORGOTTEN);

    assertThat(shop.list("recently-viewed", FORGOTTEN, "").path("madeBy").asText())
        .startsWith("fallback");
    assertThat(shop.node().store().identities().owner("lost-phone")).isNull();
    assertThat(shop.send("GET", "/v1/users/" + FORGOTTEN, "").path("status").asInt())
        .isEqualTo(404);
    JsonNode shown = shop.send("GET", receipt, "");
    assertThat(shown.path("state").asText()).isEqualTo("erased");
    assertThat(shown.path("events").asInt()).isEqualTo(3);
    assertThat(shown.path("anonymousIds").asInt()).isEqualTo(1);

    shop.node().compact();
    shop.node().awaitRunning(PATIENCE);
    shop.node().awaitDrained(PATIENCE);
    assertThat(shop.send("GET", receipt, "").path("state").asText()).isEqualTo("compacted");
    shop.restart(); // the databases' own notes of first and last keys start anew
    shop.node().awaitRunning(PATIENCE);
    shop.node().awaitDrained(PATIENCE);
    assertThat(filesWith(FORGOTTEN)).isEmpty();
    assertThat(filesWith("lost-phone")).isEmpty();

    // A full replay: another definition of a profile table reads the log from its start.
    Path sql = folder.resolve("sql/recent_items.sql");
    Files.writeString(sql, Files.readString(sql).replace("recent 30", "recent 29"));
    shop.restart();
    shop.node().awaitRunning(PATIENCE);
    shop.node().awaitDrained(PATIENCE);
    assertThat(shop.list("recently-viewed", FORGOTTEN, "").path("madeBy").asText())
        .startsWith("fallback");
    assertThat(Shop.ids(shop.list("recently-viewed", "mia", ""))).contains("i9", "i4", "i3");
    // Whoever comes again is new.
    assertThat(viewed(FORGOTTEN, shop.event(FORGOTTEN, "i13", "view"))).containsExactly("i13");
  }

  /** Files below the project's state that hold a text, but the receipts are told by hash alone. */
  private List<String> filesWith(String text) throws IOException {
    byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
    var found = new ArrayList<String>();
    try (Stream<Path> files = Files.walk(folder.resolve(".imasugu"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 0; i + wanted.length <= bytes.length; i++) {
          int j = 0;
          while (j < wanted.length && bytes[i + j] == wanted[j]) {
            j++;
          }
          if (j == wanted.length) {
            found.add(folder.relativize(file).toString());
            break;
          }
        }
      }
    }
    return found;
  }

  @Test
  @Order(7)
  void windows_openAndCloseAtTheirInstant() throws Exception {
    Instant opens = Instant.now().plusMillis(1_500);
    Instant closes = opens.plusMillis(1_500);
    shop.send(
        "PUT",
        "/v1/items/flash",
        "{\"title\":\"Flash sale\",\"availableFrom\":\"%s\",\"availableUntil\":\"%s\"}"
            .formatted(opens, closes));
    String token = shop.event("flasher", "flash", "view");
    shop.listWith("recently-viewed", "flasher", token);
    boolean seenOpen = false;
    while (Instant.now().isBefore(closes.plusMillis(300))) {
      Instant before = Instant.now();
      boolean shown = shop.node().catalog().isAvailable("flash");
      Instant after = Instant.now();
      assertThat(shown && after.isBefore(opens)).isFalse();
      assertThat(shown && before.isAfter(closes)).isFalse();
      seenOpen |= shown;
      Thread.sleep(5);
    }
    assertThat(seenOpen).isTrue();
    shop.send("PUT", "/v1/items/flash", "{\"stock\":0}");
    assertThat(shop.node().catalog().isAvailable("flash")).isFalse();
    shop.send("PUT", "/v1/items/flash", "{\"stock\":1}");
    assertThat(shop.node().catalog().isAvailable("flash")).isTrue();
  }
}
