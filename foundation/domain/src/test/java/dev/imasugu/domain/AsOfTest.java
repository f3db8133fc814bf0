package dev.imasugu.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AsOfTest {
  @Test
  void parse_token_roundTrips() {
    assertThat(AsOf.parse("3:17,0:5").toString()).isEqualTo("0:5,3:17");
    assertThat(AsOf.parse("")).isEqualTo(AsOf.NONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"3", ":", "3:", "a:1", "3:1,", "-1:4", "1:-4", "1:2:3", "99999999999:1"})
  void parse_garbage_namesTheExpectation(String token) {
    assertThatThrownBy(() -> AsOf.parse(token))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: ");
  }

  @Test
  void covers_needsEveryPartition() {
    AsOf both = new AsOf(Map.of(0, 5L, 1, 7L));
    assertThat(both.covers(AsOf.of(1, 7))).isTrue();
    assertThat(both.covers(AsOf.of(1, 8))).isFalse();
    assertThat(both.covers(AsOf.of(2, 1))).isFalse();
    assertThat(both.covers(AsOf.NONE)).isTrue();
    assertThat(AsOf.of(0, 5).covers(both)).isFalse();
  }
}
