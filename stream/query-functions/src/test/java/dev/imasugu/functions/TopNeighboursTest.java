package dev.imasugu.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.imasugu.testing.Randomized;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.TimestampData;
import org.junit.jupiter.api.Test;

class TopNeighboursTest {
  private static final long HALF_LIFE = Duration.ofDays(30).toMillis();
  private static final long NOW = 1_772_366_400_000L;

  private record Entry(String name, double log2) {}

  @Test
  @Randomized
  void getValue_upToTheBound_equalsSumsInAMap(RandomGenerator random) {
    var function = new TopNeighbours();
    NeighbourSums sums = function.createAccumulator();
    Map<String, DecayedSum> expected = new HashMap<>();
    for (int i = 0; i < 5000; i++) {
      String name = "item-" + random.nextInt(Neighbours.GROWS_TO);
      double weight = 1.0 / (1 + random.nextInt(10));
      long millis = NOW - random.nextLong(HALF_LIFE * 12);
      function.accumulate(sums, name, weight, TimestampData.fromEpochMillis(millis), HALF_LIFE);
      expected.computeIfAbsent(name, n -> new DecayedSum()).add(weight, millis, HALF_LIFE);
    }
    List<Entry> best = entries(function.getValue(sums));
    assertThat(best).hasSize(Neighbours.KEPT);
    var sorted =
        expected.entrySet().stream()
            .map(entry -> new Entry(entry.getKey(), entry.getValue().log2()))
            .sorted(Comparator.comparingDouble(Entry::log2).reversed().thenComparing(Entry::name))
            .toList();
    assertThat(best).containsExactlyElementsOf(sorted.subList(0, Neighbours.KEPT));
  }

  @Test
  void getValue_ties_areOrderedByName() {
    var function = new TopNeighbours();
    NeighbourSums sums = function.createAccumulator();
    for (String name : List.of("c", "a", "b")) {
      function.accumulate(sums, name, 1.0, TimestampData.fromEpochMillis(NOW), HALF_LIFE);
    }
    assertThat(entries(function.getValue(sums)))
        .extracting(Entry::name)
        .containsExactly("a", "b", "c");
  }

  @Test
  void accumulate_pastTheBound_keepsTheBest() {
    var function = new TopNeighbours();
    NeighbourSums sums = function.createAccumulator();
    for (int i = 0; i <= Neighbours.GROWS_TO; i++) {
      var time = TimestampData.fromEpochMillis(NOW);
      function.accumulate(sums, "item-" + i, i + 1.0, time, HALF_LIFE);
    }
    assertThat(sums.neighbours().size()).isEqualTo(Neighbours.KEPT);
    assertThat(sums.neighbours().name(0)).isEqualTo("item-" + Neighbours.GROWS_TO);
    assertThat(sums.neighbours().name(Neighbours.KEPT - 1)).isEqualTo("item-201");
  }

  @Test
  void getValue_laterChange_leavesEarlierResultAlone() {
    var function = new TopNeighbours();
    NeighbourSums sums = function.createAccumulator();
    var time = TimestampData.fromEpochMillis(NOW);
    function.accumulate(sums, "a", 1.0, time, HALF_LIFE);
    ArrayData before = function.getValue(sums);
    function.accumulate(sums, "a", 1.0, time, HALF_LIFE);
    function.accumulate(sums, "b", 8.0, time, HALF_LIFE);
    function.accumulate(sums, "b", 8.0, time, HALF_LIFE);
    ArrayData after = function.getValue(sums);
    assertThat(entries(before)).extracting(Entry::name).containsExactly("a");
    assertThat(entries(after)).extracting(Entry::name).containsExactly("b", "a");
    assertThat(entries(after).get(1).log2() - entries(before).get(0).log2())
        .isCloseTo(1, within(1e-9));
  }

  @Test
  void serializer_copy_isIndependentOfItsOrigin() {
    var function = new TopNeighbours();
    NeighbourSums sums = function.createAccumulator();
    var time = TimestampData.fromEpochMillis(NOW);
    function.accumulate(sums, "a", 1.0, time, HALF_LIFE);
    NeighbourSums copy = new NeighbourSumsSerializer().copy(sums);
    function.accumulate(sums, "b", 1.0, time, HALF_LIFE);
    function.accumulate(copy, "c", 1.0, time, HALF_LIFE);
    assertThat(entries(function.getValue(sums))).extracting(Entry::name).containsExactly("a", "b");
    assertThat(entries(function.getValue(copy))).extracting(Entry::name).containsExactly("a", "c");
  }

  @Test
  void serializer_roundTrip_keepsOrderAndWeights() throws Exception {
    var function = new TopNeighbours();
    NeighbourSums sums = function.createAccumulator();
    for (int i = 0; i < 300; i++) {
      var time = TimestampData.fromEpochMillis(NOW - i * 1000L);
      function.accumulate(sums, "ürün-" + i, 1.0 + i % 7, time, HALF_LIFE);
    }
    var serializer = new NeighbourSumsSerializer();
    var out = new DataOutputSerializer(16);
    serializer.serialize(sums, out);
    NeighbourSums read = serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
    assertThat(entries(function.getValue(read))).isEqualTo(entries(function.getValue(sums)));
    assertThat(read.neighbours().size()).isEqualTo(300);
  }

  private static List<Entry> entries(ArrayData array) {
    var entries = new ArrayList<Entry>();
    for (int i = 0; i < array.size(); i++) {
      var row = array.getRow(i, 2);
      entries.add(new Entry(row.getString(0).toString(), row.getDouble(1)));
    }
    return entries;
  }
}
