package dev.imasugu.functions;

import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.functions.AggregateFunction;
import org.jspecify.annotations.Nullable;

/**
 * SQL's {@code DECAYED_SUM(weight, occurred_at, half_life)}: the sum of weights as it was at the
 * newest event of the group, each weight halved for every half-life that lay between it and that
 * event. NULL before the first positive weight.
 *
 * <p>A plain number to look at and to compute with: 3.5 is three events just now and an old one.
 * Groups whose newest events differ are compared by {@link DecayedWeight}, which needs no clock.
 * Ignores what that ignores.
 */
@FunctionHint(output = @DataTypeHint("DOUBLE"))
public final class DecayedSumAggregate
    extends AggregateFunction<Double, DecayedSumAggregate.State> {
  private static final long serialVersionUID = 1L;

  /** A {@link DecayedSum}, its half-life and the time of its newest event. */
  public static final class State {
    public double mantissa;
    public long exponent;
    public long newestMillis = Long.MIN_VALUE;
    public long halfLifeMillis;

    public State() {}

    private void add(DecayedSum added, long millis, long halfLife) {
      if (added.isEmpty()) {
        return;
      }
      var sum = new DecayedSum(mantissa, exponent);
      sum.add(added);
      mantissa = sum.mantissa();
      exponent = sum.exponent();
      newestMillis = Math.max(newestMillis, millis);
      halfLifeMillis = halfLife;
    }
  }

  @Override
  public State createAccumulator() {
    return new State();
  }

  /** Called by Flink for each row. */
  public void accumulate(
      State state,
      @Nullable Double weight,
      @DataTypeHint(value = "TIMESTAMP_LTZ(3)", bridgedTo = TimestampData.class)
          @Nullable TimestampData occurredAt,
      @DataTypeHint(value = "INTERVAL DAY TO SECOND(3)", bridgedTo = Long.class)
          @Nullable Long halfLife) {
    if (weight != null && occurredAt != null && halfLife != null) {
      var added = new DecayedSum();
      added.add(weight, occurredAt.getMillisecond(), halfLife);
      state.add(added, occurredAt.getMillisecond(), halfLife);
    }
  }

  /** Called by Flink to join partial sums. */
  public void merge(State state, Iterable<State> others) {
    for (State other : others) {
      state.add(
          new DecayedSum(other.mantissa, other.exponent), other.newestMillis, other.halfLifeMillis);
    }
  }

  @Override
  @SuppressWarnings("NullAway") // Flink's own contract: null is SQL's NULL
  public Double getValue(State state) {
    if (state.mantissa == 0) {
      return null;
    }
    long whole = Math.floorDiv(state.newestMillis, state.halfLifeMillis);
    double rest =
        (double) Math.floorMod(state.newestMillis, state.halfLifeMillis) / state.halfLifeMillis;
    return state.mantissa * Math.pow(2, state.exponent - whole - rest);
  }
}
