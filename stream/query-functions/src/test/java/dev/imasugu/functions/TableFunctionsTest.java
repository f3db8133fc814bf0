package dev.imasugu.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imasugu.functions.Rows.Time;
import dev.imasugu.testing.Randomized;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.apache.flink.table.data.RowData;
import org.junit.jupiter.api.Test;

class TableFunctionsTest {
  private static final long MINUTE = 60_000;

  private record Bought(String item, long millis) {}

  @Test
  @Randomized
  void pairsWithin_anyOrder_areThoseOfTheSet(RandomGenerator random) {
    var bought = new ArrayList<Bought>();
    for (int i = 0; i < PairsWithin.REACH; i++) {
      bought.add(new Bought("i" + random.nextInt(15), random.nextLong(2000) * MINUTE));
    }
    var expected = new TreeMap<String, Integer>();
    for (Bought a : bought) {
      for (Bought b : bought) {
        if (!a.item.equals(b.item) && Math.abs(a.millis - b.millis) <= 60 * MINUTE) {
          String pair = a.item + " " + b.item + " " + Math.max(a.millis, b.millis);
          expected.merge(pair, 1, Integer::sum);
        }
      }
    }
    for (int round = 0; round < 3; round++) {
      Collections.shuffle(bought, new Random(random.nextLong()));
      assertThat(pairs(bought)).isEqualTo(expected);
    }
  }

  private static Map<String, Integer> pairs(List<Bought> bought) {
    var function = new PairsWithin();
    List<RowData> emitted = Rows.emittedBy(function);
    var seen = new PairsWithin.Seen();
    for (Bought one : bought) {
      function.eval(seen, Rows.of("u", one.item, new Time(one.millis)), 60 * MINUTE);
    }
    var pairs = new TreeMap<String, Integer>();
    for (RowData row : emitted) {
      String pair =
          row.getString(0) + " " + row.getString(1) + " " + row.getTimestamp(3, 3).getMillisecond();
      pairs.merge(pair, 1, Integer::sum);
    }
    return pairs;
  }

  @Test
  void pairsWithin_pastTheBound_keepsTheNewest() {
    var function = new PairsWithin();
    List<RowData> emitted = Rows.emittedBy(function);
    var seen = new PairsWithin.Seen();
    for (int i = 1; i <= PairsWithin.REACH + 20; i++) {
      function.eval(seen, Rows.of("u", "same", new Time(i * MINUTE)), MINUTE);
    }
    assertThat(seen.items).hasSize(PairsWithin.REACH);
    function.eval(seen, Rows.of("u", "old", new Time(2 * MINUTE)), MINUTE);
    assertThat(emitted).as("what it would pair with is forgotten").isEmpty();
    function.eval(seen, Rows.of("u", "new", new Time(120 * MINUTE)), MINUTE);
    assertThat(emitted).hasSize(4);
  }

  private static List<String> nextNew(NextNew.Had had, Bought... rows) {
    var function = new NextNew();
    List<RowData> emitted = Rows.emittedBy(function);
    for (Bought row : rows) {
      function.eval(had, Rows.of("u", row.item, new Time(row.millis)));
    }
    return emitted.stream()
        .map(
            row ->
                row.getString(0)
                    + row.getString(1).toString()
                    + row.getTimestamp(3, 3).getMillisecond())
        .toList();
  }

  @Test
  void nextNew_pairsWhatIsNewWithWhatTheyHadBefore() {
    var had = new NextNew.Had();
    assertThat(nextNew(had, new Bought("a", 1), new Bought("b", 1)))
        .as("one invoice has no order")
        .isEmpty();
    assertThat(nextNew(had, new Bought("b", 5), new Bought("c", 5), new Bought("d", 5)))
        .containsExactlyInAnyOrder("ac5", "bc5", "ad5", "bd5");
    assertThat(nextNew(had, new Bought("e", 0))).as("late: it came before all of them").isEmpty();
  }

