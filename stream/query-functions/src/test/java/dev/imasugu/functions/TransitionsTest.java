package dev.imasugu.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.imasugu.testing.Randomized;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.Test;

class TransitionsTest {
  private record Pair(String item, String neighbour) {}

  @Test
  @Randomized
  void eval_aHistory_addsUpToTheModelsMatrix(RandomGenerator random) {
    var history = new ArrayList<String>();
    for (int i = 0; i < 200; i++) {
      history.add("i" + random.nextInt(12));
    }
    Map<Pair, Double> expected = new HashMap<>();
    for (int b = 0; b < history.size(); b++) {
      for (int a = Math.max(0, b - Transitions.REACH); a < b; a++) {
        if (!history.get(a).equals(history.get(b))) {
          double weight = 1.0 / (b - a);
          expected.merge(new Pair(history.get(a), history.get(b)), weight, Double::sum);
          expected.merge(new Pair(history.get(b), history.get(a)), weight / 2, Double::sum);
        }
      }
    }
    Map<Pair, Double> emitted = new HashMap<>();
    for (RowData row : run(history)) {
      var pair = new Pair(row.getString(0).toString(), row.getString(1).toString());
      emitted.merge(pair, row.getDouble(2), Double::sum);
    }
    assertThat(emitted.keySet()).isEqualTo(expected.keySet());
    emitted.forEach(
        (pair, weight) ->
            assertThat(weight).as("%s", pair).isCloseTo(expected.get(pair), within(1e-9)));
  }

  @Test
  void eval_noItem_isSkipped() {
    var history = new ArrayList<String>();
    history.add("a");
    history.add(null);
    history.add("b");
    assertThat(run(history)).extracting(row -> row.getDouble(2)).containsExactly(1.0, 0.5);
  }

  @Test
  void read_usersOfOneShard_areApart() {
    var recent = new RecentItems();
    recent.write("anna", new String[] {"a", "b"});
    recent.write("ann", new String[] {"c"});
    recent.write("日本", new String[] {"\u00e9", "d"});
    recent.write("anna", new String[] {"b", "e"});

    assertThat(recent.read("anna")).containsExactly("b", "e");
    assertThat(recent.read("ann")).containsExactly("c");
    assertThat(recent.read("日本")).containsExactly("\u00e9", "d");
    assertThat(recent.read("an")).isEmpty();
  }

  @Test
  void write_moreUsersThanAShardHolds_forgetsWhoWasThereLongestAgo() {
    var recent = new RecentItems();
    for (int i = 0; i < Transitions.USERS; i++) {
      recent.write("u" + i, new String[] {"a"});
    }
    recent.write("u0", new String[] {"a", "b"});
    recent.write("new", new String[] {"c"});

    assertThat(recent.read("u0")).containsExactly("a", "b");
    assertThat(recent.read("u1")).isEmpty();
    assertThat(recent.read("u2")).containsExactly("a");
    assertThat(recent.read("new")).containsExactly("c");
  }

  private static List<RowData> run(List<String> history) {
    var emitted = new ArrayList<RowData>();
    var function = new Transitions();
    function.setCollector(
        new Collector<>() {
          @Override
          public void collect(RowData row) {
            emitted.add(row);
          }

          @Override
          public void close() {}
        });
    var recent = new RecentItems();
    for (String item : history) {
      function.eval(
          recent,
          GenericRowData.of(
              StringData.fromString("shard"),
              StringData.fromString("u"),
              item == null ? null : StringData.fromString(item),
              TimestampData.fromEpochMillis(1)));
    }
    return emitted;
  }
}
