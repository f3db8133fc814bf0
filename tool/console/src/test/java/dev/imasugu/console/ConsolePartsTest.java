package dev.imasugu.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.imasugu.domain.Item;
import dev.imasugu.domain.ItemId;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConsolePartsTest {
  @Test
  void sqlText_markup_isEscapedAndMarked() {
    assertThat(SqlText.of("a.sql", "SELECT '<b>' -- <i> & more\nFROM t").html())
        .isEqualTo(
            "<b>SELECT</b> <q>'&lt;b&gt;'</q> <i>-- &lt;i&gt; &amp; more</i>\n<b>FROM</b> t");
  }

  @Test
  void percentile_betweenTwoLooks_isOfWhatCameInBetween() {
    double ms = 1e6;
    List<CountAtBucket> before =
        List.of(new CountAtBucket(10 * ms, 50.0), new CountAtBucket(20 * ms, 50.0));
    List<CountAtBucket> after =
        List.of(new CountAtBucket(10 * ms, 60.0), new CountAtBucket(20 * ms, 70.0));
    assertThat(Figures.percentile(before, after, 0.5)).isEqualTo(10, within(1e-9));
    assertThat(Figures.percentile(before, after, 0.75)).isEqualTo(15, within(1e-9));
    assertThat(Figures.percentile(after, after, 0.5)).isNaN();
  }

  @Test
  void active_beyondItsBound_forgetsTheOldest() {
    var active = new Active();
    for (int user = 0; user < 1_000; user++) {
      active.saw("u" + user);
    }
    active.saw("u990");
    assertThat(active.newest(3)).containsExactly("u990", "u999", "u998");
    assertThat(active.newest(1_000)).hasSize(64);
  }

  @Test
  void language_unknown_isEnglish() {
    assertThat(Language.of("ja", "en")).isEqualTo(Language.JA);
    assertThat(Language.of(null, "ja-JP,en;q=0.5")).isEqualTo(Language.JA);
    assertThat(Language.of("<script>", "ja")).isEqualTo(Language.EN);
    assertThat(Language.of(null, null)).isEqualTo(Language.EN);
  }

  @Test
  void picture_hostileItem_holdsNothingOfItsText() {
    var item =
        new Item(
            new ItemId("<x>"),
            "<t>",
            "<c>",
            1.0,
            true,
            Map.of("colour", "<k>", "family", "<f>"),
            Instant.EPOCH,
            false);
    assertThat(Picture.svg("<x>", item)).doesNotContain("<x>", "<t>", "<c>", "<k>", "<f>");
  }

  @Test
  void card_japanese_hasItsJapaneseTitle() {
    var item =
        new Item(
            new ItemId("a"),
            "kettle",
            null,
            6_800.0,
            true,
            Map.of("titleJa", "ケトル"),
            Instant.EPOCH,
            false);
    assertThat(Card.of("a", item, "", Language.JA).title()).isEqualTo("ケトル");
    assertThat(Card.of("a", item, "", Language.EN).title()).isEqualTo("kettle");
    assertThat(Card.of("a", item, "", Language.EN).price()).isEqualTo("6,800");
    assertThat(Card.of("gone", null, "", Language.EN).title()).isEqualTo("gone");
  }
}
