package dev.imasugu.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imasugu.client.Event;
import dev.imasugu.client.ImasuguClient;
import dev.imasugu.client.ImasuguException;
import dev.imasugu.client.Read;
import dev.imasugu.client.Recommendations;
import dev.imasugu.log.Topic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The clients against the running server, over a network that loses an answer. */
@Timeout(240)
class ClientsTest {
  @TempDir static Path folder;
  private static Shop shop;
  private static String dead;

  @BeforeAll
  static void start() throws Exception {
    shop = new Shop(folder);
    shop.item("dress");
    shop.node().awaitRunning(Duration.ofMinutes(2));
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      dead = "http://127.0.0.1:" + socket.getLocalPort();
    }
  }

  @AfterAll
  static void stop() {
    shop.close();
  }

  @Test
  void java_losesNothingAndAlwaysHasAList() throws IOException {
    try (var flaky = new FlakyProxy(shop.node().port())) {
      var client = ImasuguClient.of(URI.create(flaky.uri())).withFallback(List.of("bestseller"));
      long before = events();
      String token = client.send(Event.of("java", "dress", "view"));
      assertThat(events() - before).isEqualTo(1);
      assertThat(flaky.lost()).isGreaterThan(1);
      Recommendations list =
          client.recommend(
              Read.of("recently-viewed", "java")
                  .after(token, Duration.ofSeconds(2))
                  .fields("title"));
      assertThat(list.ids()).containsExactly("dress");
      assertThat(list.items().getFirst().fields()).containsEntry("title", "dress");
      assertThat(list.fresh()).isTrue();
      client.send(Event.of("java", "dress", "click").shownIn(list, 1).with("value", 9.5));
      assertThatThrownBy(() -> client.send(Event.of("java", "dress", "vieww")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("type: vieww (expected: one of");
      assertThatThrownBy(() -> client.recommend(Read.of("hom", "java")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Maybe you meant home.");
    }
    var none = ImasuguClient.of(URI.create(dead)).withFallback(List.of("bestseller"));
    Recommendations fallback = none.recommend(Read.ofVisitor("home", "c1"));
    assertThat(fallback.ids()).containsExactly("bestseller");
    assertThat(fallback.madeBy()).isEqualTo("fallback:client");
    assertThatThrownBy(() -> none.send(Event.ofVisitor("c1", "dress", "view")))
        .isInstanceOf(ImasuguException.class)
        .hasMessageContaining("does not answer");
  }

  @Test
  void typescript_losesNothingAndAlwaysHasAList() throws Exception {
    String version = output("node", "--version");
    Matcher major = Pattern.compile("v(\\d+)\\.").matcher(version);
    assumeTrue(
        major.find() && Integer.parseInt(major.group(1)) >= 22,
        "Node.js " + version + ": not run (expected: node >= 22 on the PATH, which runs .ts)");
    check("typescript", "node", "--experimental-strip-types", "check.mts", "imasugu.ts");
  }

  @Test
  void python_losesNothingAndAlwaysHasAList() throws Exception {
    String version = output("python3", "--version");
    assumeTrue(
        version.startsWith("Python 3."),
        "Python " + version + ": not run (expected: python3 on the PATH)");
    check("python", "python3", "-B", "check.py", "imasugu.py");
  }

  private static void check(
      String language, String command, String option, String script, String client)
      throws Exception {
    Path checks = Path.of("src/test/resources/clients").toAbsolutePath();
    Path clients = Path.of("../../client").toAbsolutePath().normalize();
    try (var flaky = new FlakyProxy(shop.node().port())) {
      long before = events();
      String said =
          output(
              command,
              option,
              checks.resolve(script).toString(),
              clients.resolve(language).resolve(client).toString(),
              flaky.uri(),
              dead,
              language);
      JsonNode answer = Shop.json(said);
      assertThat(answer.at("/item/id").asText()).as(said).isEqualTo("dress");
      assertThat(answer.at("/item/title").asText()).isEqualTo("dress");
      assertThat(answer.path("fresh").asBoolean()).isTrue();
      assertThat(answer.path("refused").asText()).contains("type: vieww (expected: one of");
      assertThat(answer.path("unknown").asText()).contains("Maybe you meant home.");
      assertThat(answer.path("none").asText()).isEqualTo("bestseller");
      assertThat(answer.path("madeBy").asText()).isEqualTo("fallback:client");
      assertThat(flaky.lost()).isGreaterThan(1);
      assertThat(events() - before).isEqualTo(1);
    }
  }

  private static long events() {
    long events = 0;
    for (int partition = 0; partition < shop.node().log().partitions(); partition++) {
      events += shop.node().log().end(Topic.EVENTS, partition);
    }
    return events;
  }

  /** What a command prints; empty when there is no such command. */
  private static String output(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      process.waitFor();
      return output;
    } catch (IOException e) {
      return "";
    }
  }
}
