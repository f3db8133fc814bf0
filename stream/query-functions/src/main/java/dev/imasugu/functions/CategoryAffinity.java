package dev.imasugu.functions;

import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.functions.AggregateFunction;
import org.jspecify.annotations.Nullable;

/**
 * SQL's {@code CATEGORY_AFFINITY(category, weight, occurred_at, half_life)}: how somebody's
 * interest is shared among categories, the at most {@value #SHOWN} greatest shares, best first,
 * ties by name.
 *
 * <p>A share is the category's decayed weight over that of all categories: between 0 and 1, adding
 * up to 1 when all are shown. All weights fade alike, so shares change with events only, never with
 * time. Ignores what {@link DecayedWeight} ignores. At most 400 categories are remembered, see
 * {@link Neighbours}.
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
public final class CategoryAffinity extends AggregateFunction<ArrayData, NeighbourSums> {
  private static final long serialVersionUID = 1L;
  static final int SHOWN = 20;

  @Override
  public NeighbourSums createAccumulator() {
    return new NeighbourSums();
  }

  /** Called by Flink for each row. */
  public void accumulate(
      NeighbourSums sums,
      @Nullable String category,
      @Nullable Double weight,
      @DataTypeHint(value = "TIMESTAMP_LTZ(3)", bridgedTo = TimestampData.class)
          @Nullable TimestampData occurredAt,
      @DataTypeHint(value = "INTERVAL DAY TO SECOND(3)", bridgedTo = Long.class)
          @Nullable Long halfLife) {
    if (category != null && weight != null && occurredAt != null && halfLife != null) {
      var added = new DecayedSum();
      added.add(weight, occurredAt.getMillisecond(), halfLife);
      sums.add(category, added);
    }
  }

  @Override
  public ArrayData getValue(NeighbourSums sums) {
    Neighbours categories = sums.neighbours();
    int size = categories.size();
    var relative = new double[size];
    double total = 0;
    for (int i = size - 1; i >= 0; i--) { // the smallest first: they are not lost in the sum
      relative[i] =
          categories.mantissa(i)
              / categories.mantissa(0)
              * Math.pow(2, (double) (categories.exponent(i) - categories.exponent(0)));
      total += relative[i];
    }
    var rows = new Object[Math.min(size, SHOWN)];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = GenericRowData.of(StringData.fromString(categories.name(i)), relative[i] / total);
    }
    return new GenericArrayData(rows);
  }
}
