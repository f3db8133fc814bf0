package dev.imasugu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imasugu.shop.Site;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code imasugu demo}. */
@Command(
    name = "demo",
    description = {
      "Runs the default project in a temporary folder with a simulated shop of 5,000 articles, or a",
      "recorded log. Open the page it names: click something, and the list beside it is new."
    },
    footer = {
      "",
      "Example:   ./imasugu demo --seconds 60",
      "           ./imasugu demo --data deskdrop users_interactions.csv.zst --speed 20000"
    })
final class Demo implements Callable<Integer> {
  private static final double SHOP_SPEED = 30;
  private static final double RECORDED_SPEED = 20_000;
  private static final Duration BETWEEN_PROBES = Duration.ofMillis(500);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

  /** More than this behind its time, a scene lets the time go that it cannot make up for. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  @Option(
      names = "--seconds",
      defaultValue = "0",
      description = "End with a summary after so long; 0 runs until Ctrl-C.")
  private long seconds;

  @Option(
      names = "--port",
      defaultValue = "8650",
      description = "Port of the page, another one if it is taken; ${DEFAULT-VALUE} if absent.")
  private int port;

  @Option(names = "--seed", defaultValue = "1", description = "Seed of articles and people.")
  private long seed;

  @Option(
      names = "--people",
      defaultValue = "20000",
      description = "How many people the shop has; ${DEFAULT-VALUE} if absent.")
  private int people;

  @Option(
      names = "--history",
      defaultValue = "30000",
      description = "How many events the shop has behind it; ${DEFAULT-VALUE} if absent.")
  private int history;

  @Option(
      names = "--speed",
      defaultValue = "0",
      description = {
        "How much faster than time the shop lives, or the log is played again; ",
        "30 and 20000 if absent."
      })
  private double speed;

  @Option(
      names = "--data",
      arity = "2",
      paramLabel = "deskdrop FILE",
      description = "A recorded log instead of the shop: users_interactions.csv of DeskDrop.")
  private @Nullable List<String> data;

  private final InstantSource clock = InstantSource.system();
  private final ProbeFigures figures = new ProbeFigures();
  private long events;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (data != null && !data.getFirst().equals("deskdrop")) {
      throw new IllegalArgumentException(
          "--data: %s (expected one of: deskdrop)".formatted(data.getFirst()));
    }
    if (speed < 0 || speed > 1e6) {
      throw new IllegalArgumentException(
          "--speed: %s (expected: above 0, to 1e6)".formatted(speed));
    }
    long start = clock.millis();
    try (var server = TemporaryServer.start(Init.FILES, port);
        var site = server.site()) {
      System.out.printf(
          Locale.ROOT,
          "%.1f s  API on http://127.0.0.1:%d%n",
          (clock.millis() - start) / 1e3,
          server.port());
      Scene scene = scene(server.api(), site);
      String told = scene.prepare();
      server.awaitRunning();
      System.out.printf(
          Locale.ROOT, "%.1f s  queries run; %s%n", (clock.millis() - start) / 1e3, told);
      probe(server.api(), scene.items().getFirst());
      System.out.printf(
          Locale.ROOT,
          "%.1f s  the first list follows a click; open http://127.0.0.1:%d/%s%n",
          (clock.millis() - start) / 1e3,
          server.port(),
          seconds == 0 ? "; stop with Ctrl-C" : "");
      live(server.api(), scene);
      summarise();
    } catch (InterruptedException e) {
      summarise();
    }
    return 0;
  }

  private Scene scene(Api api, Site site) throws IOException {
    if (data != null) {
      return new RecordedScene(
          api, Path.of(data.get(1)), speed == 0 ? RECORDED_SPEED : speed, clock);
    }
    return new ShopScene(site, seed, people, history, speed == 0 ? SHOP_SPEED : speed, clock);
  }

  /** The scene goes on; once in a while a visitor of ours clicks and waits for the new list. */
  private void live(Api api, Scene scene) throws InterruptedException {
    long start = System.nanoTime();
    long end = seconds == 0 ? Long.MAX_VALUE : start + seconds * 1_000_000_000;
    long nextProbe = start;
    long nextLine = start + BETWEEN_LINES.toNanos();
    long nextAct = start + scene.untilNext().toNanos();
    var random = new SplittableRandom(seed + 1);
    while (System.nanoTime() < end) {
      long now = System.nanoTime();
      if (now >= nextAct) {
        events += scene.act();
        nextAct = Math.max(nextAct, now - PATIENCE.toNanos()) + scene.untilNext().toNanos();
      }
      if (now >= nextProbe) {
        List<String> items = scene.items();
        probe(api, items.get(random.nextInt(items.size())));
        nextProbe = System.nanoTime() + BETWEEN_PROBES.toNanos();
      }
      if (now >= nextLine) {
        System.out.printf(
            Locale.ROOT,
            "%4d s  %,d events, click to new list %s%n",
            (now - start) / 1_000_000_000,
            events,
            figures.line());
        nextLine += BETWEEN_LINES.toNanos();
      }
      long pause = Math.min(nextAct, Math.min(nextProbe, end)) - System.nanoTime();
      if (pause > 0) {
        LockSupport.parkNanos(pause);
      }
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  private void probe(Api api, String item) {
    String read = "/v1/placements/home/recommendations?user=visitor&limit=3&fields=title";
    String before = titles(api.get(read));
    ObjectNode click =
        Api.JSON.createObjectNode().put("user", "visitor").put("item", item).put("type", "click");
    long start = System.nanoTime();
    String asOf = api.post("/v1/events", click).at("/results/0/asOf").asText();
    JsonNode after = api.get(read + "&waitMs=2000&minAsOf=" + Api.encode(asOf));
    events++;
    if (after.path("fresh").asBoolean()) {
      figures.add((System.nanoTime() - start) / 1e6, before, item, titles(after));
    }
  }

  private static String titles(JsonNode list) {
    return String.join(
        "; ", list.path("items").valueStream().map(item -> item.path("title").asText()).toList());
  }

  private void summarise() {
    System.out.printf(
        Locale.ROOT,
        "%n%,d events; %,d clicks of our visitor, click sent to new list read: %s%n%s%n",
        events,
        figures.count(),
        figures.line(),
        figures.story());
  }
}
