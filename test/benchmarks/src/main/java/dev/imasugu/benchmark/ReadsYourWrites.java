package dev.imasugu.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
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
  private static final RequestHeaders POST =
      RequestHeaders.builder(HttpMethod.POST, "/v1/events").contentType(MediaType.JSON).build();
  private static final RequestHeaders POST_ITEMS =
      RequestHeaders.builder(HttpMethod.POST, "/v1/items").contentType(MediaType.JSON).build();

  /** What a stopped platform's answer may take beyond what the reader was ready to wait. */
  private static final int LATE_MILLIS = 20;

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
    final AtomicLong fresh = new AtomicLong();
    final AtomicLong shown = new AtomicLong();
    final AtomicLong failed = new AtomicLong();
    final AtomicLong late = new AtomicLong();
    final Histogram pair = new ConcurrentHistogram(3);
    final Histogram read = new ConcurrentHistogram(3);
  }

  @Override
  public Integer call() {
    Path directory = ServerProcess.project();
    List<ClientFactory> connections = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      connections.add(ClientFactory.builder().workerGroup(1).build());
    }
    try {
      Outcome running;
      try (var server = new ServerProcess(directory, List.of())) {
        List<WebClient> clients = clients(server, connections);
        putItems(server.client());
        server.awaitDrained(Duration.ofMinutes(2));
        run(clients, Math.min(pairs, 1_000), rate, waitMillis); // the compiler's turn
        server.awaitDrained(Duration.ofMinutes(2));
        running = run(clients, pairs, rate, waitMillis);
      }
      List<Outcome> stopped = new ArrayList<>();
      try (var server = new ServerProcess(directory, List.of("queries"))) {
        List<WebClient> clients = clients(server, connections);
        run(clients, stoppedPairs, 50, 50);
        for (int wait : new int[] {300, 1_000}) {
          stopped.add(run(clients, stoppedPairs, 50, wait));
        }
      }
      return report(running, stopped.get(0), stopped.get(1));
    } finally {
      connections.forEach(ClientFactory::close);
      ServerProcess.delete(directory);
    }
  }

  private static List<WebClient> clients(ServerProcess server, List<ClientFactory> connections) {
    return connections.stream()
        .map(connection -> WebClient.builder(server.uri()).factory(connection).build())
        .toList();
  }

  private int report(Outcome running, Outcome after300, Outcome after1000) {
    long stoppedFresh = after300.fresh.get() + after1000.fresh.get();
    long stoppedFailed = after300.failed.get() + after1000.failed.get();
    long stoppedLate = after300.late.get() + after1000.late.get();
    long untrue = running.fresh.get() - running.shown.get();
    System.out.printf(
        Locale.ROOT,
        "{\"bench\":\"reads-your-writes\",\"pairs\":%d,\"rate\":%d,\"clients\":%d,\"fresh\":%d,"
            + "\"effectShown\":%d,\"failed\":%d,\"pairP50Ms\":%.2f,\"pairP99Ms\":%.2f,"
            + "\"pairMaxMs\":%.2f,\"readP50Ms\":%.2f,\"readP99Ms\":%.2f,"
            + "\"stopped\":{\"pairs\":%d,\"fresh\":%d,\"failed\":%d,\"late\":%d,"
            + "\"wait300P50Ms\":%.2f,\"wait300MaxMs\":%.2f,"
            + "\"wait1000P50Ms\":%.2f,\"wait1000MaxMs\":%.2f}}%n",
        pairs,
        rate,
        clients,
        running.fresh.get(),
        running.shown.get(),
        running.failed.get(),
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
        millis(after1000.read, 100));
    boolean good =
        running.fresh.get() >= 0.999 * pairs
            && untrue == 0
            && stoppedFresh == 0
            && stoppedFailed == 0
            && stoppedLate == 0;
    return good ? 0 : 1;
  }

  private Outcome run(List<WebClient> clients, int count, int perSecond, int wait) {
    var outcome = new Outcome();
    var open = new Semaphore(0);
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      long intended = start + i * 1_000_000_000L / perSecond;
      for (long left = intended - System.nanoTime();
          left > 0;
          left = intended - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      int item = (int) (i * 7919L % items);
      var _ =
          pair(
                  clients.get(i % clients.size()),
                  "u" + i % users,
                  "i" + item,
                  wait,
                  intended,
                  outcome)
              .whenComplete((_, _) -> open.release());
    }
    try {
      if (!open.tryAcquire(count, 60, TimeUnit.SECONDS)) {
        outcome.failed.addAndGet(count - open.availablePermits());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    return outcome;
  }

  private static CompletableFuture<?> pair(
      WebClient client, String user, String item, int wait, long intended, Outcome outcome) {
    String click = "{\"user\":\"%s\",\"item\":\"%s\",\"type\":\"click\"}".formatted(user, item);
    return client
        .execute(POST, click)
        .aggregate()
        .thenCompose(
            response -> {
              String token = json(response).at("/results/0/asOf").asText();
              long acknowledged = System.nanoTime();
              return client
                  .get(
                      "/v1/placements/recently-viewed/recommendations?limit=5&user=%s&waitMs=%d&minAsOf=%s"
                          .formatted(user, wait, URLEncoder.encode(token, StandardCharsets.UTF_8)))
                  .aggregate()
                  .thenAccept(answer -> take(answer, item, wait, intended, acknowledged, outcome));
            })
        .whenComplete(
            (_, failure) -> {
              if (failure != null) {
                outcome.failed.incrementAndGet();
              }
            });
  }

  private static void take(
      AggregatedHttpResponse answer,
      String item,
      int wait,
      long intended,
      long acknowledged,
      Outcome outcome) {
    long now = System.nanoTime();
    outcome.pair.recordValue(now - intended);
    outcome.read.recordValue(now - acknowledged);
    if (now - acknowledged > (wait + LATE_MILLIS) * 1_000_000L) {
      outcome.late.incrementAndGet();
    }
    boolean good = answer.status().code() == 200;
    JsonNode list = json(answer);
    if (!good || list.path("items").isEmpty()) {
      outcome.failed.incrementAndGet();
    } else if (list.path("fresh").asBoolean()) {
      outcome.fresh.incrementAndGet();
      if (list.at("/items/0/id").asText().equals(item)) {
        outcome.shown.incrementAndGet();
      } else {
        System.err.println("fresh, but " + item + " is not the first: " + list);
      }
    }
  }

  private void putItems(WebClient client) {
    var body = new StringBuilder("[");
    for (int i = 0; i < items; i++) {
      body.append(i == 0 ? "" : ",").append("{\"id\":\"i%d\"}".formatted(i));
    }
    AggregatedHttpResponse response =
        client.execute(POST_ITEMS, body.append(']').toString()).aggregate().join();
    if (json(response).path("accepted").asInt() != items) {
      throw new IllegalStateException("/v1/items: " + response.contentUtf8());
    }
  }

  private static double millis(Histogram latency, double percentile) {
    return latency.getValueAtPercentile(percentile) / 1e6;
  }

  private static JsonNode json(AggregatedHttpResponse response) {
    try {
      return JSON.readTree(response.contentUtf8());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
