package dev.imasugu.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The stored form of a table's rows. Each is its length, a bit for each null, and the values in the
 * order of the columns; a profile row leaves out its user, which is its key. Immutable.
 */
final class RowCodec {
  private static final int VERSION = 1;
  private static final int NOT_STORED = -1;

  private final FeatureTable table;
  private final ColumnType[] types;
  private final int userColumn;

  /** Columns of the order of a profile table's rows; NOT_STORED where the kind has none. */
  private final int occurredAt;

  private final int eventId;
  private final int by;
  private final int lastOfOrder;

  RowCodec(FeatureTable table) {
    this.table = table;
    types = table.columns().stream().map(Column::type).toArray(ColumnType[]::new);
    boolean profile = table.kind().profile();
    userColumn = profile ? table.index(FeatureTable.USER) : NOT_STORED;
    occurredAt = profile ? table.index(FeatureTable.OCCURRED_AT) : NOT_STORED;
    eventId = profile ? table.index(FeatureTable.EVENT_ID) : NOT_STORED;
    by = table.kind() instanceof TableKind.Recent(_, String name) ? table.index(name) : NOT_STORED;
    lastOfOrder = Math.max(occurredAt, Math.max(eventId, by));
  }

  /**
   * Writes rows.
   *
   * @throws IllegalArgumentException if a row does not fit the table's columns
   */
  byte[] encode(List<Row> rows) {
    return encode(rows, new ByteWriter(256), new ByteWriter(256));
  }

  /** Likewise, in the arrays of two writers whose contents are of no use any more. */
  byte[] encode(List<Row> rows, ByteWriter out, ByteWriter row) {
    out.clear();
    out.put(VERSION).count(rows.size());
    for (Row each : rows) {
      row.clear();
      write(each, row);
      out.counted(row);
    }
    return out.copy();
  }

  /** Writes rows that were located. */
  byte[] join(List<StoredRow> rows) {
    int size = 16;
    for (StoredRow row : rows) {
      size += 5 + row.to() - row.from();
    }
    var out = new ByteWriter(size);
    out.put(VERSION).count(rows.size());
    for (StoredRow row : rows) {
      out.count(row.to() - row.from()).put(row.bytes(), row.from(), row.to());
    }
    return out.toBytes();
  }

  /** Finds the rows of a profile table in what {@link #encode} or {@link #join} wrote. */
  List<StoredRow> locate(byte[] bytes) {
    var in = new ByteReader(bytes);
    int count = checkedCount(in);
    var rows = new ArrayList<StoredRow>(count + 8);
    for (int i = 0; i < count; i++) {
      int length = in.length();
      rows.add(locate(bytes, in.position(), in.position() + length));
      in.skip(length);
    }
    return rows;
  }

  /** Finds the columns of the order in one row of a profile table. */
  StoredRow locate(byte[] bytes, int from, int to) {
    var in = new ByteReader(bytes, from);
    in.skip(nullBytes());
    long millis = 0;
    StoredRow.Text event = StoredRow.Text.NULL;
    StoredRow.Text distinct = StoredRow.Text.NULL;
    for (int i = 0; i <= lastOfOrder; i++) {
      if (i == userColumn || isNull(in, from, i)) {
        continue;
      }
      if (i == occurredAt) {
        millis = in.signed();
      } else if (i == eventId || i == by) {
        int length = in.length();
        var text = new StoredRow.Text(in.position(), in.position() + length);
        in.skip(length);
        event = i == eventId ? text : event;
        distinct = i == by ? text : distinct;
      } else {
        skip(types[i], in);
      }
    }
    return new StoredRow(bytes, from, to, millis, event, distinct);
  }

  private int nullBytes() {
    return (types.length + 7) / 8;
  }

  private static boolean isNull(ByteReader in, int rowFrom, int column) {
    return (in.peek(rowFrom + column / 8) >> (column % 8) & 1) != 0;
  }

