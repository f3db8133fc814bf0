package dev.imasugu.benchmark;

import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import dev.imasugu.config.Project;
import dev.imasugu.domain.Recommendation;
import dev.imasugu.domain.RecommendedItem;
import dev.imasugu.node.Node;
import dev.imasugu.node.NodeOptions;
import dev.imasugu.node.Plans;
import dev.imasugu.node.Recorded;
import dev.imasugu.replay.Recording;
import dev.imasugu.replay.Replay;
import dev.imasugu.replay.ReplaySettings;
import dev.imasugu.replay.ReplaySettings.Delays;
import dev.imasugu.store.ProfileCommit.Mark;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/*
 * A live list knows the statistics of the moment at which it was computed, a batch of events more or
 * less; a replayed one knows exactly what lies before it. So lists are compared where both know the
 * same: at the end, each made anew from statistics at rest. A query that took an event twice, in
 * another order, or not at all shows there. An item with more than 400 neighbours forgets the weakest as
 * others come, so that what it keeps depends on the order in which users came: a live log has another one
 * than a replay, and such items' scores differ by tenths of a percent.
 */

/** Sends events live, replays them, and compares everybody's lists at the end. */
@Command(name = "replay", mixinStandardHelpOptions = true)
final class ReplayTorture implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final int BATCH = 200;
  private static final int SHOWN = 5;
  private static final long STEP_MILLIS = 50;

  @Option(names = "--events", defaultValue = "50000", description = "Events.")
  private int events;

  @Option(names = "--users", defaultValue = "2000", description = "Users, Zipf 0.8.")
  private int users;

  @Option(
      names = "--items",
      defaultValue = "350",
      description = "Items, Zipf 0.9; of 400 and more, lists may differ by what is forgotten.")
  private int items;

  @Option(names = "--seed", defaultValue = "1", description = "Seed of the events.")
  private long seed;

  private final InstantSource clock = InstantSource.system();
  private final Set<String> owners = new TreeSet<>();

  @Override
  public Integer call() throws Exception {
    Path directory = ServerProcess.project();
    try {
      long start = System.nanoTime();
      double rate = live(directory);
      Map<String, List<RecommendedItem>> live = atRest(directory);
      Map<String, List<RecommendedItem>> replayed = replayed(directory);
      return report(live, replayed, rate, Duration.ofNanos(System.nanoTime() - start).toSeconds());
    } finally {
      ServerProcess.delete(directory);
    }
  }

  /** Sends the events to a server and waits until it is at rest; returns events a second. */
  private double live(Path directory) {
    try (var server = new ServerProcess(directory, List.of())) {
      var catalogue = new ArrayList<String>();
      for (int i = 0; i < items; i++) {
        catalogue.add("{\"id\":\"i%d\",\"title\":\"Item %d\"}".formatted(i, i));
      }
      post(server.client(), "/v1/items", catalogue);
      long start = System.nanoTime();
      post(server.client(), "/v1/events", events());
      double seconds = (System.nanoTime() - start) / 1e9;
      server.awaitDrained(PATIENCE);
      return events / seconds;
    }
  }

  /** In the order of their times; one in five has the time of the one before. */
  private List<String> events() {
    var random = new SplittableRandom(seed);
    var who = new Zipf(users, 0.8);
    var what = new Zipf(items, 0.9);
    Instant at = clock.instant().minusMillis(events * STEP_MILLIS).minusSeconds(60);
    var made = new ArrayList<String>();
    for (int i = 0; i < events; i++) {
      at = random.nextInt(5) == 0 ? at : at.plusMillis(STEP_MILLIS);
      String user = "u" + who.draw(random);
      owners.add(user);
      made.add(
          "{\"eventId\":\"e%d\",\"user\":\"%s\",\"item\":\"i%d\",\"type\":\"%s\",\"occurredAt\":\"%s\"}"
              .formatted(i, user, what.draw(random), type(random), at));
    }
    return made;
  }

  private static String type(SplittableRandom random) {
    int draw = random.nextInt(100);
    return draw < 60
        ? "view"
        : draw < 80
            ? "click"
            : draw < 88 ? "add_to_cart" : draw < 94 ? "purchase" : draw < 97 ? "dismiss" : "like";
  }

  private static void post(WebClient client, String path, List<String> records) {
    var headers = RequestHeaders.builder(HttpMethod.POST, path).contentType(MediaType.JSON).build();
    for (int from = 0; from < records.size(); from += BATCH) {
      List<String> batch = records.subList(from, Math.min(from + BATCH, records.size()));
      AggregatedHttpResponse answer =
          client.execute(headers, "[" + String.join(",", batch) + "]").aggregate().join();
      if (!answer.contentUtf8().contains("\"accepted\":" + batch.size())) {
        throw new IllegalStateException(path + ": " + answer.contentUtf8());
      }
    }
  }

  /** The stored lists, made anew by a server whose statistics no longer move. */
  private Map<String, List<RecommendedItem>> atRest(Path directory) {
    Project project = Project.load(directory);
    try (Node node = Node.start(project, NodeOptions.storeOnly())) {
      Instant now = clock.instant();
      node.store()
          .dirty()
          .mark(owners.stream().map(owner -> new Mark(owner, "torture", now)).toList());
    }
    try (var server = new ServerProcess(directory, List.of("queries"))) {
      server.awaitClean(PATIENCE);
    }
    Map<String, List<RecommendedItem>> lists = new HashMap<>();
    try (Node node = Node.start(project, NodeOptions.storeOnly())) {
      for (String placement : project.placements().keySet()) {
        for (String owner : owners) {
          Recommendation list = node.store().recommendations().find(placement, owner);
          if (list != null && !list.degraded()) {
            lists.put(placement + " of " + owner, list.items());
          }
        }
      }
    }
    return lists;
  }

  private Map<String, List<RecommendedItem>> replayed(Path directory) {
    Project project = Project.load(directory);
    Set<String> placements = project.placements().keySet();
    Map<String, List<RecommendedItem>> lists = new HashMap<>();
    try (Recorded recorded = Recorded.open(project)) {
      Recording recording = Recording.of(recorded.log(), null, null, _ -> {});
      var settings = ReplaySettings.of(project, Plans.of(project), placements, Delays.NONE);
      try (Replay replay = Replay.open(settings, recording, Recorded.scratch(project))) {
        replay.run(_ -> {});
        replay.recompute(owners);
        for (String placement : placements) {
          for (String owner : owners) {
            lists.put(placement + " of " + owner, replay.stored(placement, owner));
          }
        }
      }
    }
    return lists;
  }

  private int report(
      Map<String, List<RecommendedItem>> live,
      Map<String, List<RecommendedItem>> replayed,
      double rate,
      long seconds) {
    int same = 0;
    int identical = 0;
    int different = 0;
    for (Map.Entry<String, List<RecommendedItem>> entry : live.entrySet()) {
      List<RecommendedItem> other = replayed.getOrDefault(entry.getKey(), List.of());
      String difference = Aftermath.difference(entry.getValue(), other);
      if (difference == null) {
        same++;
        identical += ids(entry.getValue()).equals(ids(other)) ? 1 : 0;
      } else if (different++ < SHOWN) {
        System.err.println(entry.getKey() + difference);
      }
    }
    int absent = replayed.size() - live.size();
    System.out.printf(
        Locale.ROOT,
        "{\"torture\":\"replay\",\"events\":%d,\"eventsPerSecond\":%.0f,\"users\":%d,\"lists\":%d,"
            + "\"same\":%d,\"sameToTheLastTie\":%d,\"different\":%d,\"absent\":%d,\"seconds\":%d}%n",
        events,
        rate,
        owners.size(),
        live.size(),
        same,
        identical,
        different,
        absent,
        seconds);
    return different + absent == 0 ? 0 : 1;
  }

  private static List<String> ids(List<RecommendedItem> list) {
    return list.stream().map(item -> item.item().value()).toList();
  }
}
