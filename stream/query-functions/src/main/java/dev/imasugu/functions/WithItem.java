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
import org.jspecify.annotations.Nullable;

/**
 * SQL's {@code WITH_ITEM(event => TABLE e PARTITION BY item_id, item => TABLE i PARTITION BY
 * item_id, uid => '...')}: events with what the catalogue says of their items, as (user_id, weight,
 * occurred_at, category, price), beside item_id.
 *
 * <p>{@code e} has exactly the columns item_id, user_id, weight, occurred_at; {@code i} exactly
 * item_id, category, price. An event takes the item as it is known when the event arrives, in the
 * order of the log. One that comes before its item waits for it: of each item the {@value #WAITING}
 * newest do.
 *
 * <p>State: category, price and waiting events of each item.
 */
@FunctionHint(
    output =
        @DataTypeHint(
            value =
                "ROW<user_id STRING, weight DOUBLE, occurred_at TIMESTAMP_LTZ(3), category STRING,"
                    + " price DOUBLE>",
            bridgedTo = RowData.class))
public final class WithItem extends ProcessTableFunction<RowData> {
  private static final long serialVersionUID = 1L;

  /** How many events of an unknown item wait for it. */
  public static final int WAITING = 100;

  /** What is known of one item. Flink fills the fields. */
  public static final class Known {
    public boolean known;
    public @Nullable String category;
    public @Nullable Double price;
    public String @Nullable [] users;
    public double @Nullable [] weights;
    public long @Nullable [] millis;

    public Known() {}
  }

  /** Called by Flink for each row of either table. */
  public void eval(
      @StateHint Known state,
      @ArgumentHint(
              value = ArgumentTrait.SET_SEMANTIC_TABLE,
              type =
                  @DataTypeHint(
                      value =
                          "ROW<item_id STRING, user_id STRING, weight DOUBLE, occurred_at"
                              + " TIMESTAMP_LTZ(3)>",
                      bridgedTo = RowData.class))
          @Nullable RowData event,
      @ArgumentHint(
              value = ArgumentTrait.SET_SEMANTIC_TABLE,
              type =
                  @DataTypeHint(
                      value = "ROW<item_id STRING, category STRING, price DOUBLE>",
                      bridgedTo = RowData.class))
          @Nullable RowData item) {
    if (item != null) {
      state.known = true;
      state.category = item.isNullAt(1) ? null : item.getString(1).toString();
      state.price = item.isNullAt(2) ? null : item.getDouble(2);
      release(state);
    }
    if (event == null || event.isNullAt(1) || event.isNullAt(2) || event.isNullAt(3)) {
      return;
    }
    String user = event.getString(1).toString();
    double weight = event.getDouble(2);
    long millis = event.getTimestamp(3, 3).getMillisecond();
    if (state.known) {
      emit(state, user, weight, millis);
    } else {
      await(state, user, weight, millis);
    }
  }

  private static void await(Known state, String user, double weight, long millis) {
    String[] users = state.users == null ? new String[0] : state.users;
    double[] weights = state.weights == null ? new double[0] : state.weights;
    long[] times = state.millis == null ? new long[0] : state.millis;
    int from = users.length < WAITING ? 0 : 1;
    int last = users.length - from;
    state.users = Arrays.copyOfRange(users, from, users.length + 1);
    state.users[last] = user;
    state.weights = Arrays.copyOfRange(weights, from, weights.length + 1);
    state.weights[last] = weight;
    state.millis = Arrays.copyOfRange(times, from, times.length + 1);
    state.millis[last] = millis;
  }

  private void release(Known state) {
    if (state.users == null || state.weights == null || state.millis == null) {
      return;
    }
    for (int i = 0; i < state.users.length; i++) {
      emit(state, state.users[i], state.weights[i], state.millis[i]);
    }
    state.users = null;
    state.weights = null;
    state.millis = null;
  }

  private void emit(Known state, String user, double weight, long millis) {
    collect(
        GenericRowData.of(
            StringData.fromString(user),
            weight,
            TimestampData.fromEpochMillis(millis),
            state.category == null ? null : StringData.fromString(state.category),
            state.price));
  }
}
