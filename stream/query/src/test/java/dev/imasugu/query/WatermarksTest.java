package dev.imasugu.query;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WatermarksTest {
  private static final long LATENESS = Watermarks.LATENESS.toMillis();

  private final Watermarks watermarks = new Watermarks();

  @Test
  void advance_twoPartitions_isTheLesserOfThem() {
    watermarks.saw(0, 100_000, 100_500);
    watermarks.saw(1, 70_000, 100_500);
    watermarks.atEnd(0, true, 100_500);
    watermarks.atEnd(1, true, 100_500);
    assertThat(watermarks.advance(101_000)).isEqualTo(70_000 - LATENESS);
  }

  @Test
  void advance_aPartitionWithoutEvents_holdsTheOthersForASecondOnly() {
    watermarks.saw(0, 100_000, 100_000);
    watermarks.atEnd(1, true, 100_000);
    assertThat(watermarks.advance(100_900)).isEqualTo(Watermarks.NONE);
    watermarks.saw(0, 100_950, 100_950);
    assertThat(watermarks.advance(101_000)).isEqualTo(100_950 - LATENESS);
  }

  @Test
  void advance_allIdle_followsTheClock() {
    watermarks.saw(0, 100_000, 100_000);
    watermarks.atEnd(0, true, 100_000);
    assertThat(watermarks.advance(100_999)).isEqualTo(100_000 - LATENESS);
    assertThat(watermarks.advance(101_000)).isEqualTo(101_000 - LATENESS);
    assertThat(watermarks.advance(160_000)).isEqualTo(160_000 - LATENESS);
  }

  @Test
  void saw_afterTheClockHasGoneOn_isLateAndDoesNotTurnItBack() {
    watermarks.atEnd(0, true, 0);
    watermarks.advance(160_000);
    assertThat(watermarks.saw(0, 150_000, 160_000)).isTrue();
    assertThat(watermarks.saw(0, 158_000, 160_000)).isFalse();
    assertThat(watermarks.advance(160_100)).isEqualTo(160_000 - LATENESS);
  }

  @Test
  void saw_aClockThatGoesAhead_countsByOurs() {
    watermarks.saw(0, 900_000, 100_000);
    assertThat(watermarks.advance(100_000)).isEqualTo(100_000 - LATENESS);
  }

  @Test
  void advance_whileALongHistoryIsRead_isNotIdle() {
    watermarks.saw(0, 100_000, 100_000);
    watermarks.atEnd(0, false, 900_000);
    assertThat(watermarks.advance(990_000)).isEqualTo(100_000 - LATENESS);
  }
}
