package dev.imasugu.functions;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.functions.ProcessTableFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/** Rows as Flink hands them in, and what a function emits. */
final class Rows {
  private Rows() {}

  /** A row; texts are Strings here, instants are milliseconds in a Time. */
  static RowData of(@Nullable Object... values) {
    var row = new GenericRowData(values.length);
    for (int i = 0; i < values.length; i++) {
      row.setField(
          i,
          switch (values[i]) {
            case String text -> StringData.fromString(text);
            case Time(long millis) -> TimestampData.fromEpochMillis(millis);
            case null -> null;
            default -> values[i];
          });
    }
    return row;
  }

  record Time(long millis) {}

  /** Gives a function somewhere to emit to. */
  static List<RowData> emittedBy(ProcessTableFunction<RowData> function) {
    var emitted = new ArrayList<RowData>();
    function.setCollector(
        new Collector<>() {
          @Override
          public void collect(RowData row) {
            emitted.add(row);
          }

          @Override
          public void close() {}
        });
    return emitted;
  }
}
