package dev.imasugu.replay;

import dev.imasugu.catalog.Catalog;
import dev.imasugu.config.PlacementConfig;
import dev.imasugu.config.PlacementConfig.CoPurchase;
import dev.imasugu.config.PlacementConfig.Popular;
import dev.imasugu.config.PlacementConfig.Recent;
import dev.imasugu.config.PlacementConfig.Source;
import dev.imasugu.config.PlacementConfig.Transitions;
import dev.imasugu.config.PlacementConfig.Trending;
import dev.imasugu.config.PlacementConfig.UserItems;
import dev.imasugu.config.Reference;
import dev.imasugu.domain.Event;
import dev.imasugu.domain.Item;
import dev.imasugu.domain.Recommendation;
import dev.imasugu.domain.RecommendedItem;
import dev.imasugu.log.EventLog;
import dev.imasugu.log.InMemoryEventLog;
import dev.imasugu.log.ItemCodec;
import dev.imasugu.log.LogRecord;
import dev.imasugu.log.Topic;
import dev.imasugu.log.UserCodec;
import dev.imasugu.query.SteppedQueries;
import dev.imasugu.query.SteppedQueries.Step;
import dev.imasugu.recompute.Deployed;
import dev.imasugu.recompute.UserLists;
import dev.imasugu.retrieve.Retriever;
import dev.imasugu.store.DirtyUser;
import dev.imasugu.store.FeatureTable;
import dev.imasugu.store.InMemoryStore;
import dev.imasugu.store.Store;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A recording in replay. For one thread, which is also the one that calls the watcher.
 *
 * <p>Features and lists are in memory: what a user's profile tables keep, statistics by key, and
 * one list for each user and placement.
 */
public final class Replay implements AutoCloseable {
  private static final int BATCH = 1_000;

  /** Events given as one step where nobody looks. */
  private static final int CATCH_UP = 5_000;

  /** Hears of every moment. */
  public interface Watcher {
    /** Nothing of the moment is known to anybody: lists are those that people saw. */
    void before(Moment moment);

    /** The lists of its users are computed. */
    default void after(Moment moment) {}

    /** A moment that a replay which goes on has been through before: lists cannot be asked for. */
    default void again(Moment moment) {}

    /** Writes what was found so far, but for what {@link #again} gives. */
    default void write(DataOutputStream out) throws IOException {}

    /** Reads it, before anything else. */
    default void read(DataInputStream in) throws IOException {}
  }

  /** What waits until serving may see it. */
  private static final class Lag {
    final Duration delay;
    final Deque<Moment> waiting = new ArrayDeque<>();

    Lag(Duration delay) {
      this.delay = delay;
    }

    /** All that may be seen at a time, as one step, or null. */
    @Nullable Step due(Instant now) {
      var events = new ArrayList<Event>();
      Instant last = null;
      while (!waiting.isEmpty() && !waiting.getFirst().at().plus(delay).isAfter(now)) {
        Moment moment = waiting.removeFirst();
        events.addAll(moment.events());
        last = moment.at();
      }
      return last == null ? null : Step.of(last, events);
    }
  }

  private final ReplaySettings settings;
  private final Recording recording;
  private final VirtualClock clock;
  private final Store store = new InMemoryStore();
  private final EventLog itemLog;
  private final Catalog catalog;
  private final SteppedQueries queries;
  private final Deployed deployed;
  private final UserLists making;
  private final Retriever.Scratch scratch = new Retriever.Scratch();
  private final ListDigest digest = new ListDigest();
  private final Lag profile;
  private final Lag statistics;
  private @Nullable Instant ranked;
  private @Nullable Instant stepped;

  /** Events that the queries were given, and how many it were at the last ranking. */
  private int given;

  private int rankedAt;

