package dev.imasugu.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imasugu.config.PlacementConfig;
import dev.imasugu.config.Project;
import dev.imasugu.domain.Event;
import dev.imasugu.domain.EventType;
import dev.imasugu.domain.Item;
import dev.imasugu.domain.ItemId;
import dev.imasugu.domain.RecommendedItem;
import dev.imasugu.domain.UserId;
import dev.imasugu.log.EventCodec;
import dev.imasugu.log.EventLog;
import dev.imasugu.log.InMemoryEventLog;
import dev.imasugu.log.ItemCodec;
import dev.imasugu.log.LogRecord;
import dev.imasugu.log.Topic;
import dev.imasugu.query.QueryFile;
import dev.imasugu.query.QueryPlan;
import dev.imasugu.replay.ReplaySettings.Delays;
import dev.imasugu.retrieve.Retriever;
import dev.imasugu.store.FeatureTable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The default project over an afternoon of a small crowd. */
class ReplayTest {
  private static final Instant START = Instant.parse("2026-08-01T12:00:00Z");
  private static final Project SHOP = Project.load(Path.of("../../examples/shop"));

  @TempDir private Path folder;

  /** Two tastes: people look at items of one kind, and now and then at anything. */
  private static List<Event> crowd(int count) {
    var random = new Random(7);
    var events = new ArrayList<Event>();
    Instant at = START;
    for (int i = 0; i < count; i++) {
      int user = random.nextInt(20);
      int item = random.nextInt(10) < 8 ? 2 * random.nextInt(15) + user % 2 : random.nextInt(30);
      EventType type = random.nextInt(10) == 0 ? EventType.PURCHASE : EventType.VIEW;
      at = at.plusSeconds(random.nextInt(3) * 20L);
      events.add(event("e" + i, "u" + user, "i" + item, type, at));
    }
    return events;
  }

  private static Event event(String id, String user, String item, EventType type, Instant at) {
    return new Event(id, new UserId(user), null, new ItemId(item), type, at, at.plusMillis(5));
  }

  private static EventLog log(int partitions, List<Event> events) {
    var log = new InMemoryEventLog(partitions);
    for (int i = 0; i < 30; i++) {
      var item =
          new Item(
              new ItemId("i" + i), "Item " + i, "kind " + i % 2, 1.0, true, Map.of(), START, false);
      log.append(Topic.ITEMS, List.of(new LogRecord("i" + i, "", START, ItemCodec.encode(item))))
          .join();
    }
    for (Event event : events) {
      log.append(
              Topic.EVENTS,
              List.of(
                  new LogRecord(
                      event.owner().value(),
                      event.eventId(),
                      event.receivedAt(),
                      EventCodec.encode(event))))
          .join();
    }
    return log;
  }

  private static QueryPlan plan(Project project) {
    return QueryPlan.of(
        new TreeMap<>(project.sql())
            .entrySet().stream()
                .map(file -> new QueryFile(file.getKey(), file.getValue()))
                .toList());
  }

  @Test
  void examples_placements_fitTheirQueries() {
    for (String name : List.of("articles", "wholesale")) {
      Project example = Project.load(Path.of("../../examples", name));
      Map<String, FeatureTable> tables =
          plan(example).tables().stream()
              .collect(Collectors.toMap(FeatureTable::name, Function.identity()));
      Retriever.check(example.placements(), tables);
      assertThat(example.placements()).containsKey("home");
    }
  }

  private static ReplaySettings settings(Delays delays, String... placements) {
    QueryPlan plan = plan(SHOP);
    var chosen = new TreeMap<String, PlacementConfig>();
    Stream.of(placements).forEach(name -> chosen.put(name, SHOP.placements().get(name)));
    return new ReplaySettings(
        plan,
        placements.length == 0 ? SHOP.placements() : chosen,
        1_000,
        Duration.ofSeconds(1),
        delays);
  }

  private record Seen(String digest, List<List<String>> served) {}

  private Seen replay(int partitions, List<Event> events, ReplaySettings settings) {
    var served = new ArrayList<List<String>>();
    try (EventLog log = log(partitions, events)) {
      Recording recording = Recording.of(log, null, null, _ -> {});
      try (Replay replay = Replay.open(settings, recording, folder)) {
        replay.run(
            moment ->
                moment.events().stream()
                    .map(event -> event.owner().value())
                    .distinct()
                    .forEach(user -> served.add(ids(replay.served("home", user)))));
        assertThat(replay.poisoned()).isZero();
        return new Seen(replay.digest(), served);
      }
    }
  }

  private static List<String> ids(List<RecommendedItem> list) {
    return list.stream().map(item -> item.item().value()).toList();
  }

  @Test
  void run_otherPartitionsArrivalZoneAndLocale_makesTheSameListsToTheByte() {
    List<Event> events = crowd(300);
    ReplaySettings settings = settings(Delays.NONE);

    Seen first = replay(1, events, settings);
    TimeZone zone = TimeZone.getDefault();
    Locale locale = Locale.getDefault();
    try {
      TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
      Locale.setDefault(Locale.forLanguageTag("ar-EG"));
      List<Event> shuffled = byUser(events);
      assertThat(replay(4, shuffled, settings)).isEqualTo(first);
    } finally {
      TimeZone.setDefault(zone);
      Locale.setDefault(locale);
    }
    assertThat(first.served).hasSizeGreaterThan(200);
  }

