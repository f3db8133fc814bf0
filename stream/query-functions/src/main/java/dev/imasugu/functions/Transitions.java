package dev.imasugu.functions;

import java.util.Arrays;
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

/**
 * SQL's {@code TRANSITIONS(event => TABLE t PARTITION BY shard, uid => '...')}: which items follow
 * which, as weighted pairs (item, neighbour, weight, occurred_at), beside shard.
 *
 * <p>{@code t} has exactly the columns shard, user_id, item_id, occurred_at. The shard is a text
 * that is always the same for a user, and of which there are tens of thousands. For a new item
 * {@code b} and each of the user's last {@value #REACH} items {@code a} other than {@code b}, at
 * distance {@code d} (1 is the item just before), it emits (a, b, 1/d) and (b, a, 1/(2d)): added
 * up, S = T + T'/2 with T[a][b] the sum of 1 / (position of b - position of a). Items count in the
 * order in which they arrive. Rows without a user or an item are skipped.
 *
 * <p>State: {@value #REACH} item ids for each of the {@value #USERS} users of a shard who came
 * last, kept for {@code table.exec.state.ttl} after the shard's last event.
 */
@FunctionHint(
    output =
        @DataTypeHint(
            value =
                "ROW<item STRING, neighbour STRING, weight DOUBLE, occurred_at TIMESTAMP_LTZ(3)>",
            bridgedTo = RowData.class))
public final class Transitions extends ProcessTableFunction<RowData> {
  private static final long serialVersionUID = 1L;

  /** How far back a pair may reach. */
  public static final int REACH = 10;

  /** How many users a shard remembers. */
  public static final int USERS = 64;

  /** Called by Flink for each row of the table. */
  public void eval(
      @StateHint RecentItems recent,
      @ArgumentHint(
              value = ArgumentTrait.SET_SEMANTIC_TABLE,
              type =
                  @DataTypeHint(
                      value =
                          "ROW<shard STRING, user_id STRING, item_id STRING, occurred_at TIMESTAMP_LTZ(3)>",
                      bridgedTo = RowData.class))
          RowData event) {
    if (event.isNullAt(1) || event.isNullAt(2) || event.isNullAt(3)) {
      return;
    }
    String user = event.getString(1).toString();
    String item = event.getString(2).toString();
    TimestampData occurredAt = event.getTimestamp(3, 3);
    String[] before = recent.read(user);
    StringData now = StringData.fromString(item); // one for all rows: it keeps its bytes once made
    for (int distance = 1; distance <= before.length; distance++) {
      String earlier = before[before.length - distance];
      if (!earlier.equals(item)) {
        StringData then = StringData.fromString(earlier);
        collect(GenericRowData.of(then, now, 1.0 / distance, occurredAt));
        collect(GenericRowData.of(now, then, 0.5 / distance, occurredAt));
      }
    }
    int kept = Math.min(before.length, REACH - 1);
    String[] after = Arrays.copyOfRange(before, before.length - kept, before.length + 1);
    after[kept] = item;
    recent.write(user, after);
  }
}