  private Replay(
      ReplaySettings settings,
      Recording recording,
      EventLog itemLog,
      Catalog catalog,
      VirtualClock clock,
      Path folder) {
    this.settings = settings;
    this.recording = recording;
    this.itemLog = itemLog;
    this.catalog = catalog;
    this.clock = clock;
    profile = new Lag(settings.delays().profile());
    statistics = new Lag(settings.delays().statistics());
    queries = SteppedQueries.start(settings.plan(), needed(settings), store, clock, folder);
    Map<String, FeatureTable> tables =
        settings.plan().tables().stream()
            .collect(Collectors.toMap(FeatureTable::name, Function.identity()));
    // Sources have no deadline: what a list holds must not depend on how busy the machine is.
    Retriever retriever =
        Retriever.open(
            clock, settings.placements(), tables, store.features(), catalog, () -> 0L, null);
    deployed = new Deployed(retriever, 1, queries.profileVersion());
    making = new UserLists(store, _ -> 0, clock);
  }

  /**
   * Starts the queries and gives them the catalogue and what is known of users, as the log has it
   * now; takes seconds.
   *
   * @param folder for what the engine puts on disk
   */
  public static Replay open(ReplaySettings settings, Recording recording, Path folder) {
    var clock = new VirtualClock();
    Instant start = recording.events() == 0 ? Instant.EPOCH : recording.time(0).minusMillis(1);
    clock.set(start);
    List<Item> items = new ArrayList<>(recording.all(Topic.ITEMS, ItemCodec::decode));
    items.sort(Comparator.comparing(Item::changedAt).thenComparing(item -> item.id().value()));
    EventLog itemLog = itemLog(items);
    Catalog catalog = Catalog.open(itemLog, settings.maxItems(), clock);
    try {
      var replay = new Replay(settings, recording, itemLog, catalog, clock, folder);
      replay.stepped = start;
      replay.queries.step(
          new Step(start, List.of(), items, recording.all(Topic.USERS, UserCodec::decode)));
      return replay;
    } catch (RuntimeException e) {
      catalog.close();
      itemLog.close();
      throw e;
    }
  }

  /** The items in an order that does not depend on the partitions they lay in. */
  private static EventLog itemLog(List<Item> items) {
    var log = new InMemoryEventLog(1);
    var records =
        items.stream()
            .map(
                item ->
                    new LogRecord(item.id().value(), "", item.changedAt(), ItemCodec.encode(item)))
            .toList();
    var _ = log.append(Topic.ITEMS, records).join();
    return log;
  }

  /** The queries whose tables some placement reads, and those that mark users. */
  private static Set<String> needed(ReplaySettings settings) {
    var names = new TreeSet<>(settings.plan().triggering());
    for (PlacementConfig placement : settings.placements().values()) {
      placement.exclude().forEach(table -> names.add(table.name()));
      for (Source source : placement.sources()) {
        tables(source).forEach(table -> names.add(table.name()));
      }
    }
    return names;
  }

  private static List<Reference> tables(Source source) {
    return switch (source) {
      case Recent recent -> List.of(recent.table());
      case Popular popular -> List.of(popular.table());
      case Trending trending -> List.of(trending.table());
      case UserItems items -> List.of(items.table());
      case Transitions(var table, var history, var frequency, _, _, _, _, _, _, _) ->
          List.of(table, history, frequency);
      case CoPurchase(var table, var history, var frequency, _, _, _, _, _, _, _) ->
          List.of(table, history, frequency);
    };
  }

  /** Goes through the whole recording. */
  public void run(Watcher watcher) {
    run(watcher, null);
  }

  /**
   * Goes through the whole recording, or through what is left of it: the lists, their digest and
   * what the watcher finds are those of a replay that was not cut off.
   *
   * @param kept where it is kept how far this is; null to keep nothing. Nothing is kept of a replay
   *     that {@link #isKeepable} says no of.
   */
  public void run(Watcher watcher, @Nullable KeptReplay kept) {
    KeptReplay used = isKeepable() ? kept : null;
    try (Recording.Reader reader = recording.read()) {
      if (used != null) {
        goOn(reader, watcher, used);
      }
      for (Moment moment = reader.next(); moment != null; moment = reader.next()) {
        letTimePass(moment.at());
        watcher.before(moment);
        happen(moment);
        watcher.after(moment);
        if (used != null && used.isDue()) {
          var place = new KeptReplay.Place(reader.position(), rankedAt, ranked);
          used.write(place, digest, watcher, store.recommendations());
        }
      }
    }
  }

