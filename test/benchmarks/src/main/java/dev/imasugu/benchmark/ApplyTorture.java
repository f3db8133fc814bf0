package dev.imasugu.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import dev.imasugu.config.Project;
import dev.imasugu.node.Node;
import dev.imasugu.node.NodeOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/*
 * A round: the server runs under load, five queries change and are applied, and it is killed as by
 * kill -9 while that goes on: just after the request, while checkpoints of what is built are written,
 * or at about the moment of the swap. Then it starts again and goes on by itself. Once it is at rest
 * it is stopped politely, and what is live is held against a fold over the log: one version of each
 * query, the right one, with every event in it once. The queries that did not change are checked too.
 */

/** Kills the server while changed queries are applied. */
@Command(name = "apply", mixinStandardHelpOptions = true)
final class ApplyTorture implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  /** When a round's kill comes. */
  private enum Moment {
    APPLY,
    BUILD,
    SWAP
  }

  @Option(names = "--rounds", defaultValue = "20", description = "Kills.")
  private int rounds;

  @Option(names = "--seed", defaultValue = "1", description = "Seed of the load and the moments.")
  private long seed;

  private final InstantSource clock = InstantSource.system();
  private final Violations violations = new Violations();
  private final RememberedEvents events = new RememberedEvents(clock, violations);
  private final RememberedItems items = new RememberedItems(RememberedEvents.ITEMS);
  private final Map<Moment, Integer> swappedBefore = new HashMap<>();

  @Override
  public Integer call() {
    Path directory = ServerProcess.project();
    KillTorture.settings(directory);
    CountingQueries.write(directory, 1);
    long start = System.nanoTime();
    var random = new SplittableRandom(seed);
    try {
      for (int round = 1; round <= rounds; round++) {
        round(directory, round, random.split());
      }
    } catch (RuntimeException e) {
      violations.add("stopped", e.toString());
      e.printStackTrace();
    }
    System.out.printf(
        Locale.ROOT,
        "{\"torture\":\"apply\",\"seed\":%d,\"rounds\":%d,\"seconds\":%d,\"acknowledged\":%d,"
            + "\"killedAfterSwap\":\"%s\",\"violations\":%d,\"kinds\":%s,\"folder\":\"%s\"}%n",
        seed,
        rounds,
        Duration.ofNanos(System.nanoTime() - start).toSeconds(),
        events.acknowledged().size(),
        swappedBefore,
        violations.count(),
        violations,
        violations.count() == 0 ? "" : directory);
    if (violations.count() == 0) {
      ServerProcess.delete(directory);
      return 0;
    }
    System.err.println("the folder is kept: " + directory);
    return 1;
  }

  private void round(Path directory, int round, SplittableRandom random) {
    Moment moment = Moment.values()[(round - 1) % Moment.values().length];
    int version = round + 1;
    boolean swapped = false;
    ServerProcess server = ServerProcess.launch(directory);
    try {
      server.connect();
      var load =
          TortureLoad.start(server.client(), events, items, Duration.ofMillis(50), random.split());
      try {
        server.awaitQueries(PATIENCE);
        awaitLive(server, version - 1);
        pause(random, Duration.ofSeconds(1));
        CountingQueries.write(directory, version);
        apply(server);
        swapped = awaitMoment(server, moment, version, random);
        server.kill();
      } finally {
        load.stop();
      }
    } finally {
      server.kill();
    }
    swappedBefore.merge(moment, swapped ? 1 : 0, Integer::sum);
    settle(directory, version);
    check(directory, version);
    System.out.printf(
        Locale.ROOT,
        "round %d of %d: killed at %s, swapped before=%s, acknowledged=%d, violations=%d%n",
        round,
        rounds,
        moment,
        swapped,
        events.acknowledged().size(),
        violations.count());
  }

  private static void apply(ServerProcess server) {
    AggregatedHttpResponse response =
        server.client().post("/v1/queries/apply", "").aggregate().join();
    if (response.status().code() != 202) {
      throw new IllegalStateException("apply: " + response.contentUtf8());
    }
  }

  /** Returns whether the swap was seen before the kill. */
  private static boolean awaitMoment(
      ServerProcess server, Moment moment, int version, SplittableRandom random) {
    switch (moment) {
      case APPLY -> pause(random, Duration.ofSeconds(2));
      case BUILD -> {
        await(server, status -> building(status) > 0);
        pause(random, Duration.ofSeconds(4));
      }
      case SWAP -> {
        await(server, status -> building(status) == 0 || isBuilt(status));
        pause(random, Duration.ofMillis(3_500));
      }
    }
    return isLive(status(server), version);
  }

  private interface Condition {
    boolean holds(JsonNode status);
  }

  private static void await(ServerProcess server, Condition condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.holds(status(server))) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("not so after " + PATIENCE + ": " + status(server));
      }
      ServerProcess.sleep(Duration.ofMillis(10));
    }
  }

  private static JsonNode status(ServerProcess server) {
    try {
      return JSON.readTree(server.get("/v1/queries").contentUtf8());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long building(JsonNode status) {
    return status.path("queries").valueStream().filter(query -> !live(query)).count();
  }

  private static boolean isBuilt(JsonNode status) {
    return status
        .path("queries")
        .valueStream()
        .filter(query -> !live(query))
        .allMatch(query -> query.path("built").asDouble() > 0.98);
  }

  private static boolean live(JsonNode query) {
    return query.path("live").asBoolean();
  }

  /** Whether the five have this version, and nothing is being built. */
  private static boolean isLive(JsonNode status, int version) {
    return building(status) == 0
        && status
                .path("queries")
                .valueStream()
                .filter(query -> query.path("name").asText().matches("(count|kept)_\\d"))
                .filter(query -> live(query) && query.path("version").asInt() >= version)
                .count()
            == 5;
  }

  private static void awaitLive(ServerProcess server, int version) {
    await(server, status -> isLive(status, version));
  }

  /**
   * Starts again, lets it go on by itself, sends what is open, comes to rest and stops politely.
   */
  private void settle(Path directory, int version) {
    try (var server = new ServerProcess(directory, List.of())) {
      TortureLoad.settle(server.client(), events, items);
      server.awaitQueries(PATIENCE);
      awaitLive(server, version);
      server.awaitDrained(PATIENCE);
      checkOnce(status(server));
    }
  }

  /** Exactly one version of each query. */
  private void checkOnce(JsonNode status) {
    Map<String, Integer> versions = new HashMap<>();
    status
        .path("queries")
        .forEach(query -> versions.merge(query.path("name").asText(), 1, Integer::sum));
    versions.forEach(
        (name, count) -> {
          if (count != 1) {
            violations.add("versions", "%s: %d (expected: 1)".formatted(name, count));
          }
        });
    status
        .path("queries")
        .forEach(
            query -> {
              if (!query.path("state").asText().equals("running")) {
                violations.add("states", query.toString());
              }
            });
  }

  private void check(Path directory, int version) {
    try (Node node = Node.start(Project.load(directory), NodeOptions.storeOnly())) {
      var aftermath = new Aftermath(node, violations, events);
      aftermath.checkProfiles();
      aftermath.checkStatistics();
      CountingQueries.check(node, version, violations);
    }
  }

  private static void pause(SplittableRandom random, Duration most) {
    ServerProcess.sleep(Duration.ofNanos(random.nextLong(most.toNanos())));
  }
}
