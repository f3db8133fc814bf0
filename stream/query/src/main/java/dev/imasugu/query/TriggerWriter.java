package dev.imasugu.query;

import dev.imasugu.store.DirtySet;
import dev.imasugu.store.ProfileCommit.Mark;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.table.data.RowData;

/**
 * Marks the users of a statistics query's triggers, {@value #MILLIS} ms after their rows came: a
 * trigger overtakes the statistics that the same record changes, which are emitted in batches, and
 * a list that is made of what was there before would not show why it was made. Held are at most
 * {@value #USERS} users, each once; then, and before a checkpoint, all are marked at once.
 */
final class TriggerWriter implements SinkWriter<RowData> {
  static final long MILLIS = Planner.FLUSHED_MILLIS;
  static final int USERS = 10_000;

  private static final long LOOK_MILLIS = 250;

  private record Held(Mark mark, long due) {}

  private final DirtySet dirty;
  private final BooleanSupplier muted;
  private final ProcessingTimeService clock;

  /** By user; who came last is last. */
  private final Map<String, Held> held = new LinkedHashMap<>();

  private boolean timer;

  /**
   * Makes a writer.
   *
   * @param muted whether nothing may be marked: not yet, or not any more
   */
  TriggerWriter(DirtySet dirty, BooleanSupplier muted, ProcessingTimeService clock) {
    this.dirty = dirty;
    this.muted = muted;
    this.clock = clock;
  }

  @Override
  public void write(RowData row, Context context) {
    String user = row.getString(0).toString();
    Instant since = row.getTimestamp(2, 3).toInstant();
    Held old = held.remove(user);
    Instant oldest = old == null || since.isBefore(old.mark.since()) ? since : old.mark.since();
    var mark = new Mark(user, row.getString(1).toString(), oldest);
    held.put(user, new Held(mark, clock.getCurrentProcessingTime() + MILLIS));
    if (held.size() >= USERS) {
      mark(Long.MAX_VALUE);
    } else {
      lookLater();
    }
  }

  private void lookLater() {
    if (!timer) {
      timer = true;
      var _ =
          clock.registerTimer(
              clock.getCurrentProcessingTime() + LOOK_MILLIS,
              now -> {
                timer = false;
                mark(now);
                if (!held.isEmpty()) {
                  lookLater();
                }
              });
    }
  }

  private void mark(long now) {
    var due = new ArrayList<Mark>();
    for (Held each : held.values()) {
      if (each.due > now) {
        break;
      }
      due.add(each.mark);
    }
    if (!due.isEmpty()) {
      if (!muted.getAsBoolean()) {
        dirty.mark(due);
      }
      due.forEach(mark -> held.remove(mark.user()));
    }
  }

  @Override
  public void flush(boolean endOfInput) {
    mark(Long.MAX_VALUE);
  }

  @Override
  public void close() {}
}
