package dev.imasugu.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/*
 * A pair is a click and, as soon as it is acknowledged, a read of the person's own list with the
 * click's token. Pairs begin at their intended instants, however slow the answers are, and are timed
 * from there. Users take turns, so that a user's last pair is over when the next begins: then the
 * clicked item must be the first of the list, and a fresh answer that does not show it is a lie.
 */

/** Does the list that is read after a click show the click? */
@Command(name = "reads-your-writes", mixinStandardHelpOptions = true)
final class ReadsYourWrites implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What a stopped platform's answer may take beyond what the reader was ready to wait. */
  private static final int LATE_MILLIS = 20;

  /** Pairs a second where each read waits to its end. */
  private static final int STOPPED_RATE = 50;

  @Option(names = "--pairs", defaultValue = "10000", description = "Clicks, each with its read.")
  private int pairs;

  @Option(names = "--rate", defaultValue = "200", description = "Pairs a second.")
  private int rate;

  @Option(names = "--clients", defaultValue = "16", description = "Connections.")
  private int clients;

  @Option(names = "--users", defaultValue = "2000", description = "Users, who take turns.")
  private int users;

  @Option(names = "--items", defaultValue = "1000", description = "Items.")
  private int items;

  @Option(names = "--wait", defaultValue = "1000", description = "waitMs of the reads.")
  private int waitMillis;

  @Option(names = "--stopped-pairs", defaultValue = "200", description = "Pairs without queries.")
  private int stoppedPairs;

  /** What became of a run's pairs. */
  private static final class Outcome {
    long fresh;
    long shown;
    long failed;
    long late;
    final Histogram pair = new Histogram(3);
    final Histogram read = new Histogram(3);
  }

  @Override
  public Integer call() {
    Path directory = ServerProcess.project();
    var steal = new Steal();
    try {
      Outcome running;
      try (var server = new ServerProcess(directory, List.of());
          var client = new LoadClient(server.address(), clients)) {
        putItems(client);
        server.awaitDrained(Duration.ofMinutes(2));
        run(client, Math.min(pairs, 1_000), rate, waitMillis); // the compiler's turn
        server.awaitDrained(Duration.ofMinutes(2));
        running = run(client, pairs, rate, waitMillis);
      }
      List<Outcome> stopped = new ArrayList<>();
      try (var server = new ServerProcess(directory, List.of("queries"));
          var client = new LoadClient(server.address(), STOPPED_RATE * 4)) {
        run(client, stoppedPairs, STOPPED_RATE, 50);
        for (int wait : new int[] {300, 1_000}) {
          stopped.add(run(client, stoppedPairs, STOPPED_RATE, wait));
        }
      }
      return report(running, stopped.get(0), stopped.get(1), steal.percent());
    } finally {
      ServerProcess.delete(directory);
    }
  }

  private int report(Outcome running, Outcome after300, Outcome after1000, double stolen) {
    long stoppedFresh = after300.fresh + after1000.fresh;
    long stoppedFailed = after300.failed + after1000.failed;
    long stoppedLate = after300.late + after1000.late;
    long untrue = running.fresh - running.shown;
    System.out.printf(
        Locale.ROOT,
        "{\"bench\":\"reads-your-writes\",\"pairs\":%d,\"rate\":%d,\"clients\":%d,\"fresh\":%d,"
            + "\"effectShown\":%d,\"failed\":%d,\"pairP50Ms\":%.2f,\"pairP99Ms\":%.2f,"
            + "\"pairMaxMs\":%.2f,\"readP50Ms\":%.2f,\"readP99Ms\":%.2f,"
            + "\"stopped\":{\"pairs\":%d,\"fresh\":%d,\"failed\":%d,\"late\":%d,"
            + "\"wait300P50Ms\":%.2f,\"wait300MaxMs\":%.2f,"
            + "\"wait1000P50Ms\":%.2f,\"wait1000MaxMs\":%.2f},\"stolenPercent\":%.1f}%n",
        pairs,
        rate,
        clients,
        running.fresh,
        running.shown,
        running.failed,
        millis(running.pair, 50),
        millis(running.pair, 99),
        millis(running.pair, 100),
        millis(running.read, 50),
        millis(running.read, 99),
        2 * stoppedPairs,
        stoppedFresh,
        stoppedFailed,
        stoppedLate,
        millis(after300.read, 50),
        millis(after300.read, 100),
        millis(after1000.read, 50),
        millis(after1000.read, 100),
        stolen);
    boolean good =
        running.fresh >= 0.999 * pairs
            && untrue == 0
            && stoppedFresh == 0
            && stoppedFailed == 0
            && stoppedLate == 0;
    return good ? 0 : 1;
  }

  private Outcome run(LoadClient client, int count, int perSecond, int wait) {
    var outcome = new Outcome();
    long start = System.nanoTime();
    for (int sent = 0; sent < count; ) {
      long intended = start + sent * 1_000_000_000L / perSecond;
      long left = intended - System.nanoTime();
      if (left > 0 || !client.hasRoom()) {
        client.poll(Math.max(left, 1_000_000));
      } else {
        int item = (int) (sent * 7919L % items);
        pair(client, "u" + sent % users, "i" + item, wait, intended, outcome);
        sent++;
      }
    }
    if (!client.drain(Duration.ofSeconds(60).toNanos())) {
      outcome.failed += client.open();
    }
    return outcome;
  }

  private static void pair(
      LoadClient client, String user, String item, int wait, long intended, Outcome outcome) {
    String click = "{\"user\":\"%s\",\"item\":\"%s\",\"type\":\"click\"}".formatted(user, item);
    client.send(
        LoadClient.post("/v1/events", click),
        (status, body) -> {
          if (status != 200) {
            outcome.failed++;
            return;
          }
          String token = json(body).at("/results/0/asOf").asText();
          long acknowledged = System.nanoTime();
          client.send(
              LoadClient.get(
                  "/v1/placements/recently-viewed/recommendations?limit=5&user=%s&waitMs=%d&minAsOf=%s"
                      .formatted(user, wait, URLEncoder.encode(token, StandardCharsets.UTF_8))),
              (readStatus, list) ->
                  take(readStatus, list, item, wait, intended, acknowledged, outcome));
        });
  }

  private static void take(
      int status,
      String body,
      String item,
      int wait,
      long intended,
      long acknowledged,
      Outcome outcome) {
    long now = System.nanoTime();
    outcome.pair.recordValue(now - intended);
    outcome.read.recordValue(now - acknowledged);
    if (now - acknowledged > (wait + LATE_MILLIS) * 1_000_000L) {
      outcome.late++;
    }
    JsonNode list = json(status == 200 ? body : "{}");
    if (list.path("items").isEmpty()) {
      outcome.failed++;
    } else if (list.path("fresh").asBoolean()) {
      outcome.fresh++;
      if (list.at("/items/0/id").asText().equals(item)) {
        outcome.shown++;
      } else {
        System.err.println("fresh, but " + item + " is not the first: " + list);
      }
    }
  }

  private void putItems(LoadClient client) {
    var body = new StringBuilder("[");
    for (int i = 0; i < items; i++) {
      body.append(i == 0 ? "" : ",").append("{\"id\":\"i%d\"}".formatted(i));
    }
    client.send(
        LoadClient.post("/v1/items", body.append(']').toString()),
        (status, answer) -> {
          if (status != 200 || json(answer).path("accepted").asInt() != items) {
            throw new IllegalStateException("/v1/items: " + status + " " + answer);
          }
        });
    client.drain(Duration.ofSeconds(60).toNanos());
  }

  private static double millis(Histogram latency, double percentile) {
    return latency.getValueAtPercentile(percentile) / 1e6;
  }

  private static JsonNode json(String body) {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
