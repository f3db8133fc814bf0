package dev.imasugu.benchmark;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Many items leave and as many come at one instant, without an event: does a read after it show one
 * that has left, and how soon do reads show those that came?
 */
@Command(name = "windows", mixinStandardHelpOptions = true)
final class WindowsBench implements Callable<Integer> {
  private static final int BATCH = 1_000;
  private static final int LIMIT = 10;
  private static final long BEFORE_MILLIS = 2_000;
  private static final long AFTER_MILLIS = 3_000;

  @Option(names = "--items", defaultValue = "10000", description = "That close; as many open.")
  private int items;

  @Option(names = "--users", defaultValue = "200", description = "With lists of closing items.")
  private int users;

  @Option(names = "--rate", defaultValue = "500", description = "Reads a second.")
  private int rate;

  @Option(
      names = "--in",
      defaultValue = "40",
      description = "Seconds from the first write to the instant.")
  private int seconds;

  @Option(names = "--seed", defaultValue = "1", description = "Seed of the load.")
  private long seed;

  private long reads;
  private long failed;
  private long closedShownBefore;
  private long closedShownAfter;
  private long lastShort = -1;

  @Override
  public Integer call() {
    Path directory = ServerProcess.project();
    var server = new ServerProcess(directory, List.of());
    try (var client = new LoadClient(server.address(), 64)) {
      server.awaitQueries(Duration.ofMinutes(2));
      long edge = System.currentTimeMillis() + seconds * 1_000L;
      String at = Instant.ofEpochMilli(edge).toString();
      batches(client, "/v1/items", items, i -> item("c" + i, "availableUntil", at));
      batches(client, "/v1/items", items, i -> item("o" + i, "availableFrom", at));
      var random = new SplittableRandom(seed);
      batches(
          client,
          "/v1/events",
          users * 20,
          i ->
              "{\"user\":\"u%d\",\"item\":\"c%d\",\"type\":\"view\"}"
                  .formatted(i % users, random.nextInt(items)));
      server.awaitDrained(Duration.ofMinutes(2));
      if (System.currentTimeMillis() > edge - BEFORE_MILLIS) {
        throw new IllegalStateException(
            "--in: %d (expected: more, the writes took longer)".formatted(seconds));
      }
      read(client, edge);
      boolean good = failed == 0 && closedShownBefore > 0 && closedShownAfter == 0;
      System.out.printf(
          Locale.ROOT,
          "{\"bench\":\"windows\",\"items\":%d,\"reads\":%d,\"failed\":%d,"
              + "\"closedShownBefore\":%d,\"closedShownAfter\":%d,\"allOpenShownAfterMs\":%d}%n",
          items,
          reads,
          failed,
          closedShownBefore,
          closedShownAfter,
          lastShort + 1);
      return good && lastShort + 1 <= 1_000 ? 0 : 1;
    } finally {
      server.closeAndDelete();
    }
  }

  private static String item(String id, String edge, String at) {
    return "{\"id\":\"%s\",\"title\":\"Item %s\",\"%s\":\"%s\"}".formatted(id, id, edge, at);
  }

  private void read(LoadClient client, long edge) {
    long start = edge - BEFORE_MILLIS;
    long total = (BEFORE_MILLIS + AFTER_MILLIS) * rate / 1_000;
    for (long sent = 0; sent < total; ) {
      long now = System.currentTimeMillis();
      if (now < start + sent * 1_000 / rate || !client.hasRoom()) {
        client.poll(1_000_000);
        continue;
      }
      String path =
          "/v1/placements/home/recommendations?limit=%d&user=u%d".formatted(LIMIT, sent % users);
      sent++;
      client.send(LoadClient.get(path), (status, body) -> see(status, body, now - edge));
    }
    client.drain(10_000_000_000L);
  }

  /**
   * Looks at an answer.
   *
   * @param sinceEdge milliseconds from the instant to the moment the read was sent
   */
  private void see(int status, String body, long sinceEdge) {
    reads++;
    failed += status == 200 ? 0 : 1;
    boolean closed = body.contains("\"id\":\"c");
    if (sinceEdge < 0) {
      closedShownBefore += closed ? 1 : 0;
      return;
    }
    closedShownAfter += closed ? 1 : 0;
    if (body.split("\"id\":\"o", -1).length - 1 < LIMIT) {
      lastShort = Math.max(lastShort, sinceEdge);
    }
  }

  private static void batches(
      LoadClient client, String path, int count, IntFunction<String> record) {
    for (int from = 0; from < count; from += BATCH) {
      var body = new StringBuilder("[");
      for (int i = from; i < Math.min(from + BATCH, count); i++) {
        body.append(i == from ? "" : ",").append(record.apply(i));
      }
      client.send(
          LoadClient.post(path, body.append(']').toString()),
          (status, answer) -> {
            if (status != 200) {
              throw new IllegalStateException(path + ": " + status + " " + answer);
            }
          });
      if (!client.drain(60_000_000_000L)) {
        throw new IllegalStateException(path + ": no answer within a minute");
      }
    }
  }
}