  private int checkedCount(ByteReader in) {
    int version = in.read();
    if (version != VERSION) {
      throw new IllegalStateException(
          "row version of table " + table.id() + ": " + version + " (expected: " + VERSION + ")");
    }
    return in.length();
  }

  /**
   * Reads rows.
   *
   * @param user whose they are; looked at for profile tables only
   */
  List<Row> decode(byte[] bytes, String user) {
    var in = new ByteReader(bytes);
    var rows = new Row[checkedCount(in)];
    for (int i = 0; i < rows.length; i++) {
      in.length();
      rows[i] = decode(in, user);
    }
    return List.of(rows);
  }

  /**
   * Returns a statistics row as it will be read back: instants cut to the millisecond, collections
   * copied.
   */
  Row normal(Row row) {
    List<@Nullable Object> values = row.values();
    checkSize(values);
    @Nullable Object[] normal = new @Nullable Object[types.length];
    for (int i = 0; i < types.length; i++) {
      Object value = values.get(i);
      try {
        if (i == userColumn) {
          checkUser((String) value);
        }
        normal[i] = value == null ? null : normal(types[i], value);
      } catch (ClassCastException e) {
        throw unfit(i, value, e);
      }
    }
    return Row.of(normal);
  }

  private static Object normal(ColumnType type, Object value) {
    return switch (type) {
      case TEXT -> (String) value;
      case LONG -> (Long) value;
      case DOUBLE -> (Double) value;
      case BOOLEAN -> (Boolean) value;
      case INSTANT -> Instant.ofEpochMilli(((Instant) value).toEpochMilli());
      case TEXTS -> {
        var texts = new TreeMap<String, String>();
        ((Map<?, ?>) value).forEach((key, text) -> texts.put((String) key, (String) text));
        yield Collections.unmodifiableMap(texts);
      }
      case WEIGHTS -> {
        var weights = new ArrayList<Weighted>();
        ((List<?>) value).forEach(each -> weights.add((Weighted) each));
        yield List.copyOf(weights);
      }
    };
  }

  private void checkSize(List<@Nullable Object> values) {
    if (values.size() != types.length) {
      throw new IllegalArgumentException(
          "row of table %s: %d values (expected: %d)"
              .formatted(table.name(), values.size(), types.length));
    }
  }

  private IllegalArgumentException unfit(
      int column, @Nullable Object value, ClassCastException cause) {
    return new IllegalArgumentException(
        "table %s, column %s: a %s (expected: %s)"
            .formatted(
                table.name(), table.columns().get(column).name(), nameOf(value), types[column]),
        cause);
  }

  /**
   * Writes one row, without its length.
   *
   * @throws IllegalArgumentException if it does not fit the table's columns
   */
  byte[] encodeRow(Row row) {
    var out = new ByteWriter(96);
    write(row, out);
    return out.toBytes();
  }

  private void write(Row row, ByteWriter out) {
    List<@Nullable Object> values = row.values();
    checkSize(values);
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
        throw unfit(i, value, e);
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
    int from = in.position();
    in.skip(nullBytes());
    @Nullable Object[] values = new @Nullable Object[types.length];
    for (int i = 0; i < types.length; i++) {
      if (i == userColumn) {
        values[i] = user;
      } else if (!isNull(in, from, i)) {
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

  private static void skip(ColumnType type, ByteReader in) {
    switch (type) {
      case TEXT -> in.skip(in.length());
      case LONG, INSTANT -> in.signed();
      case DOUBLE -> in.skip(8);
      case BOOLEAN -> in.skip(1);
      case TEXTS -> {
        for (int left = 2 * in.length(); left > 0; left--) {
          in.skip(in.length());
        }
      }
      case WEIGHTS -> {
        for (int left = in.length(); left > 0; left--) {
          in.skip(in.length());
          in.skip(8);
        }
      }
    }
  }
}
