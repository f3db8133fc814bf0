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
    assertThat(codec.normal(row)).isEqualTo(row);
  }

  @Test
  void instants_areCutToTheMillisecond() {
    Row row = Row.of("e", "u", Instant.parse("2026-01-01T00:00:00.123456789Z"), "p");
    assertThat(new RowCodec(Tables.LAST_SEEN).normal(row).instant(2))
        .isEqualTo(Instant.parse("2026-01-01T00:00:00.123Z"));
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
