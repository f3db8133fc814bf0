package dev.imasugu.query;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FloodTest {
  private static final long MANY = Flood.LEFT + 1;

  private final Flood flood = new Flood();

  @Test
  void pours_atTheFirstLook_isFalse() {
    assertThat(flood.pours(0, 1_000_000, 1_000_000)).isFalse();
  }

  @Test
  void pours_manyAreLeftAndMoreCome_isTrue() {
    flood.pours(0, 100_000, MANY);

    assertThat(flood.pours(4_000, 104_000, MANY)).isTrue();
    assertThat(flood.pours(8_000, 106_000, MANY)).isTrue();
  }

  @Test
  void pours_catchingUpWhileFewCome_isFalse() {
    flood.pours(0, 1_000_000, 1_000_000);

    assertThat(flood.pours(4_000, 1_000_500, 996_500)).isFalse();
  }

  @Test
  void pours_fewAreLeft_isFalse() {
    flood.pours(0, 100_000, 0);

    assertThat(flood.pours(4_000, 110_000, Flood.LEFT)).isFalse();
  }
}