  /**
   * Whether the tables at some moment follow from the events before it alone. They do not where
   * queries wait for the time to pass, or serving is shown things late.
   */
  public boolean isKeepable() {
    return !queries.timely() && profile.delay.isZero() && statistics.delay.isZero();
  }

  /** Comes to where the replay was when it was last kept, if it was. */
  private void goOn(Recording.Reader reader, Watcher watcher, KeptReplay kept) {
    try (KeptReplay.Contents contents = kept.open()) {
      if (contents == null) {
        return;
      }
      KeptReplay.Place place = contents.place;
      contents.digest(digest);
      contents.watcher(watcher);
      var waiting = new ArrayList<Moment>();
      int events = 0;
      while (reader.position() < place.events()) {
        Moment moment = reader.next();
        if (moment == null) {
          break;
        }
        watcher.again(moment);
        waiting.add(moment);
        events += moment.events().size();
        boolean ranking = reader.position() == place.rankedEvents();
        if (ranking || events >= CATCH_UP || reader.position() == place.events()) {
          giveAgain(waiting);
          waiting.clear();
          events = 0;
        }
        if (ranking) {
          rankAgain(place);
        }
      }
      contents.lists(store.recommendations());
    } catch (IOException e) {
      throw new UncheckedIOException("what was kept of the replay cannot be read", e);
    }
  }

  private void rankAgain(KeptReplay.Place place) {
    Instant at = place.ranked();
    if (at != null) {
      clock.set(at);
      deployed.retriever().refreshPopular();
      ranked = at;
      rankedAt = place.rankedEvents();
    }
  }

