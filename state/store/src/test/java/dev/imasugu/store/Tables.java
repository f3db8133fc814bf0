package dev.imasugu.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** Tables and rows for tests. */
final class Tables {
  static final FeatureTable RECENT = recent(3);

  static final FeatureTable LAST_SEEN =
      new FeatureTable(
          "last_seen",
          "1",
          new TableKind.Latest(),
          List.of(
              new Column("event_id", ColumnType.TEXT),
              new Column("user_id", ColumnType.TEXT),
              new Column("occurred_at", ColumnType.INSTANT),
              new Column("place", ColumnType.TEXT)),
          List.of("user_id"));

  static final FeatureTable EVERYTHING =
      new FeatureTable(
          "everything",
          "1",
          new TableKind.Statistics(),
          List.of(
              new Column("a", ColumnType.TEXT),
              new Column("b", ColumnType.TEXT),
              new Column("count", ColumnType.LONG),
              new Column("share", ColumnType.DOUBLE),
              new Column("open", ColumnType.BOOLEAN),
              new Column("at", ColumnType.INSTANT),
              new Column("names", ColumnType.TEXTS),
              new Column("neighbours", ColumnType.WEIGHTS),
              new Column("note", ColumnType.TEXT)),
          List.of("a", "b"));

  private Tables() {}

  static FeatureTable recent(int limit) {
    return new FeatureTable(
        "recent_items",
        "limit-" + limit,
        new TableKind.Recent(limit, "item_id"),
        List.of(
            new Column("user_id", ColumnType.TEXT),
            new Column("item_id", ColumnType.TEXT),
            new Column("occurred_at", ColumnType.INSTANT),
            new Column("event_id", ColumnType.TEXT),
            new Column("weight", ColumnType.DOUBLE)),
        List.of("user_id", "item_id"));
  }

  static Instant at(long millis) {
    return Instant.ofEpochMilli(1_700_000_000_000L + millis);
  }

  static Row recentRow(String user, String item, long millis, String event) {
    return Row.of(user, item, at(millis), event, 1.0);
  }

  static Row everything(RandomGenerator random, String a, String b) {
    Map<String, String> names = new TreeMap<>();
    List<Weighted> weights = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      names.put(text(random), text(random));
      weights.add(new Weighted(text(random), random.nextGaussian()));
    }
    return Row.of(
        a,
        b,
        random.nextBoolean() ? null : random.nextLong() >> random.nextInt(64),
        random.nextBoolean() ? null : Double.longBitsToDouble(random.nextLong()),
        random.nextBoolean() ? null : random.nextBoolean(),
        random.nextBoolean() ? null : Instant.ofEpochMilli(random.nextLong(-(1L << 50), 1L << 50)),
        random.nextBoolean() ? null : names,
        random.nextBoolean() ? null : weights,
        random.nextBoolean() ? null : text(random));
  }

  static String text(RandomGenerator random) {
    return random
        .ints(random.nextInt(12), 0, 0x1F600)
        .filter(c -> !Character.isISOControl(c) && (c < 0xD800 || c > 0xDFFF))
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
