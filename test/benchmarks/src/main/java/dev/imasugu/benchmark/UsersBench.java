package dev.imasugu.benchmark;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What does a user cost in memory? Loads many and compares the heap with that of a tenth of them.
 */
@Command(name = "users", mixinStandardHelpOptions = true)
final class UsersBench implements Callable<Integer> {
  private static final int BATCH = 1_000;
  private static final int CONNECTIONS = 4;

  /** Instances for each user added from which on a class is said to grow with users. */
  private static final double SHARE = 0.5;

  /** Events that may wait for the queries, so that memory is not measured amid a flood. */
  private static final int AHEAD = 200_000;

  @Option(names = "--users", defaultValue = "1000000", description = "At the end.")
  private int users;

  @Option(names = "--events", defaultValue = "5", description = "Of each user.")
  private int events;

  @Option(names = "--items", defaultValue = "10000", description = "Zipf 1.0.")
  private int items;

  @Option(names = "--seed", defaultValue = "1", description = "Seed of the load.")
  private long seed;

  private long refused;

  @Override
  public Integer call() {
    Path directory = ServerProcess.project();
    var server = new ServerProcess(directory, List.of());
    try (var client = new LoadClient(server.address(), CONNECTIONS)) {
      server.awaitQueries(Duration.ofMinutes(2));
      int tenth = users / 10;
      load(client, server, 0, tenth);
      HeapHistogram before = server.heap();
      double residentBefore = server.residentMib();
      load(client, server, tenth, users);
      HeapHistogram after = server.heap();
      List<String> grown = after.grown(before, (long) (SHARE * (users - tenth)));
      grown.forEach(line -> System.out.println("grows with users: " + line));
      double resident = server.residentMib();
      System.out.printf(
          Locale.ROOT,
          "{\"bench\":\"users\",\"users\":%d,\"events\":%d,\"refused\":%d,"
              + "\"heapMibAtTenth\":%.0f,\"heapMib\":%.0f,\"heapBytesPerUser\":%.0f,"
              + "\"rssMibAtTenth\":%.0f,\"rssMib\":%.0f,\"classesGrowing\":%d}%n",
          users,
          (long) users * events,
          refused,
          before.bytes() / 1048576.0,
          after.bytes() / 1048576.0,
          (double) (after.bytes() - before.bytes()) / (users - tenth),
          residentBefore,
          resident,
          grown.size());
      return refused == 0 ? 0 : 1;
    } finally {
      server.closeAndDelete();
    }
  }

  /** Sends the events of some users, one round after another, and waits until all are in lists. */
  private void load(LoadClient client, ServerProcess server, int from, int to) {
    var random = new SplittableRandom(seed + from);
    var itemChoice = new Zipf(items, 1);
    long total = (long) (to - from) * events;
    long began = System.nanoTime();
    for (long sent = 0; sent < total; sent += BATCH) {
      var body = new StringBuilder("[");
      for (long i = sent; i < Math.min(sent + BATCH, total); i++) {
        body.append(i == sent ? "" : ",")
            .append("{\"user\":\"user-%07d\",".formatted(from + i % (to - from)))
            .append("\"item\":\"i%d\",\"type\":\"view\"}".formatted(itemChoice.draw(random)));
      }
      while (!client.hasRoom()) {
        client.poll(1_000_000);
      }
      client.send(
          LoadClient.post("/v1/events", body.append(']').toString()),
          (status, _) -> refused += status == 200 ? 0 : 1);
      client.poll(0);
      if (sent % AHEAD == 0) {
        client.drain(Duration.ofMinutes(1).toNanos());
        server.awaitDrained(Duration.ofMinutes(10));
        progress(from, sent, total, System.nanoTime() - began);
      }
    }
    client.drain(Duration.ofMinutes(1).toNanos());
    server.awaitDrained(Duration.ofMinutes(30));
  }

  private void progress(int from, long sent, long total, long nanos) {
    double rate = sent / (nanos / 1e9);
    System.err.printf(
        Locale.ROOT,
        "users from %,d: %,d of %,d events, %,.0f a second, %,.0f s to go%n",
        from,
        sent,
        total,
        rate,
        rate == 0 ? 0 : (total - sent) / rate);
  }
}
