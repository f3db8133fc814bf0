package dev.imasugu.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FloodTest {
  private static final long TURN = TimeUnit.MILLISECONDS.toNanos(10);

  private final Flood flood = new Flood();
  private long now = 1;
  private double end;
  private double position;

  @Test
  void rest_logGrowsAsFastAsItIsRead_never() {
    assertThat(restOf(30, 3_000, 3_000, 50_000)).isZero();
  }

  @Test
  void rest_logGrowsMuchFaster_fourTimesTheWork() {
    assertThat(restOf(3, 12_000, 3_000, 50_000)).isEqualTo(4 * TURN);
  }

  @Test
  void rest_logGrowsMuchFasterButLittleIsUnread_never() {
    assertThat(restOf(1, 12_000, 3_000, 0)).isZero();
  }

  @Test
  void rest_longTurn_isBounded() {
    restOf(3, 12_000, 3_000, 50_000);

    assertThat(flood.rest(now, TimeUnit.SECONDS.toNanos(2), (long) end, (long) position))
        .isEqualTo(Flood.LONGEST);
  }

  @Test
  void rest_floodIsOver_readsOnAtOnce() {
    restOf(3, 12_000, 3_000, 50_000);

    assertThat(restOf(1, 0, 1_000, 0)).isZero();
  }

  /** Cold it reads 400 a second and rests; warm it would manage the 1,000 that come. */
  @Test
  void rest_paceMeasuredCold_isMeasuredAgain() {
    assertThat(restOf(3, 1_000, 400, 50_000)).isPositive();

    restOf(11, 1_000, 3_000, 0);

    assertThat(restOf(3, 1_000, 3_000, 0)).isZero();
  }

  /**
   * Reads for some seconds, resting as told, and returns the last rest.
   *
   * @param growth events a second
   * @param pace events a second when it does not rest
   */
  private long restOf(double seconds, double growth, double pace, double backlog) {
    end += backlog;
    long until = now + (long) (seconds * 1e9);
    long rest = 0;
    while (now < until) {
      now += TURN;
      end += growth * TURN / 1e9;
      position = Math.min(end, position + pace * TURN / 1e9);
      rest = flood.rest(now, TURN, (long) end, (long) position);
      now += rest;
      end += growth * rest / 1e9;
    }
    return rest;
  }
}
