package dev.imasugu.query;

import dev.imasugu.domain.Event;
import dev.imasugu.domain.Item;
import dev.imasugu.domain.User;
import dev.imasugu.log.EventCodec;
import dev.imasugu.log.InMemoryEventLog;
import dev.imasugu.log.ItemCodec;
import dev.imasugu.log.LogRecord;
import dev.imasugu.log.Topic;
import dev.imasugu.log.UserCodec;
import dev.imasugu.store.DirtyUser;
import dev.imasugu.store.FeatureTable;
import dev.imasugu.store.InMemoryStore;
import dev.imasugu.store.Row;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.minicluster.RpcServiceSharing;
import org.jspecify.annotations.Nullable;

/**
 * Runs queries over a few records, to their end, and returns what they wrote: the planner, the
 * operators, the source and the sinks of {@link ContinuousQueries} on a log and a store in memory.
 * Planned once, they run as often as one likes, each time from nothing. For one thread.
 */
public final class QueryTrial implements AutoCloseable {
  /** What goes in; each kind in the order in which the log holds it. */
  public record Records(List<Event> events, List<Item> items, List<User> users) {
    public Records {
      events = List.copyOf(events);
      items = List.copyOf(items);
      users = List.copyOf(users);
    }
  }

  /**
   * What came out.
   *
   * @param rows by table; of a profile table user by user and as a list would find them, of a
   *     statistics table by their text
   * @param triggers users that some trigger marked, and the reason
   */
  public record Written(Map<String, List<Row>> rows, Map<String, String> triggers) {
    public Written {
      rows = Map.copyOf(rows);
      triggers = Map.copyOf(triggers);
    }
  }

  private final MiniCluster cluster;
  private final InMemoryEventLog log = new InMemoryEventLog(1);
  private final InMemoryStore store = new InMemoryStore();
  private final Engine engine;
  private final List<FeatureTable> tables;
  private final Map<JobSpec, JobGraph> jobs = new LinkedHashMap<>();

  /** Why a record could not be handled, for the first such record of a run. */
  private final AtomicReference<@Nullable String> failure = new AtomicReference<>();

  private QueryTrial(MiniCluster cluster, QueryPlan plan, Set<String> names, Path temporary) {
    this.cluster = cluster;
    engine =
        new Engine(
            log,
            store,
            plan.eventTypes(),
            InstantSource.system(),
            poison -> failure.compareAndSet(null, poison.cause()));
    engine.endWithTheLog();
    tables = plan.tables().stream().filter(table -> names.contains(table.name())).toList();
    var settings = new QuerySettings(temporary, Duration.ZERO, 1, Duration.ZERO, null);
    var planner = new Planner(engine.name(), settings, 1, plan.functions());
    for (JobKind kind : JobKind.values()) {
      List<QueryVersion> queries =
          plan.queries().stream()
              .filter(query -> query.kind() == kind && names.contains(query.name()))
              .map(query -> new QueryVersion(query, 1, List.of(), false))
              .toList();
      if (!queries.isEmpty()) {
        var spec = new JobSpec("trial-" + kind, kind, ParsedQuery.SHARED, Start.RETAINED, queries);
        JobGraph graph = planner.plan(spec);
        graph.getJobConfiguration().setString("restart-strategy.type", "none");
        jobs.put(spec, graph);
      }
    }
  }

  /** Somewhere to run trials: a Flink in this process, for one thread. */
  public static final class Bench implements AutoCloseable {
    private final Path temporary;
    private final MiniCluster cluster;

    private Bench(Path temporary, MiniCluster cluster) {
      this.temporary = temporary;
      this.cluster = cluster;
    }

    /**
     * Starts it; about a second.
     *
     * @param temporary a folder that exists
     */
    public static Bench start(Path temporary) {
      var settings =
          Configuration.fromMap(
              Map.of(
                  "rest.address", "localhost",
                  "rest.bind-address", "localhost",
                  "rest.port", "0",
                  "rest.bind-port", "0",
                  "web.submit.enable", "false",
                  "io.tmp.dirs", temporary.toAbsolutePath().toString(),
                  "taskmanager.memory.network.min", "16 mb",
                  "taskmanager.memory.network.max", "16 mb",
                  "taskmanager.memory.managed.size", "4 mb",
                  "classloader.check-leaked-classloader", "false"));
      var cluster =
          new MiniCluster(
              new MiniClusterConfiguration.Builder()
                  .setConfiguration(settings)
                  .setNumTaskManagers(1)
                  .setNumSlotsPerTaskManager(1)
                  .setRpcServiceSharing(RpcServiceSharing.SHARED)
                  .build());
      try {
        cluster.start();
      } catch (Exception e) {
        throw new IllegalStateException("Flink does not start: " + e.getMessage(), e);
      }
      return new Bench(temporary, cluster);
    }

