package dev.imasugu.cli;

import dev.imasugu.config.ConfigException;
import dev.imasugu.config.Durations;
import dev.imasugu.config.YamlValue;
import dev.imasugu.config.YamlValue.Mapping;
import dev.imasugu.config.YamlValue.Scalar;
import dev.imasugu.config.YamlValue.Sequence;
import dev.imasugu.store.ColumnType;
import dev.imasugu.store.FeatureTable;
import dev.imasugu.store.Row;
import dev.imasugu.store.Weighted;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares the rows of a table with those that a test expects: all of them, but only the columns
 * that it names. Rows of a statistics table are found by their key, those of a profile table stand
 * user by user in the order of the table. Numbers may differ by {@value #TOLERANCE} of their size.
 */
final class ExpectedRows {
  private static final double TOLERANCE = 1e-9;
  private static final double LN_2 = Math.log(2);
  private static final String WEIGHT = "weight";
  private static final String ITEM = "item";
  private static final Set<String> DECAYED = Set.of(WEIGHT, "at", "half-life");

  private final FeatureTable table;
  private final List<Row> rows;
  private final List<String> differences = new ArrayList<>();

  ExpectedRows(FeatureTable table, List<Row> rows) {
    this.table = table;
    this.rows = new ArrayList<>(rows);
  }

  /** Returns what differs, a line each. */
  List<String> compare(Sequence expected) {
    int place = 0;
    for (YamlValue value : expected.values()) {
      Mapping row = SqlTestFile.mapping(value);
      row.allow(table.columns().stream().map(column -> column.name()).toList());
      Row found =
          table.kind().profile() ? (place < rows.size() ? rows.get(place) : null) : byKey(row);
      if (found == null) {
        differences.add("no such row (expected by %s)".formatted(row.place()));
      } else {
        row.values().forEach((column, wanted) -> compare(found, column, wanted));
        if (!table.kind().profile()) {
          rows.remove(found);
        }
      }
      place++;
    }
    for (Row more :
        table.kind().profile() ? rows.subList(Math.min(place, rows.size()), rows.size()) : rows) {
      differences.add("a row too many: " + shown(more));
    }
    return differences;
  }

  private @Nullable Row byKey(Mapping wanted) {
    for (String key : table.key()) {
      if (!wanted.values().containsKey(key)) {
        throw new ConfigException(
            "No %s in %s (expected: every column of the primary key)"
                .formatted(key, wanted.place()));
      }
    }
    return rows.stream()
        .filter(
            row ->
                table.key().stream()
                    .allMatch(
                        key ->
                            Objects.equals(
                                row.values().get(table.index(key)),
                                SqlTestFile.text(
                                    Objects.requireNonNull(wanted.values().get(key))))))
        .findFirst()
        .orElse(null);
  }

  private void compare(Row row, String column, YamlValue wanted) {
    int index = table.index(column);
    Object got = row.values().get(index);
    ColumnType type = table.columns().get(index).type();
    try {
      if (!matches(type, got, wanted)) {
        differences.add(
            "%s: %s (expected: %s, %s)"
                .formatted(column, shown(got, wanted), shown(wanted), wanted.place()));
      }
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new ConfigException(
          "%s: %s in %s (expected: %s)"
              .formatted(column, shown(wanted), wanted.place(), expectation(type)));
    }
  }

  private static boolean matches(ColumnType type, @Nullable Object got, YamlValue wanted) {
    if (wanted instanceof Scalar(String text, _, _) && text == null) {
      return got == null;
    }
    if (got == null) {
      return false;
    }
    return switch (type) {
      case TEXT -> got.equals(SqlTestFile.text(wanted));
      case LONG -> got.equals(Long.parseLong(SqlTestFile.text(wanted)));
      case DOUBLE -> isNear((Double) got, wanted);
      case BOOLEAN -> got.toString().equals(SqlTestFile.text(wanted));
      case INSTANT -> got.equals(Instant.parse(SqlTestFile.text(wanted)));
      case TEXTS -> texts(wanted).equals(got);
      case WEIGHTS -> weights((List<?>) got, wanted);
    };
  }

  private static Map<String, String> texts(YamlValue wanted) {
    var texts = new HashMap<String, String>();
    SqlTestFile.mapping(wanted)
        .values()
        .forEach((key, value) -> texts.put(key, SqlTestFile.text(value)));
    return texts;
  }

  private static boolean weights(List<?> got, YamlValue wanted) {
    if (!(wanted instanceof Sequence(List<YamlValue> values, _))) {
      throw new IllegalArgumentException("no list");
    }
    if (values.size() != got.size()) {
      return false;
    }
    for (int i = 0; i < values.size(); i++) {
      var weighted = (Weighted) got.get(i);
      boolean same =
          switch (values.get(i)) {
            case Scalar name -> weighted.item().equals(name.text());
            case Mapping pair -> {
              YamlValue item = pair.values().get(ITEM);
              YamlValue weight = pair.values().get(WEIGHT);
              if (item == null || weight == null) {
                throw new IllegalArgumentException("no item or weight");
              }
              yield weighted.item().equals(SqlTestFile.text(item))
                  && isNear(weighted.weight(), weight);
            }
            case Sequence _ -> throw new IllegalArgumentException("a list in a list");
          };
      if (!same) {
        return false;
      }
    }
    return true;
  }

  /** A number, or {weight, at, half-life}: log2 at the epoch of a weight as it is at some time. */
  private static boolean isNear(double got, YamlValue wanted) {
    if (wanted instanceof Mapping decayed) {
      decayed.allow(DECAYED);
      double weight = Double.parseDouble(part(decayed, WEIGHT));
      return near(weightAt(got, decayed), weight);
    }
    return near(got, Double.parseDouble(SqlTestFile.text(wanted)));
  }

  private static double weightAt(double log2, Mapping decayed) {
    long at = Instant.parse(part(decayed, "at")).toEpochMilli();
    Duration halfLife = Durations.parse(part(decayed, "half-life"));
    return Math.exp((log2 - (double) at / halfLife.toMillis()) * LN_2);
  }

  private static String part(Mapping decayed, String key) {
    YamlValue value = decayed.values().get(key);
    if (value == null) {
      throw new ConfigException(
          "Missing key %s in %s (expected: {weight: 5, at: 2026-03-01T12:00:00Z, half-life: 6h})."
              .formatted(key, decayed.place()));
    }
    return SqlTestFile.text(value);
  }

  private static boolean near(double got, double wanted) {
    return Math.abs(got - wanted) <= TOLERANCE * Math.max(1, Math.abs(wanted));
  }

  private static String expectation(ColumnType type) {
    return switch (type) {
      case TEXT -> "a text";
      case LONG -> "a whole number";
      case DOUBLE -> "a number, or {weight, at, half-life} of a decayed one";
      case BOOLEAN -> "true or false";
      case INSTANT -> "an instant such as 2026-03-01T12:00:00Z";
      case TEXTS -> "keys and values";
      case WEIGHTS -> "a list of names, or of {item, weight}";
    };
  }

  private String shown(Row row) {
    var parts = new ArrayList<String>();
    for (int i = 0; i < table.columns().size(); i++) {
      parts.add(table.columns().get(i).name() + ": " + row.values().get(i));
    }
    return "{" + String.join(", ", parts) + "}";
  }

  /** The value, as the test speaks of it. */
  private static String shown(@Nullable Object got, YamlValue wanted) {
    if (got instanceof Double log2 && wanted instanceof Mapping decayed) {
      return "weight " + weightAt(log2, decayed);
    }
    if (got instanceof List<?> list) {
      var parts = new ArrayList<String>();
      for (Object each : list) {
        var weighted = (Weighted) each;
        parts.add("{item: %s, weight: %s}".formatted(weighted.item(), weighted.weight()));
      }
      return "[" + String.join(", ", parts) + "]";
    }
    return String.valueOf(got);
  }

  private static String shown(YamlValue value) {
    return switch (value) {
      case Scalar scalar -> String.valueOf(scalar.text());
      case Sequence(List<YamlValue> values, _) ->
          "[" + String.join(", ", values.stream().map(ExpectedRows::shown).toList()) + "]";
      case Mapping mapping ->
          "{"
              + String.join(
                  ", ",
                  mapping.values().entrySet().stream()
                      .map(entry -> entry.getKey() + ": " + shown(entry.getValue()))
                      .toList())
              + "}";
    };
  }
}
