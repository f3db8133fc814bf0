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
 * SQL's {@code PAIRS_WITHIN(event => TABLE t PARTITION BY user_id, apart => INTERVAL '1' HOUR, uid
 * => '...')}: which items one user met within some time of each other, as pairs (item, neighbour,
 * weight, occurred_at), beside user_id.
 *
 * <p>{@code t} has exactly the columns user_id, item_id, occurred_at. Two rows of different items
 * that are at most {@code apart} from each other give (a, b, 1, t) and (b, a, 1, t), t the later of
 * their times. Which row came first does not matter, so the pairs are those of the set of rows.
 * Rows without an item are skipped.
 *
 * <p>State: the user's {@value #REACH} newest rows; an older row is paired with those and not kept.
 */
@FunctionHint(
    output =
        @DataTypeHint(
            value =
                "ROW<item STRING, neighbour STRING, weight DOUBLE, occurred_at TIMESTAMP_LTZ(3)>",
            bridgedTo = RowData.class))
public final class PairsWithin extends ProcessTableFunction<RowData> {
  private static final long serialVersionUID = 1L;

  /** How many rows of a user a new one is paired with. */
  public static final int REACH = 100;

  /** A user's rows, oldest first. Flink fills the fields. */
  public static final class Seen {
    public String @Nullable [] items;
    public long @Nullable [] millis;

    public Seen() {}
  }

  /** Called by Flink for each row of the table. */
  public void eval(
      @StateHint Seen seen,
      @ArgumentHint(
              value = ArgumentTrait.SET_SEMANTIC_TABLE,
              type =
                  @DataTypeHint(
                      value = "ROW<user_id STRING, item_id STRING, occurred_at TIMESTAMP_LTZ(3)>",
                      bridgedTo = RowData.class))
          RowData event,
      @ArgumentHint(
              type = @DataTypeHint(value = "INTERVAL DAY TO SECOND(3)", bridgedTo = Long.class))
          Long apart) {
    if (event.isNullAt(1) || event.isNullAt(2)) {
      return;
    }
    String item = event.getString(1).toString();
    long at = event.getTimestamp(2, 3).getMillisecond();
    String[] items = seen.items == null ? new String[0] : seen.items;
    long[] millis = seen.millis == null ? new long[0] : seen.millis;
    int place = 0;
    for (int i = 0; i < items.length; i++) {
      if (!items[i].equals(item) && Math.abs(millis[i] - at) <= apart) {
        var later = TimestampData.fromEpochMillis(Math.max(millis[i], at));
        emit(items[i], item, later);
        emit(item, items[i], later);
      }
      if (millis[i] <= at) {
        place = i + 1;
      }
    }
    int drop = items.length < REACH ? 0 : 1;
    if (place < drop) {
      return;
    }
    var keptItems = new String[items.length + 1 - drop];
    var keptMillis = new long[keptItems.length];
    int at0 = place - drop;
    System.arraycopy(items, drop, keptItems, 0, at0);
    System.arraycopy(millis, drop, keptMillis, 0, at0);
    keptItems[at0] = item;
    keptMillis[at0] = at;
    System.arraycopy(items, place, keptItems, at0 + 1, items.length - place);
    System.arraycopy(millis, place, keptMillis, at0 + 1, items.length - place);
    seen.items = keptItems;
    seen.millis = keptMillis;
  }

  private void emit(String item, String neighbour, TimestampData occurredAt) {
    collect(
        GenericRowData.of(
            StringData.fromString(item), StringData.fromString(neighbour), 1.0, occurredAt));
  }
}
