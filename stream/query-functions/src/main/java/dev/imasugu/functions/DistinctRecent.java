package dev.imasugu.functions;

import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.functions.AggregateFunction;
import org.jspecify.annotations.Nullable;

/**
 * SQL's {@code DISTINCT_RECENT(item, occurred_at, n)}: the n different items that occurred last,
 * newest first, ties by name; the weight of each is when it last occurred, in seconds since 1970. n
 * is a constant from 1 to 1000; rows with a NULL are ignored.
 *
 * <p>Of a user's own events a profile table of {@code kind: recent} does the same without state;
 * this is for any other key.
 */
@FunctionHint(
    accumulator =
        @DataTypeHint(
            value = "RAW",
            bridgedTo = BestScores.class,
            rawSerializer = BestScores.Serializer.class),
    output =
        @DataTypeHint(
            value = "ARRAY<ROW<item STRING, weight DOUBLE>>",
            bridgedTo = ArrayData.class))
public final class DistinctRecent extends AggregateFunction<ArrayData, BestScores> {
  private static final long serialVersionUID = 1L;
  private static final double MILLIS = 1000;

  @Override
  public BestScores createAccumulator() {
    return new BestScores();
  }

  /** Called by Flink for each row. */
  public void accumulate(
      BestScores best,
      @Nullable String item,
      @DataTypeHint(value = "TIMESTAMP_LTZ(3)", bridgedTo = TimestampData.class)
          @Nullable TimestampData occurredAt,
      @Nullable Integer n) {
    if (item != null && occurredAt != null && n != null) {
      best.offer(item, occurredAt.getMillisecond() / MILLIS, n);
    }
  }

  @Override
  public ArrayData getValue(BestScores best) {
    return best.array();
  }
}
