package dev.imasugu.functions;

import java.util.Arrays;
import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.ArgumentTrait;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.annotation.StateHint;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.functions.ProcessTableFunction;
import org.jspecify.annotations.Nullable;

/**
 * SQL's {@code SESSIONIZE(event => TABLE t PARTITION BY user_id, gap => INTERVAL '30' MINUTE, uid
 * => '...')}: every row with the session it belongs to, as (item_id, type, occurred_at,
 * session_start, place), beside user_id.
 *
 * <p>{@code t} has exactly the columns user_id, item_id, type, occurred_at. A session is a run of a
 * user's events in which none is more than {@code gap} away from its nearest; it is named by the
 * time of its first event. place counts the session's events as they came, from 1. A row is emitted
 * at once and never again: when a late event shows that a session began earlier, or that two were
 * one, the rows after it say so, those before it do not.
 *
 * <p>State: start, end and count of the user's {@value #KEPT} newest sessions; an event that is
 * older than all of them is a session of its own.
 */
@FunctionHint(
    output =
        @DataTypeHint(
            value =
                "ROW<item_id STRING, type STRING, occurred_at TIMESTAMP_LTZ(3), session_start"
                    + " TIMESTAMP_LTZ(3), place BIGINT>",
            bridgedTo = RowData.class))
public final class Sessionize extends ProcessTableFunction<RowData> {
  private static final long serialVersionUID = 1L;

  /** How many sessions of a user are remembered. */
  public static final int KEPT = 8;

  /** A user's sessions, oldest first. Flink fills the fields. */
  public static final class Sessions {
    public long @Nullable [] starts;
    public long @Nullable [] ends;
    public long @Nullable [] counts;

    public Sessions() {}
  }

  /** Called by Flink for each row of the table. */
  public void eval(
      @StateHint Sessions sessions,
      @ArgumentHint(
              value = ArgumentTrait.SET_SEMANTIC_TABLE,
              type =
                  @DataTypeHint(
                      value =
                          "ROW<user_id STRING, item_id STRING, type STRING, occurred_at"
                              + " TIMESTAMP_LTZ(3)>",
                      bridgedTo = RowData.class))
          RowData event,
      @ArgumentHint(
              type = @DataTypeHint(value = "INTERVAL DAY TO SECOND(3)", bridgedTo = Long.class))
          Long gap) {
    if (event.isNullAt(3)) {
      return;
    }
    long at = event.getTimestamp(3, 3).getMillisecond();
    long[] starts = sessions.starts == null ? new long[0] : sessions.starts;
    long[] ends = sessions.ends == null ? new long[0] : sessions.ends;
    long[] counts = sessions.counts == null ? new long[0] : sessions.counts;
    // Those that the event touches are neighbours, for sessions are more than a gap apart.
    int from = 0;
    while (from < starts.length && ends[from] + gap < at) {
      from++;
    }
    int to = from;
    long start = at;
    long end = at;
    long count = 1;
    while (to < starts.length && starts[to] - gap <= at) {
      start = Math.min(start, starts[to]);
      end = Math.max(end, ends[to]);
      count += counts[to];
      to++;
    }
    sessions.starts = keep(replace(starts, from, to, start));
    sessions.ends = keep(replace(ends, from, to, end));
    sessions.counts = keep(replace(counts, from, to, count));
    collect(
        GenericRowData.of(
            event.isNullAt(1) ? null : event.getString(1),
            event.isNullAt(2) ? null : event.getString(2),
            event.getTimestamp(3, 3),
            TimestampData.fromEpochMillis(start),
            count));
  }

  private static long[] replace(long[] values, int from, int to, long by) {
    var replaced = new long[values.length - (to - from) + 1];
    System.arraycopy(values, 0, replaced, 0, from);
    replaced[from] = by;
    System.arraycopy(values, to, replaced, from + 1, values.length - to);
    return replaced;
  }

  private static long[] keep(long[] values) {
    return values.length <= KEPT
        ? values
        : Arrays.copyOfRange(values, values.length - KEPT, values.length);
  }
}
