package dev.imasugu.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
  @Test
  void parse_everyKindOfValue() {
    assertThat(
            Json.parse(" {\"a\": [1, -2.5e3, true, false], \"b\\n\\u00e9\": {}, \"c\": \"\\\"\"} "))
        .isEqualTo(Map.of("a", List.of(1.0, -2500.0, true, false), "b\né", Map.of(), "c", "\""));
    assertThat(Json.parse("[null, 1]")).isEqualTo(Arrays.asList(null, 1.0));
  }

  @Test
  void parse_whatIsNotJson_isRefused() {
    for (String text :
        List.of(
            "",
            "{",
            "[1",
            "[1 2]",
            "{\"a\" 1}",
            "tru",
            "1 1",
            "\"a",
            "[".repeat(100) + "]".repeat(100),
            "-")) {
      assertThatThrownBy(() -> Json.parse(text))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void write_thenParse_isTheSame() {
    Map<String, Object> value = Map.of("a", "tab\t\"\\", "b", Map.of("c", 1.5, "d", true));
    assertThat(Json.parse(Json.write(value))).isEqualTo(value);
    assertThat(Json.write(Map.of())).isEqualTo("{}");
  }
}
