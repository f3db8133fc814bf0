package dev.imasugu.functions;

import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.functions.AggregateFunction;
import org.jspecify.annotations.Nullable;

/**
 * SQL's {@code TOP_N(item, score, n)}: the n items with the greatest scores, each by its greatest,
 * best first, ties by name. n is a constant from 1 to 1000; rows with a NULL or NaN are ignored.
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
public final class TopN extends AggregateFunction<ArrayData, BestScores> {
  private static final long serialVersionUID = 1L;

  @Override
  public BestScores createAccumulator() {
    return new BestScores();
  }

  /** Called by Flink for each row. */
  public void accumulate(
      BestScores best, @Nullable String item, @Nullable Double score, @Nullable Integer n) {
    if (item != null && score != null && !score.isNaN() && n != null) {
      best.offer(item, score, n);
    }
  }

  @Override
  public ArrayData getValue(BestScores best) {
    return best.array();
  }
}
