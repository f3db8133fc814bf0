package dev.imasugu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imasugu.config.Project;
import dev.imasugu.node.Node;
import dev.imasugu.node.NodeOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code imasugu demo}. */
@Command(
    name = "demo",
    description = {
      "Runs the default project with a small generated catalogue and crowd in a temporary folder.",
      "Open the page it names: click something, and the list beside it is new."
    },
    footer = {"", "Example:   ./imasugu demo --seconds 60"})
final class Demo implements Callable<Integer> {
  private static final int HISTORY = 4_000;
  private static final int BATCH = 500;
  private static final Duration BETWEEN_ACTS = Duration.ofMillis(40);
  private static final Duration BETWEEN_PROBES = Duration.ofMillis(500);

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

  @Option(names = "--seed", defaultValue = "1", description = "Seed of catalogue and crowd.")
  private long seed;

  private final InstantSource clock = InstantSource.system();
  private final AtomicLong events = new AtomicLong();
  private final List<Double> millis = new ArrayList<>();
  private String story = "";

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("imasugu-demo-");
    var main = Thread.currentThread();
    var cleaner =
        Thread.ofPlatform()
            .unstarted(
                () -> {
                  main.interrupt();
                  try {
                    main.join(Duration.ofSeconds(10));
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                  delete(folder);
                });
    Runtime.getRuntime().addShutdownHook(cleaner);
    long start = clock.millis();
    Path shop = folder.resolve("shop");
    Init.create(shop, Init.FILES);
    try (Node node = Node.start(Project.load(shop), NodeOptions.onPort(freePort(port)));
        Api api = new Api("http://127.0.0.1:" + node.port(), node.token())) {
      System.out.printf(
          "%.1f s  API on http://127.0.0.1:%d%n", (clock.millis() - start) / 1e3, node.port());
      var crowd = new Crowd(new SplittableRandom(seed));
      api.post("/v1/items", crowd.catalogue());
      preload(api, crowd);
      node.awaitRunning(Duration.ofMinutes(2));
      System.out.printf(
          "%.1f s  queries run; %d items, %,d events of yesterday%n",
          (clock.millis() - start) / 1e3, crowd.goods().size(), HISTORY);
      System.out.printf(
          "        open http://127.0.0.1:%d/ and click something%s%n",
          node.port(), seconds == 0 ? "; stop with Ctrl-C" : "");
      live(api, crowd);
      summarise();
    } catch (InterruptedException e) {
      summarise();
    }
    return 0;
  }

  private void preload(Api api, Crowd crowd) {
    var history = crowd.history(HISTORY, clock.instant());
    for (int from = 0; from < history.size(); from += BATCH) {
      var batch = Api.JSON.createArrayNode();
      for (int i = from; i < Math.min(from + BATCH, history.size()); i++) {
        batch.add(history.get(i));
      }
      api.post("/v1/events", batch);
    }
  }

  /** The crowd acts; once in a while a person of ours clicks and waits for the new list. */
  private void live(Api api, Crowd crowd) throws InterruptedException {
    long start = clock.millis();
    long end = seconds == 0 ? Long.MAX_VALUE : start + seconds * 1_000;
    long nextProbe = start;
    long nextLine = start + 5_000;
    var random = new SplittableRandom(seed + 1);
    List<Crowd.Good> goods = crowd.goods();
    while (clock.millis() < end) {
      events.addAndGet(crowd.act(api));
      if (clock.millis() >= nextProbe) {
        probe(api, goods.get(random.nextInt(goods.size())));
        events.incrementAndGet();
        nextProbe = clock.millis() + BETWEEN_PROBES.toMillis();
      }
      if (clock.millis() >= nextLine) {
        System.out.printf(
            Locale.ROOT,
            "%4d s  %,d events, click to new list p50 %.1f ms, p99 %.1f ms%n",
            (clock.millis() - start) / 1_000,
            events.get(),
            percentile(50),
            percentile(99));
        nextLine += 5_000;
      }
      Thread.sleep(BETWEEN_ACTS);
    }
  }

  private void probe(Api api, Crowd.Good good) {
    String read = "/v1/placements/home/recommendations?user=visitor&limit=3&fields=title";
    String before = titles(api.get(read));
    ObjectNode click =
        Api.JSON
            .createObjectNode()
            .put("user", "visitor")
            .put("item", good.id())
            .put("type", "click");
    long start = System.nanoTime();
    String asOf = api.post("/v1/events", click).at("/results/0/asOf").asText();
    JsonNode after = api.get(read + "&waitMs=1000&minAsOf=" + Api.encode(asOf));
    if (after.path("fresh").asBoolean()) {
      millis.add((System.nanoTime() - start) / 1e6);
      story =
          "a visitor saw:         %s%nclicked:               %s%nand %.1f ms later saw: %s"
              .formatted(before, good.title(), millis.getLast(), titles(after));
    }
  }

  private static String titles(JsonNode list) {
    return String.join(
        ", ", list.path("items").valueStream().map(item -> item.path("title").asText()).toList());
  }

  private double percentile(int percent) {
    List<Double> sorted = millis.stream().sorted().toList();
    return sorted.isEmpty()
        ? Double.NaN
        : sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
  }

  private void summarise() {
    System.out.printf(
        Locale.ROOT,
        "%n%,d events; %,d clicks of our visitor, click sent to new list read: p50 %.1f ms,"
            + " p99 %.1f ms%n%s%n",
        events.get(),
        millis.size(),
        percentile(50),
        percentile(99),
        story);
  }

  private static int freePort(int wanted) {
    try (var _ = new ServerSocket(wanted, 1, InetAddress.getLoopbackAddress())) {
      return wanted;
    } catch (IOException e) {
      return 0;
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      System.err.println("not deleted: " + folder + ": " + e.getMessage());
    }
  }
}
