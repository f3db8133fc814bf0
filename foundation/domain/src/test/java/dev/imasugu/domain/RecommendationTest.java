package dev.imasugu.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecommendationTest {
  @Test
  void supersedes_greaterGeneration_winsEvenWhenBehind() {
    assertThat(list(2, 0, 1).supersedes(list(1, 9, 9))).isTrue();
    assertThat(list(1, 9, 9).supersedes(list(2, 0, 1))).isFalse();
  }

  @Test
  void supersedes_sameGeneration_mustNotBeBehind() {
    assertThat(list(1, 5, 2).supersedes(list(1, 5, 1))).isTrue();
    assertThat(list(1, 4, 3).supersedes(list(1, 5, 2))).isFalse();
    assertThat(list(1, 5, 1).supersedes(list(1, 5, 2))).isFalse();
  }

  private static Recommendation list(long generation, long position, long revision) {
    return new Recommendation(
        "home",
        "u1",
        generation,
        AsOf.of(0, position),
        revision,
        Instant.EPOCH,
        List.of(),
        List.of());
  }
}
