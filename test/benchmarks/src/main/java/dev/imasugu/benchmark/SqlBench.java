package dev.imasugu.benchmark;

import dev.imasugu.config.Project;
import dev.imasugu.domain.Event;
import dev.imasugu.domain.EventType;
import dev.imasugu.domain.Item;
import dev.imasugu.domain.ItemId;
import dev.imasugu.domain.UserId;
import dev.imasugu.node.Plans;
import dev.imasugu.query.QueryPlan;
import dev.imasugu.query.QueryTrial;
import dev.imasugu.query.QueryTrial.Records;
import dev.imasugu.store.FeatureTable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/*
 * Each query by itself runs over a recorded hour as fast as it can, twice, and the second time counts:
 * CPU of the whole process, the garbage collector's and the compiler's with it, over the number of
 * events. What reading and decoding an event costs is measured by a query that wants none of them, and
 * taken off; all statistics together share that one scan. Live, at a given rate, the cost is higher
 * where batches are smaller, and lower where many events of a busy key become one row.
 */

/** What does each query of the default project cost an event? */
@Command(name = "sql", mixinStandardHelpOptions = true)
final class SqlBench implements Callable<Integer> {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final String NOTHING =
      """
      -- kind: statistics
      CREATE TABLE nothing (item_id STRING, n BIGINT, PRIMARY KEY (item_id) NOT ENFORCED);
      INSERT INTO nothing SELECT item_id, COUNT(*) FROM events WHERE log_offset < 0 GROUP BY item_id;
      """;

  /** Of 100 events; a shop's, with half of what it shows recorded. */
  private static final Map<EventType, Integer> SHARES = new LinkedHashMap<>();

  static {
    SHARES.put(EventType.VIEW, 50);
    SHARES.put(EventType.IMPRESSION, 30);
    SHARES.put(EventType.CLICK, 12);
    SHARES.put(EventType.ADD_TO_CART, 5);
    SHARES.put(EventType.PURCHASE, 3);
  }

  @Option(names = "--events", defaultValue = "200000", description = "How many.")
  private int count;

  @Option(names = "--users", defaultValue = "100000", description = "Users, Zipf 1.0.")
  private int users;

  @Option(names = "--items", defaultValue = "10000", description = "Items, Zipf 1.0.")
  private int items;

  @Option(names = "--seed", defaultValue = "1", description = "Seed of the events.")
  private long seed;

  @Override
  public Integer call() throws IOException {
    Path root = Path.of(System.getProperty("imasugu.root"), "examples", "shop");
    Project shop = Project.load(root);
    var sql = new TreeMap<>(shop.sql());
    sql.put("sql/nothing.sql", NOTHING);
    QueryPlan plan =
        Plans.of(new Project(root, shop.config(), shop.platform(), shop.placements(), sql));
    var records = new Records(events(), items(), List.of());
    var costs = new LinkedHashMap<String, Double>();
    Path temporary = Files.createTempDirectory("imasugu-bench-sql-");
    try (QueryTrial.Bench bench = QueryTrial.Bench.start(temporary)) {
      double scan = micros(bench, plan, Set.of("nothing"), records);
      System.out.printf(Locale.ROOT, "%-24s %8.1f us an event%n", "the scan alone", scan);
      for (FeatureTable table : plan.tables()) {
        if (!table.name().equals("nothing")) {
          double cost = micros(bench, plan, Set.of(table.name()), records) - scan;
          costs.put(table.name(), cost);
          System.out.printf(Locale.ROOT, "%-24s %8.1f us%n", table.name(), cost);
        }
      }
      Set<String> statistics =
          plan.tables().stream()
              .filter(table -> !table.kind().profile() && !table.name().equals("nothing"))
              .map(FeatureTable::name)
              .collect(Collectors.toSet());
      double all = micros(bench, plan, statistics, records);
      System.out.printf(Locale.ROOT, "%-24s %8.1f us, the scan included%n", "all statistics", all);
      System.out.printf(
          Locale.ROOT,
          "{\"bench\":\"sql\",\"events\":%d,\"scanMicros\":%.1f,\"allStatisticsMicros\":%.1f,%s}%n",
          count,
          scan,
          all,
          costs.entrySet().stream()
              .map(cost -> "\"%s\":%.1f".formatted(cost.getKey(), cost.getValue()))
              .collect(Collectors.joining(",")));
    }
    return 0;
  }

  private double micros(
      QueryTrial.Bench bench, QueryPlan plan, Set<String> names, Records records) {
    try (QueryTrial trial = bench.plan(plan, names)) {
      trial.run(records);
      Duration before = cpu();
      trial.run(records);
      return cpu().minus(before).toNanos() / 1e3 / count;
    }
  }

  private static Duration cpu() {
    var process =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return Duration.ofNanos(process.getProcessCpuTime());
  }

  private List<Event> events() {
    var random = new SplittableRandom(seed);
    var user = new Zipf(users, 1.0);
    var item = new Zipf(items, 1.0);
    var events = new ArrayList<Event>();
    for (int i = 0; i < count; i++) {
      EventType type = type(random.nextInt(100));
      boolean placed = type.equals(EventType.IMPRESSION) || type.equals(EventType.CLICK);
      Instant at = START.plusMillis(i * 3_600_000L / count);
      events.add(
          new Event(
              "e" + i,
              new UserId("u" + user.draw(random)),
              null,
              new ItemId("i" + item.draw(random)),
              type,
              at,
              at,
              null,
              null,
              "web",
              null,
              null,
              null,
              placed ? "home" : null,
              placed ? random.nextInt(20) + 1 : null,
              null,
              null,
              Map.of()));
    }
    return events;
  }

  private static EventType type(int percent) {
    int sum = 0;
    for (var share : SHARES.entrySet()) {
      sum += share.getValue();
      if (percent < sum) {
        return share.getKey();
      }
    }
    return EventType.VIEW;
  }

  private List<Item> items() {
    var all = new ArrayList<Item>();
    for (int i = 0; i < items; i++) {
      all.add(
          new Item(
              new ItemId("i" + i), "Item " + i, "c" + i % 50, 9.5, true, Map.of(), START, false));
    }
    return all;
  }
}
