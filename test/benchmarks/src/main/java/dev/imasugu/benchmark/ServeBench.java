package dev.imasugu.benchmark;

import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How fast are lists read: at a given rate with events beside it, and as fast as they come? */
@Command(name = "serve", mixinStandardHelpOptions = true)
final class ServeBench implements Callable<Integer> {
  private static final int BATCH = 1_000;
  private static final int OPEN_CONNECTIONS = 256;

  @Option(names = "--rate", defaultValue = "12000", description = "Reads a second, open loop.")
  private int rate;

  @Option(names = "--events", defaultValue = "500", description = "Events a second beside them.")
  private int events;

  @Option(names = "--connections", defaultValue = "16", description = "Of the closed loop.")
  private int connections;

  @Option(names = "--seconds", defaultValue = "20", description = "How long, each of the two.")
  private int seconds;

  @Option(
      names = "--warm-up",
      defaultValue = "15",
      description = "Seconds of closed loop before; a quarter of it at the rate.")
  private int warmUp;

  @Option(names = "--users", defaultValue = "100000", description = "Users, Zipf 1.0.")
  private int users;

  @Option(names = "--items", defaultValue = "10000", description = "Items, Zipf 1.0.")
  private int items;

  @Option(names = "--history", defaultValue = "200000", description = "Events before the clock.")
  private int history;

  @Option(names = "--limit", defaultValue = "10", description = "Items in an answer.")
  private int limit;

  @Option(names = "--seed", defaultValue = "1", description = "Seed of the load.")
  private long seed;

  private final SplittableRandom random = new SplittableRandom(1);
  private long failed;
  private long reads;

  @Override
  public Integer call() {
    Path directory = ServerProcess.project();
    var server = new ServerProcess(directory, List.of());
    try (var client = new LoadClient(server.address(), OPEN_CONNECTIONS)) {
      var userChoice = new Zipf(users, 1);
      var itemChoice = new Zipf(items, 1);
      var seeded = new SplittableRandom(seed);
      batches(
          server.client(),
          "/v1/items",
          items,
          i -> "{\"id\":\"i%d\",\"title\":\"Item %d\"}".formatted(i, i));
      batches(
          server.client(),
          "/v1/events",
          history,
          _ -> event(userChoice.draw(seeded), itemChoice.draw(seeded)));
      server.awaitDrained(Duration.ofMinutes(10));
      byte[][] requests = new byte[10_000][];
      for (int i = 0; i < requests.length; i++) {
        requests[i] =
            LoadClient.get(
                "/v1/placements/home/recommendations?limit=%d&user=u%d"
                    .formatted(limit, userChoice.draw(seeded)));
      }
      closed(client, requests, warmUp);
      open(client, requests, userChoice, itemChoice, warmUp / 4, new Histogram(3));

      var latency = new Histogram(3);
      var steal = new Steal();
      failed = 0;
      open(client, requests, userChoice, itemChoice, seconds, latency);
      long openFailed = failed;

      server.awaitDrained(Duration.ofMinutes(2));
      reads = 0;
      failed = 0;
      Duration before = server.cpu();
      double took = closed(client, requests, seconds);
      double cpuMicros = server.cpu().minus(before).toNanos() / 1e3 / reads;
      System.out.printf(
          Locale.ROOT,
          "{\"bench\":\"serve\",\"rate\":%d,\"events\":%d,\"openReads\":%d,\"p50Ms\":%.2f,"
              + "\"p99Ms\":%.2f,\"maxMs\":%.1f,\"openNon2xx\":%d,\"connections\":%d,"
              + "\"closedPerSecond\":%.0f,\"closedNon2xx\":%d,\"cpuMicrosPerRead\":%.1f,"
              + "\"rssMib\":%.0f,\"stolenPercent\":%.1f}%n",
          rate,
          events,
          latency.getTotalCount(),
          latency.getValueAtPercentile(50) / 1e6,
          latency.getValueAtPercentile(99) / 1e6,
          latency.getMaxValue() / 1e6,
          openFailed,
          connections,
          reads / took,
          failed,
          cpuMicros,
          server.residentMib(),
          steal.percent());
      return openFailed + failed == 0 ? 0 : 1;
    } finally {
      server.closeAndDelete();
    }
  }

  private static String event(int user, int item) {
    return "{\"user\":\"u" + user + "\",\"item\":\"i" + item + "\",\"type\":\"view\"}";
  }

  /** Each connection sends its next read when the last is answered. */
  private double closed(LoadClient client, byte[][] requests, int forSeconds) {
    var untimed = new Histogram(3);
    long start = System.nanoTime();
    long end = start + forSeconds * 1_000_000_000L;
    while (System.nanoTime() < end) {
      while (client.open() < connections) {
        read(client, requests, untimed, 0);
      }
      client.poll(1_000_000);
    }
    client.drain(10_000_000_000L);
    return (System.nanoTime() - start) / 1e9;
  }

  /** Reads are sent at their intended instants, and timed from them, however slow answers are. */
  private void open(
      LoadClient client,
      byte[][] requests,
      Zipf userChoice,
      Zipf itemChoice,
      int forSeconds,
      Histogram latency) {
    long start = System.nanoTime();
    long total = (long) rate * forSeconds;
    long eventsSent = 0;
    for (long sent = 0; sent < total; ) {
      long due = start + sent * 1_000_000_000L / rate;
      long now = System.nanoTime();
      if (eventsSent < (now - start) * events / 1_000_000_000L && client.hasRoom()) {
        eventsSent++;
        String event = event(userChoice.draw(random), itemChoice.draw(random));
        client.send(LoadClient.post("/v1/events", event), (status, _) -> count(status));
      }
      if (due > now || !client.hasRoom()) {
        client.poll(Math.max(due - now, 0));
      } else {
        read(client, requests, latency, due);
        sent++;
        client.poll(0);
      }
    }
    client.drain(10_000_000_000L);
  }

  private void read(LoadClient client, byte[][] requests, Histogram latency, long due) {
    client.send(
        requests[random.nextInt(requests.length)],
        (status, _) -> {
          reads++;
          count(status);
          if (due > 0) {
            latency.recordValue(System.nanoTime() - due);
          }
        });
  }

  private void count(int status) {
    failed += status / 100 == 2 ? 0 : 1;
  }

  private static void batches(
      WebClient client, String path, int count, IntFunction<String> record) {
    var headers = RequestHeaders.builder(HttpMethod.POST, path).contentType(MediaType.JSON).build();
    for (int from = 0; from < count; from += BATCH) {
      var body = new StringBuilder("[");
      for (int i = from; i < Math.min(from + BATCH, count); i++) {
        body.append(i == from ? "" : ",").append(record.apply(i));
      }
      int status =
          client.execute(headers, body.append(']').toString()).aggregate().join().status().code();
      if (status != 200) {
        throw new IllegalStateException(path + ": " + status);
      }
    }
  }
}
