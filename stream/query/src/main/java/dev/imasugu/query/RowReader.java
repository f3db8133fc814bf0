package dev.imasugu.query;

import dev.imasugu.functions.NeighbourArray;
import dev.imasugu.store.Row;
import dev.imasugu.store.Weighted;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.binary.BinaryArrayData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/**
 * Turns Flink's rows of one table into the store's.
 *
 * <p>Flink reuses its rows, so {@link #take} must copy before it returns; only an array that is not
 * backed by Flink's memory, such as a function's own result, is left for {@link Taken#row} to copy:
 * of most updates of a busy key that never happens.
 */
final class RowReader {
  /** A row that no longer depends on what Flink does next. */
  record Taken(List<@Nullable Object> values) {
    Row row() {
      var done = new ArrayList<@Nullable Object>(values.size());
      for (Object value : values) {
        done.add(value instanceof ArrayData array ? weights(array) : value);
      }
      return Row.of(done.toArray());
    }

    String text(int column) {
      Object value = values.get(column);
      if (value == null) {
        throw new IllegalStateException("column " + column + " of the key is null");
      }
      return (String) value;
    }
  }

  private final RowData.FieldGetter[] getters;

  RowReader(RowType type) {
    List<LogicalType> columns = type.getChildren();
    getters = new RowData.FieldGetter[columns.size()];
    for (int i = 0; i < getters.length; i++) {
      getters[i] = RowData.createFieldGetter(columns.get(i), i);
    }
  }

  Row read(RowData row) {
    return take(row).row();
  }

  Taken take(RowData row) {
    var values = new ArrayList<@Nullable Object>(getters.length);
    for (RowData.FieldGetter getter : getters) {
      values.add(value(getter.getFieldOrNull(row)));
    }
    return new Taken(values);
  }

  private static @Nullable Object value(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case StringData text -> text.toString();
      case TimestampData instant -> instant.toInstant();
      case Byte number -> number.longValue();
      case Short number -> number.longValue();
      case Integer number -> number.longValue();
      case Float number -> number.doubleValue();
      case DecimalData number -> number.toBigDecimal().doubleValue();
      case MapData map -> texts(map);
      case BinaryArrayData array -> weights(array);
      case ArrayData array -> array;
      case Long _, Double _, Boolean _ -> value;
      default -> throw new IllegalStateException("a value of " + value.getClass());
    };
  }

  private static Map<String, String> texts(MapData map) {
    ArrayData keys = map.keyArray();
    ArrayData values = map.valueArray();
    var texts = HashMap.<String, String>newHashMap(map.size());
    for (int i = 0; i < map.size(); i++) {
      if (!keys.isNullAt(i) && !values.isNullAt(i)) {
        texts.put(keys.getString(i).toString(), values.getString(i).toString());
      }
    }
    return Map.copyOf(texts);
  }

  /** Neighbours as the store takes them, made one by one as somebody looks. */
  private static final class Lent extends AbstractList<Weighted> {
    private final NeighbourArray neighbours;

    Lent(NeighbourArray neighbours) {
      this.neighbours = neighbours;
    }

    @Override
    public Weighted get(int index) {
      return new Weighted(neighbours.item(index), neighbours.weight(index));
    }

    @Override
    public int size() {
      return neighbours.size();
    }
  }

  private static List<Weighted> weights(ArrayData array) {
    if (array instanceof NeighbourArray neighbours) {
      return new Lent(neighbours);
    }
    var weights = new ArrayList<Weighted>(array.size());
    for (int i = 0; i < array.size(); i++) {
      RowData row = array.getRow(i, 2);
      if (row != null && !row.isNullAt(0) && !row.isNullAt(1)) {
        weights.add(new Weighted(row.getString(0).toString(), row.getDouble(1)));
      }
    }
    return List.copyOf(weights);
  }
}
