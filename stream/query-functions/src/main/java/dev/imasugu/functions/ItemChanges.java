package dev.imasugu.functions;

import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.ArgumentTrait;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.annotation.StateHint;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.ProcessTableFunction;
import org.jspecify.annotations.Nullable;

/**
 * SQL's {@code ITEM_CHANGES(item => TABLE i PARTITION BY item_id, uid => '...')}: every version of
 * an item beside the one before it, as (price, previous_price, available, previous_available,
 * changed_at), beside item_id.
 *
 * <p>{@code i} has exactly the columns item_id, price, available, changed_at. What was before the
 * first version is NULL. A price of NULL is passed over: previous_price is the last that was known.
 *
 * <p>State: price and availability of each item.
 */
@FunctionHint(
    output =
        @DataTypeHint(
            value =
                "ROW<price DOUBLE, previous_price DOUBLE, available BOOLEAN, previous_available"
                    + " BOOLEAN, changed_at TIMESTAMP_LTZ(3)>",
            bridgedTo = RowData.class))
public final class ItemChanges extends ProcessTableFunction<RowData> {
  private static final long serialVersionUID = 1L;

  /** The version before. Flink fills the fields. */
  public static final class Version {
    public @Nullable Double price;
    public @Nullable Boolean available;

    public Version() {}
  }

  /** Called by Flink for each row of the table. */
  public void eval(
      @StateHint Version before,
      @ArgumentHint(
              value = ArgumentTrait.SET_SEMANTIC_TABLE,
              type =
                  @DataTypeHint(
                      value =
                          "ROW<item_id STRING, price DOUBLE, available BOOLEAN, changed_at"
                              + " TIMESTAMP_LTZ(3)>",
                      bridgedTo = RowData.class))
          RowData item) {
    Double price = item.isNullAt(1) ? null : item.getDouble(1);
    Boolean available = item.isNullAt(2) ? null : item.getBoolean(2);
    collect(
        GenericRowData.of(
            price,
            before.price,
            available,
            before.available,
            item.isNullAt(3) ? null : item.getTimestamp(3, 3)));
    if (price != null) {
      before.price = price;
    }
    before.available = available;
  }
}
