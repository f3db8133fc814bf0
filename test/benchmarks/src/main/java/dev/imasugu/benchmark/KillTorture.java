package dev.imasugu.benchmark;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import dev.imasugu.config.Project;
import dev.imasugu.domain.AsOf;
import dev.imasugu.node.Node;
import dev.imasugu.node.NodeOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/*
 * One folder lives through all rounds. In each the server starts, producers put load on it, and it is
 * killed as by kill -9 at a moment that the round is about. What had no answer is sent again in the
 * next round. After the last kill the server starts once more, takes what is open, comes to rest and
 * is stopped politely; then log and store are read here and held against what was acknowledged.
 *
 * Lists depend on the statistics of the moment at which they were computed, so they are compared after
 * every user was marked dirty with the statistics at rest, and a server without queries has computed
 * them all again.
 */

/**
 * Kills the server again and again, and checks that nothing acknowledged is lost or counted twice.
 */
@Command(name = "kill", mixinStandardHelpOptions = true)
final class KillTorture implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** When a round's kill comes. */
  private enum Moment {
    /** While the statistics job writes a checkpoint. */
    CHECKPOINT,
    /** The API takes events, the queries do not run yet. */
    START,
    /** While items are written as fast as they can be. */
    ITEMS,
    /** At any moment under load. */
    LOAD,
    /** Before the API answers, while log and store are opened. */
    BOOT
  }

  @Option(names = "--rounds", defaultValue = "20", description = "Kills.")
  private int rounds;

  @Option(names = "--seed", defaultValue = "1", description = "Seed of the load and the moments.")
  private long seed;

  @Option(
      names = "--seconds-per-round",
      defaultValue = "8",
      description = "Load of a round at most, once the queries run.")
  private int secondsPerRound;

  private final InstantSource clock = InstantSource.system();
  private final Violations violations = new Violations();
  private final RememberedEvents events = new RememberedEvents(clock, violations);
  private final RememberedItems items = new RememberedItems(RememberedEvents.ITEMS);

  @Override
  public Integer call() {
    Path directory = ServerProcess.project();
    settings(directory);
    long start = System.nanoTime();
    var random = new SplittableRandom(seed);
    int logged = 0;
    try {
      for (int round = 1; round <= rounds; round++) {
        Moment moment = Moment.values()[(round - 1) % Moment.values().length];
        round(directory, round, moment, random.split());
      }
      settle(directory);
      logged = verify(directory);
    } catch (RuntimeException e) {
      violations.add("stopped", e.toString());
      e.printStackTrace();
    }
    System.out.printf(
        Locale.ROOT,
        "{\"torture\":\"kill\",\"seed\":%d,\"rounds\":%d,\"seconds\":%d,\"acknowledged\":%d,"
            + "\"logged\":%d,\"unknownOutcomes\":%d,\"duplicates\":%d,\"itemWrites\":%d,"
            + "\"errorLines\":%d,\"violations\":%d,\"kinds\":%s,\"folder\":\"%s\"}%n",
        seed,
        rounds,
        Duration.ofNanos(System.nanoTime() - start).toSeconds(),
        events.acknowledged().size(),
        logged,
        events.unknown(),
        events.duplicates(),
        items.count(),
        errorLines(directory),
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

  /** Makes checkpoints frequent. */
  static void settings(Path directory) {
    try {
      Files.writeString(
          directory.resolve("platform.yaml"),
          "query:\n  checkpoint-interval: 1s\n",
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void round(Path directory, int round, Moment moment, SplittableRandom random) {
    long start = System.nanoTime();
    int before = events.acknowledged().size();
    long ready = 0;
    ServerProcess server = ServerProcess.launch(directory);
    try {
      if (moment == Moment.BOOT) {
        pause(random, Duration.ofMillis(2_500));
      } else {
        server.connect();
        ready = System.nanoTime() - start;
        var load =
            TortureLoad.start(
                server.client(),
                events,
                items,
                moment == Moment.ITEMS ? Duration.ZERO : Duration.ofMillis(50),
                random.split());
        try {
          awaitMoment(directory, server, moment, random);
          server.kill();
        } finally {
          load.stop();
        }
      }
    } finally {
      server.kill();
    }
    System.out.printf(
        Locale.ROOT,
        "round %d of %d: killed at %s after %.1f s (ready after %.1f s), acknowledged=%d, open=%d,"
            + " itemWrites=%d, violations=%d%n",
        round,
        rounds,
        moment,
        (System.nanoTime() - start) / 1e9,
        ready / 1e9,
        events.acknowledged().size() - before,
        events.sent().size() - events.acknowledged().size(),
        items.count(),
        violations.count());
  }

  private void awaitMoment(
      Path directory, ServerProcess server, Moment moment, SplittableRandom random) {
    Duration all = Duration.ofSeconds(secondsPerRound);
    switch (moment) {
      case START -> {
        awaitAcknowledged(server);
        pause(random, Duration.ofMillis(1_500));
      }
      case LOAD, ITEMS -> {
        server.awaitQueries(PATIENCE);
        pause(random, all);
      }
      case CHECKPOINT -> {
        server.awaitQueries(PATIENCE);
        pause(random, all);
        awaitCheckpoint(directory.resolve(".imasugu/queries/checkpoints"));
        pause(random, Duration.ofMillis(30));
      }
      case BOOT -> throw new IllegalStateException("there is no load yet");
    }
  }

  private void awaitAcknowledged(ServerProcess server) {
    int before = events.acknowledged().size();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (events.acknowledged().size() == before) {
      if (!server.isAlive() || System.nanoTime() > end) {
        throw new IllegalStateException("no event is acknowledged");
      }
      ServerProcess.sleep(Duration.ofMillis(5));
    }
  }

  private static void pause(SplittableRandom random, Duration most) {
    ServerProcess.sleep(Duration.ofNanos(random.nextLong(most.toNanos())));
  }

  /** Waits until a checkpoint begins to be written. */
  private static void awaitCheckpoint(Path folder) {
    Set<Path> before = checkpoints(folder);
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (before.containsAll(checkpoints(folder))) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("no checkpoint in 20 s (expected: one a second)");
      }
      ServerProcess.sleep(Duration.ofMillis(1));
    }
  }

  private static Set<Path> checkpoints(Path folder) {
    if (!Files.exists(folder)) {
      return Set.of();
    }
    try (Stream<Path> paths = Files.walk(folder, 3)) {
      return paths
          .filter(path -> path.getFileName().toString().startsWith("chk-"))
          .collect(Collectors.toSet());
    } catch (UncheckedIOException | IOException e) {
      return Set.of(); // it changes while we look
    }
  }

  /** Starts once more, sends what is open, comes to rest and stops politely. */
  private void settle(Path directory) {
    try (var server = new ServerProcess(directory, List.of())) {
      TortureLoad.settle(server.client(), events, items);
      server.awaitQueries(PATIENCE);
      server.awaitDrained(PATIENCE);
      Map<String, AsOf> last = new HashMap<>();
      events
          .acknowledged()
          .forEach((key, token) -> last.merge(key.owner(), token, KillTorture::later));
      last.forEach((owner, token) -> checkCovered(server, owner, token));
    }
  }

  private static AsOf later(AsOf one, AsOf other) {
    return one.covers(other) ? one : other;
  }

  private void checkCovered(ServerProcess server, String owner, AsOf token) {
    AggregatedHttpResponse response =
        server.get(
            "/v1/placements/home/recommendations?waitMs=0&user=%s&minAsOf=%s"
                .formatted(
                    URLEncoder.encode(owner, StandardCharsets.UTF_8),
                    URLEncoder.encode(token.toString(), StandardCharsets.UTF_8)));
    if (!response.contentUtf8().contains("\"fresh\":true")) {
      violations.add("not covered", owner + " at " + token + ": " + response.contentUtf8());
    }
  }

  /** Returns the number of events in the log. */
  private int verify(Path directory) {
    int logged;
    try (Node node = Node.start(Project.load(directory), NodeOptions.storeOnly())) {
      var aftermath = new Aftermath(node, violations, events);
      aftermath.checkProfiles();
      aftermath.checkStatistics();
      aftermath.checkItems(items);
      aftermath.markAll(clock.instant());
      logged = aftermath.events();
    }
    try (var server = new ServerProcess(directory, List.of("queries"))) {
      server.awaitClean(PATIENCE);
    }
    try (Node node = Node.start(Project.load(directory), NodeOptions.storeOnly())) {
      var aftermath = new Aftermath(node, violations, events);
      Set<String> degraded = aftermath.checkLists();
      System.out.printf(
          "compared the lists of %d users, %d of them lack a source%n",
          aftermath.owners(), degraded.size());
    }
    return logged;
  }

  private static long errorLines(Path directory) {
    try (Stream<String> lines = Files.lines(directory.resolve("server.log"))) {
      return lines.filter(line -> line.contains(" ERROR ") || line.contains("ERROR dev")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