  @Test
  void run_cutOff_goesOnAndEndsAsIfItHadNot() throws IOException {
    List<Event> events = crowd(300);
    ReplaySettings settings = settings(Delays.NONE, "home", "recently-viewed", "bought-together");
    Path file = folder.resolve("kept");
    try (EventLog log = log(2, events)) {
      Recording recording = Recording.of(log, null, null, _ -> {});
      var whole = new Remembering();
      String digest = replayWith(settings, recording, whole, null, Integer.MAX_VALUE);

      assertThatThrownBy(
              () -> replayWith(settings, recording, new Remembering(), kept(file, "key"), 111))
          .hasMessage("cut off");
      try (KeptReplay.Contents other = kept(file, "another key").open()) {
        assertThat(other).isNull();
      }
      var rest = new Remembering();
      String same = replayWith(settings, recording, rest, kept(file, "key"), Integer.MAX_VALUE);
      assertThat(same).isEqualTo(digest);
      assertThat(rest.read).isPositive(); // moments that were not asked about again
      assertThat(rest.served).isEqualTo(whole.served.subList(rest.read, whole.served.size()));
    }
  }

  private static KeptReplay kept(Path file, String key) {
    return new KeptReplay(file, key, Duration.ZERO);
  }

  private String replayWith(
      ReplaySettings settings,
      Recording recording,
      Remembering watcher,
      @Nullable KeptReplay kept,
      int limit) {
    try (Replay replay = Replay.open(settings, recording, folder)) {
      assertThat(replay.isKeepable()).isTrue();
      watcher.replay = replay;
      watcher.limit = limit;
      replay.run(watcher, kept);
      return replay.digest();
    }
  }

  /** Remembers what everybody was shown, moment by moment. */
  private static final class Remembering implements Replay.Watcher {
    private final List<List<List<String>>> served = new ArrayList<>();
    private @Nullable Replay replay;
    private int limit;
    private int moments;
    private int read;

    @Override
    public void before(Moment moment) {
      Replay asked = Objects.requireNonNull(replay);
      if (++moments > limit) {
        throw new IllegalStateException("cut off");
      }
      served.add(
          moment.events().stream()
              .map(event -> ids(asked.served("home", event.owner().value())))
              .toList());
    }

    @Override
    public void again(Moment moment) {
      moments++;
    }

    @Override
    public void write(DataOutputStream out) throws IOException {
      out.writeInt(moments);
    }

    @Override
    public void read(DataInputStream in) throws IOException {
      read = in.readInt();
    }
  }

  /** As another producer would have sent them: user by user, each in order. */
  private static List<Event> byUser(List<Event> events) {
    var users = new TreeMap<String, List<Event>>(Collections.reverseOrder());
    events.forEach(
        event -> users.computeIfAbsent(event.owner().value(), _ -> new ArrayList<>()).add(event));
    return users.values().stream().flatMap(List::stream).toList();
  }

  @Test
  void served_beforeAMoment_knowsAllBeforeAndNothingOfIt() {
    List<Event> events =
        List.of(
            event("1", "ann", "i1", EventType.VIEW, START),
            event("2", "ann", "i2", EventType.VIEW, START.plusSeconds(10)),
            event("3", "bob", "i1", EventType.VIEW, START.plusSeconds(20)),
            event("4", "bob", "i3", EventType.VIEW, START.plusSeconds(30)));

    List<List<String>> served = replay(2, events, settings(Delays.NONE, "home")).served;

    assertThat(served.get(1)).doesNotContain("i1"); // seen, so left out at once
    assertThat(served.get(2)).contains("i1", "i2"); // what is popular
    assertThat(served.get(3).getFirst()).isEqualTo("i2"); // what Ann went on to
  }

  @Test
  void served_withDelays_knowsOnlyWhatIsOldEnough() {
    List<Event> events =
        List.of(
            event("1", "ann", "i1", EventType.VIEW, START),
            event("2", "ann", "i2", EventType.VIEW, START.plusSeconds(10)),
            event("3", "bob", "i1", EventType.VIEW, START.plusSeconds(20)),
            event("4", "bob", "i3", EventType.VIEW, START.plusSeconds(30)),
            event("5", "bob", "i4", EventType.VIEW, START.plusSeconds(90)),
            event("6", "bob", "i5", EventType.VIEW, START.plusSeconds(100)));
    var minute = Duration.ofMinutes(1);

    var profile =
        replay(2, events, settings(new Delays(minute, Duration.ZERO, null), "home")).served;
    assertThat(profile.get(3)).contains("i1", "i2"); // popular, for nothing is known of Bob
    assertThat(profile.get(4)).doesNotContain("i1", "i3").contains("i2"); // by now it is

    var statistics =
        replay(2, events, settings(new Delays(Duration.ZERO, minute, null), "home")).served;
    assertThat(statistics.get(3).getFirst()).isNotEqualTo("i2"); // nobody has gone on to it yet
    assertThat(statistics.get(5).getFirst()).isEqualTo("i2");
  }

  @Test
  void of_stretch_takesItsTimesInOrder() {
    List<Event> events = crowd(100);
    Instant from = START.plusSeconds(200);
    Instant to = START.plusSeconds(900);
    try (EventLog log = log(3, byUser(events))) {
      Recording recording = Recording.of(log, from, to, _ -> {});
      var times = new ArrayList<Instant>();
      var ids = new ArrayList<String>();
      try (Recording.Reader reader = recording.read()) {
        for (Moment next = reader.next(); next != null; next = reader.next()) {
          times.add(next.at());
          next.events().forEach(event -> ids.add(event.eventId()));
        }
      }
      assertThat(times).isSorted().doesNotHaveDuplicates().hasSize(recording.moments());
      assertThat(ids)
          .containsExactlyInAnyOrderElementsOf(
              events.stream()
                  .filter(event -> !event.occurredAt().isBefore(from))
                  .filter(event -> event.occurredAt().isBefore(to))
                  .map(Event::eventId)
                  .toList());
    }
  }
}
