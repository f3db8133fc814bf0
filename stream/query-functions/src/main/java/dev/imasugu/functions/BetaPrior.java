package dev.imasugu.functions;

import java.math.BigDecimal;
import java.math.MathContext;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.AggregateFunction;
import org.jspecify.annotations.Nullable;

/**
 * SQL's {@code BETA_PRIOR(clicks, impressions)} over items: the Beta(alpha, beta) that their true
 * click rates come from, NULL before the first impression. {@link SmoothedCtr} uses it.
 *
 * <p>By the method of moments for the beta-binomial (Skellam 1948): {@code k / n} estimates the
 * mean of the rates and {@code k (k - 1) / (n (n - 1))} that of their squares, without bias for any
 * n. An item counts by its impressions, at most {@value #MOST} of them, so that no single one
 * decides. alpha + beta lies between {@value #WEAKEST} and {@value #STRONGEST}, the last when rates
 * differ no more than chance makes them. Both are rounded to two digits: whoever joins the prior to
 * every item is not asked to write all of them again at each click.
 *
 * <p>Rows may be taken back; sums are exact, so the result is that of the rows that are left,
 * whatever came in between.
 */
@FunctionHint(
    output = @DataTypeHint(value = "ROW<alpha DOUBLE, beta DOUBLE>", bridgedTo = RowData.class))
public final class BetaPrior extends AggregateFunction<RowData, BetaPrior.State> {
  private static final long serialVersionUID = 1L;
  static final int MOST = 100;
  static final double WEAKEST = 1;
  static final double STRONGEST = 10_000;

  private static final int FRACTION_BITS = 50;
  private static final int HALF = 32;
  private static final long LOW = 0xFFFF_FFFFL;
  private static final MathContext TWO_DIGITS = new MathContext(2);

  /** Sums in units of 2^-50, each in two halves: weights, rates, squares' weights, squares. */
  public static final class State {
    public long weights;
    public long ratesHigh;
    public long ratesLow;
    public long squaresWeights;
    public long squaresHigh;
    public long squaresLow;

    public State() {}
  }

  @Override
  public State createAccumulator() {
    return new State();
  }

  /** Called by Flink for each row. */
  public void accumulate(State state, @Nullable Long clicks, @Nullable Long impressions) {
    add(state, clicks, impressions, 1);
  }

  /** Called by Flink for each row that is taken back. */
  public void retract(State state, @Nullable Long clicks, @Nullable Long impressions) {
    add(state, clicks, impressions, -1);
  }

  private static void add(
      State state, @Nullable Long clicks, @Nullable Long impressions, int sign) {
    if (clicks == null || impressions == null || impressions < 1) {
      return;
    }
    double n = impressions;
    double k = Math.max(0, Math.min(clicks, impressions));
    long weight = Math.min(MOST, impressions);
    state.weights += sign * weight;
    state.ratesLow += sign * fixed(weight * (k / n));
    state.ratesHigh += state.ratesLow >> HALF;
    state.ratesLow &= LOW;
    if (impressions > 1) {
      state.squaresWeights += sign * weight;
      state.squaresLow += sign * fixed(weight * (k / n) * ((k - 1) / (n - 1)));
      state.squaresHigh += state.squaresLow >> HALF;
      state.squaresLow &= LOW;
    }
  }

  private static long fixed(double value) {
    return Math.round(Math.scalb(value, FRACTION_BITS));
  }

  private static double sum(long high, long low) {
    return Math.scalb(high * 0x1p32 + low, -FRACTION_BITS);
  }

  @Override
  @SuppressWarnings("NullAway") // Flink's own contract: null is SQL's NULL
  public RowData getValue(State state) {
    if (state.weights == 0) {
      return null;
    }
    double mean = sum(state.ratesHigh, state.ratesLow) / state.weights;
    mean = Math.max(1e-6, Math.min(1 - 1e-6, mean));
    double squares =
        state.squaresWeights == 0
            ? mean // nothing is known of the spread: the weakest prior
            : sum(state.squaresHigh, state.squaresLow) / state.squaresWeights;
    double variance = squares - mean * mean;
    double strength =
        variance <= 0 ? STRONGEST : Math.min(STRONGEST, mean * (1 - mean) / variance - 1);
    strength = Math.max(WEAKEST, strength);
    return GenericRowData.of(rounded(mean * strength), rounded((1 - mean) * strength));
  }

  private static double rounded(double value) {
    return new BigDecimal(value).round(TWO_DIGITS).doubleValue();
  }
}
