package dev.imasugu.functions;

import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.ArgumentTrait;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.annotation.StateHint;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.functions.ProcessTableFunction;
import org.jspecify.annotations.Nullable;

/**
 * SQL's {@code NEXT_NEW(event => TABLE t PARTITION BY user_id, uid => '...')}: what people who had
 * one item came to later, as pairs (item, neighbour, weight, occurred_at), beside user_id.
 *
 * <p>{@code t} has exactly the columns user_id, item_id, occurred_at. The first row of an item that
 * its user did not have, b at t, gives (a, b, 1, t) for every item a that they had before t. What
 * happens at one time, such as the lines of an invoice, is not paired with itself: it has no order.
 * Rows without an item are skipped.
 *
 * <p>State: the user's {@value #REACH} items of the newest rows; an item that fell out is new
 * again.
 */
@FunctionHint(
    output =
        @DataTypeHint(
            value =
                "ROW<item STRING, neighbour STRING, weight DOUBLE, occurred_at TIMESTAMP_LTZ(3)>",
            bridgedTo = RowData.class))
public final class NextNew extends ProcessTableFunction<RowData> {
  private static final long serialVersionUID = 1L;

  /** How many items of a user are remembered. */
  public static final int REACH = 200;

  /** A user's items, the newest last, and the time of the first row of each. Flink fills them. */
  public static final class Had {
    public String @Nullable [] items;
    public long @Nullable [] millis;

    public Had() {}
  }

  /** Called by Flink for each row of the table. */
  public void eval(
      @StateHint Had had,
      @ArgumentHint(
              value = ArgumentTrait.SET_SEMANTIC_TABLE,
              type =
                  @DataTypeHint(
                      value = "ROW<user_id STRING, item_id STRING, occurred_at TIMESTAMP_LTZ(3)>",
                      bridgedTo = RowData.class))
          RowData event) {
    if (event.isNullAt(1) || event.isNullAt(2)) {
      return;
    }
    String item = event.getString(1).toString();
    long at = event.getTimestamp(2, 3).getMillisecond();
    String[] items = had.items == null ? new String[0] : had.items;
    long[] millis = had.millis == null ? new long[0] : had.millis;
    int known = 0;
    while (known < items.length && !items[known].equals(item)) {
      known++;
    }
    long first = at;
    if (known < items.length) {
      first = millis[known];
    } else {
      for (int i = 0; i < items.length; i++) {
        if (millis[i] < at) {
          emit(items[i], item, event.getTimestamp(2, 3));
        }
      }
      known = items.length < REACH ? items.length : 0; // the oldest goes
    }
    int size = Math.max(items.length, known + 1);
    var keptItems = new String[size];
    var keptMillis = new long[size];
    int place = 0;
    for (int i = 0; i < items.length; i++) {
      if (i != known) {
        keptItems[place] = items[i];
        keptMillis[place++] = millis[i];
      }
    }
    keptItems[place] = item;
    keptMillis[place] = first;
    had.items = keptItems;
    had.millis = keptMillis;
  }

  private void emit(String item, String neighbour, TimestampData occurredAt) {
    collect(
        GenericRowData.of(
            StringData.fromString(item), StringData.fromString(neighbour), 1.0, occurredAt));
  }
}
