package dev.imasugu.query;

import dev.imasugu.store.FeatureStore;
import dev.imasugu.store.FeatureTable;
import dev.imasugu.store.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.table.data.RowData;
import org.apache.flink.types.RowKind;

/**
 * Upserts rows of a statistics table in batches: the newest row of each key, at {@value #ROWS}
 * keys, {@value #MILLIS} ms after the first, and before each checkpoint, which the store then
 * survives. Rows come in bursts of thousands, whenever a mini-batch ends; within one it rests in
 * favour of lists, and its query with it.
 */
final class StatisticsWriter implements SinkWriter<RowData> {
  static final int ROWS = 1000;
  static final long MILLIS = 200;

  /** Rows after which it looks whether it should rest: a few milliseconds' work. */
  static final int STRETCH = 32;

  /** Who has had no row for so long had nothing to do. */
  private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private record Change(RowReader.Taken row, boolean removed) {}

  private final FeatureStore features;
  private final QueryState query;
  private final FeatureTable table;
  private final RowReader reader;
  private final LongUnaryOperator rest;
  private final ProcessingTimeService clock;
  private final int[] key;
  private final Map<List<String>, Change> changes = new LinkedHashMap<>();
  private boolean timer;
  private int stretch;
  private long began;
  private long last;

  /**
   * Makes a writer.
   *
   * @param rest how many nanoseconds to rest after so many of work
   */
  StatisticsWriter(
      FeatureStore features,
      QueryState query,
      FeatureTable table,
      RowReader reader,
      LongUnaryOperator rest,
      ProcessingTimeService clock) {
    this.features = features;
    this.query = query;
    this.table = table;
    this.reader = reader;
    this.rest = rest;
    this.clock = clock;
    key = table.key().stream().mapToInt(table::index).toArray();
  }

  @Override
  public void write(RowData element, Context context) throws InterruptedException {
    RowKind kind = element.getRowKind();
    if (kind == RowKind.UPDATE_BEFORE || query.isMuted()) {
      return;
    }
    makeRoom();
    RowReader.Taken row = reader.take(element);
    var id = new ArrayList<String>(key.length);
    for (int column : key) {
      id.add(row.text(column));
    }
    changes.put(id, new Change(row, kind == RowKind.DELETE));
    if (changes.size() >= ROWS) {
      write();
    } else if (!timer) {
      timer = true;
      var _ =
          clock.registerTimer(
              clock.getCurrentProcessingTime() + MILLIS,
              _ -> {
                timer = false;
                write();
              });
    }
  }

  private void makeRoom() throws InterruptedException {
    long now = System.nanoTime();
    if (now - last > IDLE_NANOS) {
      stretch = 0;
    }
    began = stretch == 0 ? now : began;
    last = now;
    if (++stretch == STRETCH) {
      stretch = 0;
      TimeUnit.NANOSECONDS.sleep(rest.applyAsLong(now - began));
    }
  }

  @Override
  public void flush(boolean endOfInput) {
    write();
    features.flush();
  }

  @Override
  public void close() {}

  private void write() {
    if (query.isMuted()) { // its table may be gone
      changes.clear();
    }
    var rows = new ArrayList<Row>(changes.size());
    for (Change change : changes.values()) {
      if (change.removed()) {
        features.remove(table, change.row().row());
      } else {
        rows.add(change.row().row());
      }
    }
    if (!rows.isEmpty()) {
      features.upsert(table, rows);
    }
    changes.clear();
  }
}