  @Test
  void nextNew_pastTheBound_forgetsWhatWasTouchedLongestAgo() {
    var had = new NextNew.Had();
    for (int i = 0; i < NextNew.REACH; i++) {
      nextNew(had, new Bought("i" + i, i));
    }
    nextNew(had, new Bought("i0", 1_000)); // touched again, so it stays
    assertThat(nextNew(had, new Bought("x", 2_000))).hasSize(NextNew.REACH);
    assertThat(had.items).hasSize(NextNew.REACH).contains("i0", "x").doesNotContain("i1");
  }

  private static List<String> sessions(long... minutes) {
    var function = new Sessionize();
    List<RowData> emitted = Rows.emittedBy(function);
    var state = new Sessionize.Sessions();
    for (long minute : minutes) {
      function.eval(state, Rows.of("u", "i", "view", new Time(minute * MINUTE)), 30 * MINUTE);
    }
    return emitted.stream()
        .map(row -> row.getTimestamp(3, 3).getMillisecond() / MINUTE + "#" + row.getLong(4))
        .toList();
  }

  @Test
  void sessionize_gap_endsASession() {
    assertThat(sessions(0, 30, 61, 62)).containsExactly("0#1", "0#2", "61#1", "61#2");
  }

  @Test
  void sessionize_lateEvents_joinExtendAndBridge() {
    assertThat(sessions(100, 90)).as("extends backwards").containsExactly("100#1", "90#2");
    assertThat(sessions(0, 50, 25, 26))
        .as("bridges two")
        .containsExactly("0#1", "50#1", "0#3", "0#4");
    assertThat(sessions(200, 10, 20)).as("its own").containsExactly("200#1", "10#1", "10#2");
  }

  @Test
  void sessionize_manySessions_remembersTheNewest() {
    long[] minutes = new long[Sessionize.KEPT + 3];
    for (int i = 0; i <= Sessionize.KEPT + 1; i++) {
      minutes[i] = i * 100L;
    }
    minutes[Sessionize.KEPT + 2] = 1; // of the first, which is forgotten
    assertThat(sessions(minutes).getLast()).isEqualTo("1#1");
  }

  @Test
  void withItem_eventBeforeItsItem_waits() {
    var function = new WithItem();
    List<RowData> emitted = Rows.emittedBy(function);
    var state = new WithItem.Known();
    for (int i = 0; i < WithItem.WAITING + 5; i++) {
      function.eval(state, Rows.of("dress", "u" + i, 1.0, new Time(i)), null);
    }
    assertThat(emitted).isEmpty();
    function.eval(state, null, Rows.of("dress", "dresses", 10.0));
    assertThat(emitted).hasSize(WithItem.WAITING);
    assertThat(emitted.getFirst().getString(0)).hasToString("u5");
    function.eval(state, Rows.of("dress", "ken", 2.0, new Time(99)), null);
    RowData last = emitted.getLast();
    assertThat(last.getString(0)).hasToString("ken");
    assertThat(last.getString(3)).hasToString("dresses");
    assertThat(last.getDouble(4)).isEqualTo(10.0);
    assertThat(state.users).isNull();
  }

  @Test
  void itemChanges_aVersion_standsBesideTheOneBefore() {
    var function = new ItemChanges();
    List<RowData> emitted = Rows.emittedBy(function);
    var state = new ItemChanges.Version();
    function.eval(state, Rows.of("dress", 10.0, true, new Time(1)));
    function.eval(state, Rows.of("dress", null, true, new Time(2)));
    function.eval(state, Rows.of("dress", 8.0, false, new Time(3)));
    assertThat(emitted.get(0).isNullAt(1)).isTrue();
    RowData last = emitted.getLast();
    assertThat(last.getDouble(0)).isEqualTo(8.0);
    assertThat(last.getDouble(1)).as("a price of NULL is passed over").isEqualTo(10.0);
    assertThat(last.getBoolean(3)).isTrue();
  }
}