  /** Gives the queries many moments as one; nobody's list is computed. */
  private void giveAgain(List<Moment> moments) {
    Instant until = settings.delays().statisticsUntil();
    var all = new ArrayList<Event>();
    var learned = new ArrayList<Event>();
    for (Moment moment : moments) {
      all.addAll(moment.events());
      if (until == null || moment.at().isBefore(until)) {
        learned.addAll(moment.events());
      }
    }
    Instant last = moments.getLast().at();
    clock.set(last);
    stepped = last;
    given += all.size();
    if (learned.size() == all.size()) {
      queries.step(Step.of(last, all));
    } else {
      queries.stepProfile(Step.of(last, all));
      if (!learned.isEmpty()) {
        queries.stepStatistics(Step.of(last, learned));
      }
    }
    try {
      while (store.dirty().size() > 0) {
        store.dirty().clean(store.dirty().take(BATCH, 0));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** What comes between the moment before and a new one. */
  private void letTimePass(Instant now) {
    Instant last = stepped;
    Instant justBefore = now.minusMillis(1);
    if (queries.timely() && (last == null || last.isBefore(justBefore))) {
      clock.set(justBefore);
      stepped = justBefore;
      queries.step(Step.of(justBefore, List.of()));
      recompute();
    }
    clock.set(now);
    Step profileStep = profile.due(now);
    Step statisticsStep = statistics.due(now);
    if (profileStep != null) {
      queries.stepProfile(profileStep);
    }
    if (statisticsStep != null) {
      queries.stepStatistics(statisticsStep);
    }
    if (profileStep != null || statisticsStep != null) {
      recompute();
    }
  }

  private void happen(Moment moment) {
    Instant until = settings.delays().statisticsUntil();
    boolean profileNow = profile.delay.isZero();
    boolean learned = until == null || moment.at().isBefore(until);
    boolean statisticsNow = statistics.delay.isZero() && learned;
    var step = Step.of(moment.at(), moment.events());
    if (profileNow && statisticsNow) {
      queries.step(step);
    } else if (profileNow) {
      queries.stepProfile(step);
    } else if (statisticsNow) {
      queries.stepStatistics(step);
    }
    if (!profileNow) {
      profile.waiting.add(moment);
    }
    if (!statisticsNow && learned) {
      statistics.waiting.add(moment);
    }
    stepped = moment.at();
    given += moment.events().size();
    if (profileNow || statisticsNow) {
      recompute();
    }
  }

  /** Computes the lists of all dirty users, in the order of their names. */
  private void recompute() {
    try {
      while (store.dirty().size() > 0) {
        List<DirtyUser> users = new ArrayList<>(store.dirty().take(BATCH, 0));
        users.sort(Comparator.comparing(DirtyUser::user));
        rankPopular();
        for (DirtyUser user : users) {
          compute(user);
        }
        store.dirty().clean(users);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private List<Recommendation> compute(DirtyUser user) {
    List<Recommendation> lists = making.compute(deployed, user, scratch);
    store.recommendations().put(lists);
    digest.add(lists);
    return lists;
  }

  private void rankPopular() {
    Instant now = clock.instant();
    if (ranked == null || !now.isBefore(ranked.plus(settings.popularEvery()))) {
      deployed.retriever().refreshPopular();
      ranked = now;
      rankedAt = given;
    }
  }

  /**
   * What somebody is shown who asks now and waits: their list, made anew if it is older than the
   * placement allows; else what is popular. Items that are unavailable now are left out.
   */
  public List<RecommendedItem> served(String placement, String user) {
    Recommendation list = store.recommendations().find(placement, user);
    if (list != null && isStale(list)) {
      list = again(list);
    }
    if (list == null || list.items().isEmpty()) {
      rankPopular();
      return available(deployed.retriever().popular(placement));
    }
    return available(list.items());
  }

  /** The list that is stored for a user, however old; empty when there is none. */
  public List<RecommendedItem> stored(String placement, String user) {
    Recommendation list = store.recommendations().find(placement, user);
    return list == null ? List.of() : list.items();
  }

  /** Computes the lists of users anew, whatever their age, from what is known now. */
  public void recompute(Collection<String> users) {
    deployed.retriever().refreshPopular();
    ranked = clock.instant();
    rankedAt = given;
    for (String user : new TreeSet<>(users)) {
      long revision = 0;
      for (String placement : settings.placements().keySet()) {
        Recommendation list = store.recommendations().find(placement, user);
        revision = list == null ? revision : Math.max(revision, list.revision());
      }
      var _ = compute(new DirtyUser(user, revision, "asked", clock.instant()));
    }
  }

  private boolean isStale(Recommendation list) {
    PlacementConfig config = settings.placements().get(list.placement());
    Duration age = Duration.between(list.computedAt(), clock.instant());
    return config != null && age.compareTo(config.maxAge()) > 0;
  }

  private Recommendation again(Recommendation old) {
    rankPopular();
    var user = new DirtyUser(old.owner(), old.revision(), "stale", clock.instant());
    return compute(user).stream()
        .filter(list -> list.placement().equals(old.placement()))
        .findFirst()
        .orElse(old);
  }

  private List<RecommendedItem> available(List<RecommendedItem> items) {
    return items.stream().filter(item -> catalog.isAvailable(item.item().value())).toList();
  }

  /** What an item is called. */
  public String title(String item) {
    Item found = catalog.find(item);
    String title = found == null ? null : found.title();
    return title == null ? item : title;
  }

  /** A digest of all lists made so far, in their order: equal for equal replays, to the bit. */
  public String digest() {
    return digest.hex();
  }

  /** How many lists were made so far. */
  public long lists() {
    return digest.lists();
  }

  /** Records that some query failed on and went without. */
  public long poisoned() {
    return queries.poisoned();
  }

  @Override
  public void close() {
    try {
      queries.close();
    } finally {
      catalog.close();
      itemLog.close();
      store.close();
    }
  }
}