    /**
     * Plans some queries of a project, for any number of runs.
     *
     * @param names of queries: their table, or their file when they have none
     * @throws QueryException at the first thing the planner refuses
     */
    public QueryTrial plan(QueryPlan plan, Set<String> names) {
      return new QueryTrial(cluster, plan, names, temporary);
    }

    @Override
    public void close() {
      try {
        cluster.close();
      } catch (Exception e) {
        throw new IllegalStateException("Flink does not stop: " + e.getMessage(), e);
      }
    }
  }

  /**
   * Runs the queries over some records.
   *
   * @throws IllegalStateException when a query fails; the message is its first cause
   */
  public Written run(Records records) {
    forget();
    log.append(Topic.USERS, users(records.users())).join();
    log.append(Topic.ITEMS, items(records.items())).join();
    log.append(Topic.EVENTS, events(records.events())).join();
    failure.set(null);
    for (Map.Entry<JobSpec, JobGraph> job : jobs.entrySet()) {
      JobGraph graph = job.getValue();
      graph.setJobID(new JobID());
      engine.add(job.getKey());
      try {
        cluster.executeJobBlocking(graph);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      } catch (Exception e) {
        throw new IllegalStateException(Causes.plain(e), e);
      }
    }
    String cause = failure.get();
    if (cause != null) {
      throw new IllegalStateException(cause);
    }
    return written(records);
  }

  private void forget() {
    store.features().dropOthers(Set.of(), Set.of());
    takeTriggers();
    for (Topic topic : Topic.values()) {
      log.erase(topic, 0, LongStream.range(log.begin(topic, 0), log.end(topic, 0)).boxed().toList())
          .join();
    }
  }

  private static List<LogRecord> events(List<Event> events) {
    return events.stream()
        .map(
            event ->
                new LogRecord(
                    event.owner().value(),
                    event.eventId(),
                    event.receivedAt(),
                    EventCodec.encode(event)))
        .toList();
  }

  /*
   * Of items and users the log keeps the newest version only, and a query that keeps up sees each as
   * it comes. So that the query of a trial sees them all, every version has a key of its own.
   */
  private static List<LogRecord> items(List<Item> items) {
    var records = new ArrayList<LogRecord>();
    for (Item item : items) {
      records.add(
          new LogRecord("v" + records.size(), "", item.changedAt(), ItemCodec.encode(item)));
    }
    return records;
  }

  private static List<LogRecord> users(List<User> users) {
    var records = new ArrayList<LogRecord>();
    for (User user : users) {
      records.add(
          new LogRecord("v" + records.size(), "", user.changedAt(), UserCodec.encode(user)));
    }
    return records;
  }

  private Written written(Records records) {
    var users = new TreeSet<String>();
    records.events().forEach(event -> users.add(event.owner().value()));
    var rows = new TreeMap<String, List<Row>>();
    for (FeatureTable table : tables) {
      var found = new ArrayList<Row>();
      if (table.kind().profile()) {
        users.forEach(user -> found.addAll(store.features().find(table, user)));
      } else {
        store.features().scan(table, found::add);
        found.sort((a, b) -> a.toString().compareTo(b.toString()));
      }
      rows.put(table.name(), List.copyOf(found));
    }
    return new Written(rows, takeTriggers());
  }

  private Map<String, String> takeTriggers() {
    var reasons = new TreeMap<String, String>();
    try {
      while (store.dirty().size() > 0) {
        List<DirtyUser> some = store.dirty().take(1_000, 0);
        for (DirtyUser user : some) {
          if (!user.reason().equals(Lane.EVENT)) {
            reasons.put(user.user(), user.reason());
          }
        }
        store.dirty().clean(some);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    return reasons;
  }

  @Override
  public void close() {
    engine.close();
    store.close();
    log.close();
  }
}
