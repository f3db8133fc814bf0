package dev.imasugu.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How many events a second are acknowledged while the queries run? Closed loop. */
@Command(name = "ingest", mixinStandardHelpOptions = true)
final class IngestBench implements Callable<Integer> {
  private static final int BODIES = 500;

  @Option(names = "--seconds", defaultValue = "20", description = "How long.")
  private int seconds;

  @Option(names = "--warm-up", defaultValue = "10", description = "Seconds before the clock.")
  private int warmUp;

  @Option(names = "--batch", defaultValue = "100", description = "Events a request.")
  private int batch;

  @Option(names = "--connections", defaultValue = "8", description = "Requests at one time.")
  private int connections;

  @Option(names = "--fsync", description = "Acknowledge after fsync instead of after write.")
  private boolean fsync;

  @Option(names = "--users", defaultValue = "100000", description = "Users, Zipf 1.0.")
  private int users;

  @Option(names = "--items", defaultValue = "10000", description = "Items, Zipf 1.0.")
  private int items;

  @Option(names = "--seed", defaultValue = "1", description = "Seed of the load.")
  private long seed;

  private final byte[][] bodies = new byte[BODIES][];
  private long acknowledged;
  private long busy;
  private long failed;
  private long bytes;
  private int next;

  @Override
  public Integer call() {
    Path directory = ServerProcess.project();
    if (fsync) {
      append(directory.resolve("platform.yaml"), "log:\n  ack: fsync\n");
    }
    prepare();
    var server = new ServerProcess(directory, List.of());
    try (var client = new LoadClient(server.address(), connections)) {
      server.awaitQueries(Duration.ofMinutes(2));
      run(client, warmUp, new Histogram(3));
      acknowledged = 0;
      busy = 0;
      Duration cpuBefore = server.cpu();
      var latency = new Histogram(3);
      var steal = new Steal();
      double took = run(client, seconds, latency);
      Duration cpu = server.cpu().minus(cpuBefore);
      long events = acknowledged;
      long start = System.nanoTime();
      server.awaitDrained(Duration.ofMinutes(20));
      System.out.printf(
          Locale.ROOT,
          "{\"bench\":\"ingest\",\"ack\":\"%s\",\"batch\":%d,\"connections\":%d,"
              + "\"bytesPerEvent\":%d,\"events\":%d,\"eventsPerSecond\":%.0f,\"busy\":%d,"
              + "\"failed\":%d,\"p50Ms\":%.1f,\"p99Ms\":%.1f,\"serverCpuMicrosPerEvent\":%.1f,"
              + "\"drainSeconds\":%.1f,\"rssMib\":%.0f,\"stolenPercent\":%.1f}%n",
          fsync ? "fsync" : "write",
          batch,
          connections,
          bytes / ((long) BODIES * batch),
          events,
          events / took,
          busy,
          failed,
          latency.getValueAtPercentile(50) / 1e6,
          latency.getValueAtPercentile(99) / 1e6,
          cpu.toNanos() / 1e3 / events,
          (System.nanoTime() - start) / 1e9,
          server.residentMib(),
          steal.percent());
      return failed == 0 ? 0 : 1;
    } finally {
      server.closeAndDelete();
    }
  }

  private static void append(Path file, String text) {
    try {
      Files.writeString(file, text, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Bodies without event ids, so that each can be sent again and again. */
  private void prepare() {
    var random = new SplittableRandom(seed);
    var userChoice = new Zipf(users, 1);
    var itemChoice = new Zipf(items, 1);
    for (int i = 0; i < BODIES; i++) {
      var body = new StringBuilder("[");
      for (int j = 0; j < batch; j++) {
        body.append(j == 0 ? "" : ",")
            .append(
                ("{\"user\":\"user-%07d\",\"item\":\"item-%06d\",\"type\":\"view\","
                        + "\"sessionId\":\"%016x\",\"service\":\"web\",\"platform\":\"ios\","
                        + "\"locale\":\"ja-JP\",\"placement\":\"home\",\"position\":%d,"
                        + "\"context\":{\"referrer\":\"search\",\"page\":\"/items/%d\"}}")
                    .formatted(
                        userChoice.draw(random),
                        itemChoice.draw(random),
                        random.nextLong(),
                        1 + random.nextInt(20),
                        random.nextInt(10_000)));
      }
      String whole = body.append(']').toString();
      bytes += whole.length();
      bodies[i] = LoadClient.post("/v1/events", whole);
    }
  }

  private double run(LoadClient client, int forSeconds, Histogram latency) {
    long start = System.nanoTime();
    long end = start + forSeconds * 1_000_000_000L;
    while (System.nanoTime() < end) {
      if (!client.hasRoom()) {
        client.poll(1_000_000);
        continue;
      }
      long sent = System.nanoTime();
      client.send(
          bodies[next++ % BODIES],
          (status, _) -> {
            latency.recordValue(System.nanoTime() - sent);
            if (status == 200) {
              acknowledged += batch;
            } else if (status == 429) {
              busy++;
            } else {
              failed++;
            }
          });
      client.poll(0);
    }
    client.drain(30_000_000_000L);
    return (System.nanoTime() - start) / 1e9;
  }
}
