package dev.imasugu.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The stored form of a table's rows: a bit for each null, then the values in the order of the
 * columns. A profile row leaves out its user, which is its key. Immutable.
 */
final class RowCodec {
  private static final int VERSION = 1;
  private static final int NOT_STORED = -1;

  private final FeatureTable table;
  private final ColumnType[] types;
  private final int userColumn;

  RowCodec(FeatureTable table) {
    this.table = table;
    types = table.columns().stream().map(Column::type).toArray(ColumnType[]::new);
    userColumn = table.kind().profile() ? table.index(FeatureTable.USER) : NOT_STORED;
  }

  /**
   * Writes rows.
   *
   * @throws IllegalArgumentException if a row does not fit the table's columns
   */
  byte[] encode(List<Row> rows) {
    var out = new ByteWriter(16 + 64 * rows.size());
    out.put(VERSION).count(rows.size());
    rows.forEach(row -> encode(row, out));
    return out.toBytes();
  }

  /**
   * Reads rows.
   *
   * @param user whose they are; looked at for profile tables only
   */
  List<Row> decode(byte[] bytes, String user) {
    var in = new ByteReader(bytes);
    int version = in.read();
    if (version != VERSION) {
      throw new IllegalStateException(
          "row version of table " + table.id() + ": " + version + " (expected: " + VERSION + ")");
    }
    var rows = new Row[in.length()];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = decode(in, user);
    }
    return List.of(rows);
  }

  /** Returns a row as it will be read back: instants cut to the millisecond, collections copied. */
  Row normal(Row row) {
    byte[] bytes = encode(List.of(row));
    Object user = userColumn == NOT_STORED ? "" : row.values().get(userColumn);
    return decode(bytes, (String) user).get(0);
  }

  private void encode(Row row, ByteWriter out) {
    List<@Nullable Object> values = row.values();
    if (values.size() != types.length) {
      throw new IllegalArgumentException(
          "row of table %s: %d values (expected: %d)"
              .formatted(table.name(), values.size(), types.length));
    }
    for (int i = 0; i < types.length; i += 8) {
      int nulls = 0;
      for (int j = i; j < Math.min(i + 8, types.length); j++) {
        nulls |= values.get(j) == null ? 1 << (j - i) : 0;
      }
      out.put(nulls);
    }
    for (int i = 0; i < types.length; i++) {
      Object value = values.get(i);
      try {
        if (i == userColumn) {
          checkUser((String) value);
        } else if (value != null) {
          encode(types[i], value, out);
        }
      } catch (ClassCastException e) {
        throw new IllegalArgumentException(
            "table %s, column %s: a %s (expected: %s)"
                .formatted(table.name(), table.columns().get(i).name(), nameOf(value), types[i]),
            e);
      }
    }
  }

  private void checkUser(@Nullable String user) {
    if (user == null) {
      throw new IllegalArgumentException(
          "table %s, column %s: null (expected: a user)"
              .formatted(table.name(), FeatureTable.USER));
    }
  }

  private static String nameOf(@Nullable Object value) {
    return value == null ? "null" : value.getClass().getSimpleName();
  }

  private static void encode(ColumnType type, Object value, ByteWriter out) {
    switch (type) {
      case TEXT -> out.text((String) value);
      case LONG -> out.signed((Long) value);
      case DOUBLE -> out.fixed((Double) value);
      case BOOLEAN -> out.put((Boolean) value ? 1 : 0);
      case INSTANT -> out.signed(((Instant) value).toEpochMilli());
      case TEXTS -> {
        var sorted = new TreeMap<String, String>();
        ((Map<?, ?>) value).forEach((key, text) -> sorted.put((String) key, (String) text));
        out.count(sorted.size());
        sorted.forEach((key, text) -> out.text(key).text(text));
      }
      case WEIGHTS -> {
        var weights = (List<?>) value;
        out.count(weights.size());
        for (Object each : weights) {
          var weighted = (Weighted) each;
          out.text(weighted.item()).fixed(weighted.weight());
        }
      }
    }
  }

  private Row decode(ByteReader in, String user) {
    byte[] nulls = new byte[(types.length + 7) / 8];
    for (int i = 0; i < nulls.length; i++) {
      nulls[i] = (byte) in.read();
    }
    @Nullable Object[] values = new @Nullable Object[types.length];
    for (int i = 0; i < types.length; i++) {
      if (i == userColumn) {
        values[i] = user;
      } else if ((nulls[i / 8] >> (i % 8) & 1) == 0) {
        values[i] = decode(types[i], in);
      }
    }
    return Row.of(values);
  }

  private static Object decode(ColumnType type, ByteReader in) {
    return switch (type) {
      case TEXT -> in.text();
      case LONG -> in.signed();
      case DOUBLE -> in.fixedDouble();
      case BOOLEAN -> in.read() != 0;
      case INSTANT -> Instant.ofEpochMilli(in.signed());
      case TEXTS -> {
        var texts = new TreeMap<String, String>();
        for (int left = in.length(); left > 0; left--) {
          texts.put(in.text(), in.text());
        }
        yield Collections.unmodifiableMap(texts);
      }
      case WEIGHTS -> {
        int size = in.length();
        var weights = new ArrayList<Weighted>(size);
        for (int i = 0; i < size; i++) {
          weights.add(new Weighted(in.text(), in.fixedDouble()));
        }
        yield Collections.unmodifiableList(weights);
      }
    };
  }
}
