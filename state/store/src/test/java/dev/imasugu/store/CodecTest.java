package dev.imasugu.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imasugu.domain.AsOf;
import dev.imasugu.domain.ItemId;
import dev.imasugu.domain.Recommendation;
import dev.imasugu.domain.RecommendedItem;
import dev.imasugu.testing.Randomized;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class CodecTest {
  @Randomized
  @RepeatedTest(50)
  void rows_roundTrip(RandomGenerator random) {
    var rows = new ArrayList<Row>();
    for (int i = random.nextInt(5); i > 0; i--) {
      rows.add(Tables.everything(random, Tables.text(random), Tables.text(random)));
    }
    var codec = new RowCodec(Tables.EVERYTHING);
    assertThat(codec.decode(codec.encode(rows), "")).isEqualTo(rows);
  }

  @Test
  void profileRows_takeTheirUserFromTheKey() {
    Row row = Row.of("e", "someone", Tables.at(1), null);
    var codec = new RowCodec(Tables.LAST_SEEN);
    assertThat(codec.decode(codec.encode(List.of(row)), "someone")).containsExactly(row);
  }

  @Test
  void instants_areCutToTheMillisecond() {
    Row row = Row.of("e", "u", Instant.parse("2026-01-01T00:00:00.123456789Z"), "p");
    var codec = new RowCodec(Tables.LAST_SEEN);
    assertThat(codec.decode(codec.encode(List.of(row)), "u").get(0).instant(2))
        .isEqualTo(Instant.parse("2026-01-01T00:00:00.123Z"));
  }

  @Randomized
  @RepeatedTest(50)
  void profileRows_joinedUnread_areTheRows(RandomGenerator random) {
    // the columns of the order come last, behind one of every type
    var columns = new ArrayList<>(Tables.EVERYTHING.columns());
    columns.add(new Column("event_id", ColumnType.TEXT));
    columns.add(new Column("user_id", ColumnType.TEXT));
    columns.add(new Column("occurred_at", ColumnType.INSTANT));
    var kind = new TableKind.Recent(50, "note");
    var table = new FeatureTable("wide", "1", kind, columns, List.of("user_id"));
    var rows = new ArrayList<Row>();
    for (int i = 0; i < 5; i++) {
      Row row = Tables.everything(random, Tables.text(random), "b");
      var values = new ArrayList<@Nullable Object>(row.values());
      values.set(8, "note " + i);
      values.addAll(List.of("e", "someone", Tables.at(-i)));
      rows.add(Row.of(values.toArray()));
    }
    var rules = new ProfileRows(table);
    byte[] some = rules.merge(null, rows.subList(0, 3).stream().map(rules::encode).toList());
    byte[] all = rules.merge(some, rows.stream().map(rules::encode).toList());
    assertThat(new RowCodec(table).decode(all, "someone")).isEqualTo(rows);
  }

  @Randomized
  @RepeatedTest(50)
  void lists_roundTrip(RandomGenerator random) {
    var positions = new HashMap<Integer, Long>();
    var items = new ArrayList<RecommendedItem>();
    var missing = new ArrayList<String>();
    for (int i = random.nextInt(6); i > 0; i--) {
      positions.put(random.nextInt(64), random.nextLong() >>> 1 >>> random.nextInt(60));
      var item = new ItemId("i" + Tables.text(random));
      items.add(new RecommendedItem(item, random.nextDouble(), "s" + random.nextInt(3)));
      missing.add(Tables.text(random));
    }
    var list =
        new Recommendation(
            "home",
            "u",
            random.nextLong(),
            new AsOf(positions),
            random.nextLong(),
            Instant.ofEpochMilli(random.nextLong(1L << 45)),
            items,
            missing);
    byte[] bytes = RecommendationCodec.encode(list);
    assertThat(RecommendationCodec.decode("home", "u", bytes)).isEqualTo(list);
    assertThat(RecommendationCodec.decodeHead("home", "u", bytes))
        .returns(list.generation(), Recommendation::generation)
        .returns(list.revision(), Recommendation::revision)
        .returns(list.asOf(), Recommendation::asOf);
  }

  @Randomized
  @RepeatedTest(50)
  void numbers_roundTrip(RandomGenerator random) {
    long value = random.nextLong() >> random.nextInt(64);
    double real = random.nextGaussian();
    byte[] bytes =
        new ByteWriter(1).count(value).signed(value).fixed(value).fixed(real).text("ı").toBytes();
    var in = new ByteReader(bytes);
    assertThat(in.count()).isEqualTo(value);
    assertThat(in.signed()).isEqualTo(value);
    assertThat(in.fixed()).isEqualTo(value);
    assertThat(in.fixedDouble()).isEqualTo(real);
    assertThat(in.text()).isEqualTo("ı");
    assertThat(in.atEnd()).isTrue();
  }
}
