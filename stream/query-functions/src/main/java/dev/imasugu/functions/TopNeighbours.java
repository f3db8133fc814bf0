package dev.imasugu.functions;

import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.functions.AggregateFunction;
import org.jspecify.annotations.Nullable;

/**
 * SQL's {@code TOP_NEIGHBOURS(neighbour, weight, occurred_at, half_life)}: the at most 200
 * neighbours with the greatest decayed weight, best first, ties by name.
 *
 * <p>Weights in the result are {@linkplain DecayedSum#log2() log2 of the weight at the epoch}, see
 * {@link DecayedWeight} for what is ignored. State is bounded: at most 400 neighbours are
 * remembered, see {@link Neighbours}.
 */
@FunctionHint(
    accumulator =
        @DataTypeHint(
            value = "RAW",
            bridgedTo = NeighbourSums.class,
            rawSerializer = NeighbourSumsSerializer.class),
    output =
        @DataTypeHint(
            value = "ARRAY<ROW<item STRING, weight DOUBLE>>",
            bridgedTo = ArrayData.class))
public final class TopNeighbours extends AggregateFunction<ArrayData, NeighbourSums> {
  private static final long serialVersionUID = 1L;
  private static final int POOL = 1 << 16;

  /** Names seen lately, so that lists share their strings; a lossy cache by hash. */
  private transient String @Nullable [] pool;

  @Override
  public NeighbourSums createAccumulator() {
    return new NeighbourSums();
  }

  /** Called by Flink for each row. */
  public void accumulate(
      NeighbourSums sums,
      @Nullable String neighbour,
      @Nullable Double weight,
      @DataTypeHint(value = "TIMESTAMP_LTZ(3)", bridgedTo = TimestampData.class)
          @Nullable TimestampData occurredAt,
      @DataTypeHint(value = "INTERVAL DAY TO SECOND(3)", bridgedTo = Long.class)
          @Nullable Long halfLife) {
    if (neighbour != null && weight != null && occurredAt != null && halfLife != null) {
      var added = new DecayedSum();
      added.add(weight, occurredAt.getMillisecond(), halfLife);
      sums.add(pooled(neighbour), added);
    }
  }

  private String pooled(String name) {
    if (pool == null) {
      pool = new String[POOL];
    }
    int slot = (name.hashCode() ^ (name.hashCode() >>> 16)) & (POOL - 1);
    if (!name.equals(pool[slot])) {
      pool[slot] = name;
    }
    return pool[slot];
  }

  @Override
  public ArrayData getValue(NeighbourSums sums) {
    return new NeighbourArray(sums.lend());
  }
}
