package dev.imasugu.functions;

import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.ScalarFunction;
import org.jspecify.annotations.Nullable;

/**
 * SQL's {@code SMOOTHED_CTR(clicks, impressions, prior)}: the expected click rate of an item,
 * {@code (clicks + alpha) / (impressions + alpha + beta)}, prior as {@link BetaPrior} makes it. An
 * item nobody has seen has the mean of all; much seen, its own rate. NULL when one of the three is;
 * more clicks than impressions count as all of them.
 */
public final class SmoothedCtr extends ScalarFunction {
  private static final long serialVersionUID = 1L;

  /** Called by Flink for each row. */
  @SuppressWarnings("NullAway") // Flink's own contract: null is SQL's NULL
  public @DataTypeHint("DOUBLE") Double eval(
      @Nullable Long clicks,
      @Nullable Long impressions,
      @DataTypeHint(value = "ROW<alpha DOUBLE, beta DOUBLE>", bridgedTo = RowData.class)
          @Nullable RowData prior) {
    if (clicks == null || impressions == null || prior == null) {
      return null;
    }
    double alpha = prior.getDouble(0);
    double beta = prior.getDouble(1);
    return (Math.min(clicks, impressions) + alpha) / (impressions + alpha + beta);
  }
}
