package dev.imasugu.query;

import dev.imasugu.domain.Event;
import dev.imasugu.domain.Item;
import dev.imasugu.domain.User;
import dev.imasugu.log.EventCodec;
import dev.imasugu.log.ItemCodec;
import dev.imasugu.log.Topic;
import dev.imasugu.log.UserCodec;
import dev.imasugu.store.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.jspecify.annotations.Nullable;

/**
 * The queries of a project on a clock that somebody else moves: records are given step by step, and
 * a step returns when every query has written what it makes of them. The planner, the operators,
 * the readers and the sinks are those of {@link ContinuousQueries}; there is one partition, one
 * subtask, and nothing waits for the time of day.
 *
 * <p>Profile queries and statistics queries step apart, so that one kind can be shown less than the
 * other. For one thread.
 */
public final class SteppedQueries implements AutoCloseable {
  private static final long LOOK_MILLIS = 1_000;

  /** Slow starts and slow steps of large windows included. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /** Words of queries whose rows may come from time alone, without an event. */
  private static final Set<String> TIMELY =
      Set.of(
          "TUMBLE",
          "HOP",
          "CUMULATE",
          "SESSION",
          "ON_TIME",
          "OVER",
          "MATCH_RECOGNIZE",
          "SESSIONIZE",
          "CURRENT_WATERMARK");

  /** What a step brings; all of it at one time. */
  public record Step(Instant at, List<Event> events, List<Item> items, List<User> users) {
    public Step {
      events = List.copyOf(events);
      items = List.copyOf(items);
      users = List.copyOf(users);
    }

    public static Step of(Instant at, List<Event> events) {
      return new Step(at, events, List.of(), List.of());
    }
  }

  /** One kind of queries: a log of their own and the job that reads it. */
  private static final class Side {
    final JobSpec spec;
    final StepLog log;
    final Engine engine;
    @Nullable JobID id;

    Side(JobSpec spec, StepLog log, Engine engine) {
      this.spec = spec;
      this.log = log;
      this.engine = engine;
    }
  }

  private final QuerySettings settings;
  private final Cluster cluster;
  private final Map<JobKind, Side> sides = new EnumMap<>(JobKind.class);
  private final AtomicLong poisoned = new AtomicLong();
  private final boolean timely;

  private SteppedQueries(
      QueryPlan plan, Set<String> names, Store store, InstantSource clock, Path folder) {
    settings = new QuerySettings(folder, Duration.ofDays(365), 1, Duration.ofDays(365), null);
    cluster = new Cluster(settings, 1);
    timely =
        plan.queries().stream()
            .filter(query -> names.contains(query.name()))
            .flatMap(query -> query.statements().stream())
            .flatMap(statement -> statement.tokens().stream())
            .anyMatch(token -> TIMELY.stream().anyMatch(token::is));
    for (JobKind kind : JobKind.values()) {
      List<QueryVersion> queries =
          plan.queries().stream()
              .filter(query -> query.kind() == kind && names.contains(query.name()))
              .map(query -> new QueryVersion(query, 1, List.of(), false))
              .toList();
      if (!queries.isEmpty()) {
        String id = "replay-" + (kind == JobKind.PROFILE ? "profile" : "statistics");
        var spec = new JobSpec(id, kind, ParsedQuery.SHARED, Start.RETAINED, queries);
        var log = new StepLog(Map.of());
        var engine =
            new Engine(log, store, plan.eventTypes(), clock, _ -> poisoned.incrementAndGet());
        engine.step(log);
        engine.add(spec);
        sides.put(kind, new Side(spec, log, engine));
      }
    }
  }

  /**
   * Plans the queries and starts them; takes seconds.
   *
   * @param names of the queries that are wanted: their table, or their file when they have none
   * @param store in whose tables they write
   * @param clock the time of the steps
   * @param folder for what the engine puts on disk
   * @throws QueryException at the first thing the planner refuses
   */
  public static SteppedQueries start(
      QueryPlan plan, Set<String> names, Store store, InstantSource clock, Path folder) {
    var queries = new SteppedQueries(plan, names, store, clock, folder);
    try {
      for (Side side : queries.sides.values()) {
        queries.start(side, plan.functions());
      }
    } catch (RuntimeException e) {
      queries.close();
      throw e;
    }
    return queries;
  }

  private void start(Side side, Functions functions) {
    var planner = new Planner(side.engine.name(), settings, 1, functions, true);
    JobGraph graph = planner.plan(side.spec);
    side.log.expect(side.spec.kind() == JobKind.PROFILE ? 1 : sinks(side.spec));
    try {
      side.id = cluster.submit(graph);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(Causes.plain(e), e);
    }
  }

  private static int sinks(JobSpec spec) {
    return (int)
        spec.queries().stream()
            .flatMap(version -> version.query().statements().stream())
            .filter(statement -> statement.kind() == Statement.Kind.INSERT)
            .count();
  }

  /** The key under which the store has the progress of the profile queries. */
  public String profileVersion() {
    Side side = sides.get(JobKind.PROFILE);
    return side == null ? "" : side.spec.progressKey();
  }

  /** Whether some query may write rows because time has passed, without an event. */
  public boolean timely() {
    return timely;
  }

  /** Records that some query failed on and went without. */
  public long poisoned() {
    return poisoned.get();
  }

  /** Gives a step to all queries. */
  public void step(Step step) {
    publish(JobKind.PROFILE, step);
    publish(JobKind.STATISTICS, step);
    await(JobKind.PROFILE);
    await(JobKind.STATISTICS);
  }

  /** Gives a step to the profile queries alone. */
  public void stepProfile(Step step) {
    publish(JobKind.PROFILE, step);
    await(JobKind.PROFILE);
  }

  /** Gives a step to the statistics queries alone. */
  public void stepStatistics(Step step) {
    publish(JobKind.STATISTICS, step);
    await(JobKind.STATISTICS);
  }

  private void publish(JobKind kind, Step step) {
    Side side = sides.get(kind);
    if (side != null) {
      var records = new TreeMap<Topic, List<byte[]>>();
      records.put(Topic.EVENTS, step.events().stream().map(EventCodec::encode).toList());
      records.put(Topic.ITEMS, step.items().stream().map(ItemCodec::encode).toList());
      records.put(Topic.USERS, step.users().stream().map(UserCodec::encode).toList());
      side.log.publish(step.at().toEpochMilli(), records);
    }
  }

  private void await(JobKind kind) {
    Side side = sides.get(kind);
    if (side == null) {
      return;
    }
    try {
      for (long waited = 0; !side.log.await(LOOK_MILLIS); waited += LOOK_MILLIS) {
        JobID id = side.id;
        JobView view = id == null ? null : cluster.look(id);
        if (view != null && view.failed()) {
          throw new IllegalStateException("the queries failed: " + view.error());
        }
        if (waited > PATIENCE.toMillis()) {
          throw new IllegalStateException(
              "the queries did not finish a step in " + PATIENCE.toMinutes() + " minutes");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    cluster.closing();
    try {
      for (Side side : new ArrayList<>(sides.values())) {
        JobID id = side.id;
        if (id != null) {
          cluster.cancel(id);
        }
      }
      cluster.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      sides.values().forEach(side -> side.engine.close());
    }
  }
}
