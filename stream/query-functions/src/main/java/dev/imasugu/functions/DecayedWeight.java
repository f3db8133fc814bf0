package dev.imasugu.functions;

import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.functions.AggregateFunction;
import org.jspecify.annotations.Nullable;

/**
 * SQL's {@code DECAYED_WEIGHT(weight, occurred_at, half_life)}: the sum of weights, each halving
 * with every half-life that passed since it occurred.
 *
 * <p>The result is {@linkplain DecayedSum#log2() log2 of the weight at the epoch}, NULL before the
 * first positive weight: comparable between rows at any time, whenever each was written. The weight
 * at time {@code now} is {@code POWER(2, result - now / half_life)}. Rows with a NULL, and weights
 * that are not positive and finite, are ignored. The half-life must be the same in every row.
 */
@FunctionHint(
    accumulator =
        @DataTypeHint(
            value = "RAW",
            bridgedTo = DecayedSum.class,
            rawSerializer = DecayedSumSerializer.class),
    output = @DataTypeHint("DOUBLE"))
public final class DecayedWeight extends AggregateFunction<Double, DecayedSum> {
  private static final long serialVersionUID = 1L;

  @Override
  public DecayedSum createAccumulator() {
    return new DecayedSum();
  }

  /** Called by Flink for each row. */
  public void accumulate(
      DecayedSum sum,
      @Nullable Double weight,
      @DataTypeHint(value = "TIMESTAMP_LTZ(3)", bridgedTo = TimestampData.class)
          @Nullable TimestampData occurredAt,
      @DataTypeHint(value = "INTERVAL DAY TO SECOND(3)", bridgedTo = Long.class)
          @Nullable Long halfLife) {
    if (weight != null && occurredAt != null && halfLife != null) {
      sum.add(weight, occurredAt.getMillisecond(), halfLife);
    }
  }

  /** Called by Flink to join partial sums. */
  public void merge(DecayedSum sum, Iterable<DecayedSum> others) {
    others.forEach(sum::add);
  }

  @Override
  @SuppressWarnings("NullAway") // Flink's own contract: null is SQL's NULL
  public Double getValue(DecayedSum sum) {
    return sum.isEmpty() ? null : sum.log2();
  }
}
