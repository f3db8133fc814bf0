package dev.imasugu.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlBinderTest {
  @Test
  void bind_someKeys_keepsOtherDefaults() {
    var config =
        YamlBinder.bind(
            "platform.yaml",
            "log:\n  ack: fsync\n  queue: 2GiB\nserve: {port: 0}\n",
            PlatformConfig.class);
    assertThat(config.log().ack()).isEqualTo(PlatformConfig.Ack.FSYNC);
    assertThat(config.log().queue().bytes()).isEqualTo(2L << 30);
    assertThat(config.log().partitions()).isEqualTo(4);
    assertThat(config.serve().port()).isZero();
    assertThat(config.query()).isEqualTo(PlatformConfig.defaults().query());
  }

  @Test
  void bind_placement_readsSourcesByKind() {
    var placement =
        YamlBinder.bind(
            "placements/home.yaml",
            """
            sources:
              - kind: transitions
                table: item_transitions
                history: recent_items
                frequency: item_popularity
                weight: 2
              - {kind: popular, table: item_popularity, deadline: 5ms}
            exclude: [recent_items]
            """,
            PlacementConfig.class);
    assertThat(placement.sources().getFirst())
        .isEqualTo(
            new PlacementConfig.Transitions(
                new Reference("item_transitions", "placements/home.yaml", 3),
                new Reference("recent_items", "placements/home.yaml", 4),
                new Reference("item_popularity", "placements/home.yaml", 5),
                2,
                10,
                100,
                0.6,
                0.5,
                1,
                Duration.ofMillis(50)));
    assertThat(placement.sources().getLast().deadline()).isEqualTo(Duration.ofMillis(5));
    assertThat(placement.exclude())
        .containsExactly(new Reference("recent_items", "placements/home.yaml", 8));
  }

  @Test
  void bind_unknownKey_namesFileLineAndNearest() {
    assertThatThrownBy(
            () ->
                YamlBinder.bind(
                    "platform.yaml", "log:\n  partitions: 2\n  akc: write\n", PlatformConfig.class))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "Unknown key log.akc in platform.yaml:3 (expected one of: ack, partitions, queue,"
                + " retention).\nMaybe you meant log.ack.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "log: {partitions: many}  | log.partitions: many in f:1 (expected: a whole number).",
        "log: {partitions: 0}     | log.partitions: 0 (expected: 1 to 1024) in f:1",
        "log: {ack: never}        | never (expected one of: fsync, write) in f:1",
        "log: {queue: 64}         | log.queue: 64 (expected: a size such as 64MiB) in f:1",
        "log: {retention: 1 year} | 1 year (expected: a duration such as 200ms, 5s or 6h) in f:1",
        "log: 5                   | log in f:1 has no keys (expected: keys and values).",
        "log: [                   | Not YAML in f:1",
        "log: {ack: a, ack: b}    | twice in f:1",
        "a: &x [1]                | Unknown key a in f:1",
      })
  void bind_badValue_saysWhereAndWhatIsExpected(String text, String message) {
    assertThatThrownBy(() -> YamlBinder.bind("f", text, PlatformConfig.class))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }

  @Test
  void bind_missingKeyAndUnknownKind_sayWhatIsExpected() {
    assertThatThrownBy(() -> YamlBinder.bind("f", "size: 5", PlacementConfig.class))
        .hasMessage("Missing key sources in f:1 (expected: a list).");
    assertThatThrownBy(
            () -> YamlBinder.bind("f", "sources:\n- kind: popula", PlacementConfig.class))
        .hasMessage(
            "Unknown sources[0].kind popula in f:2 (expected one of: co-purchase, popular, recent,"
                + " transitions, trending, user-items).\nMaybe you meant popular.");
    assertThatThrownBy(
            () -> YamlBinder.bind("f", "sources:\n- kind: popular", PlacementConfig.class))
        .hasMessage("Missing key sources[0].table in f:2 (expected: a name).");
  }

  @Test
  void size_text_roundTrips() {
    for (String text : new String[] {"0B", "513B", "64KiB", "3MiB", "2GiB"}) {
      assertThat(Size.parse(text).toString()).isEqualTo(text);
    }
  }
}
