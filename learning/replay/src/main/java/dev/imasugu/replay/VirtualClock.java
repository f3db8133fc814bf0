package dev.imasugu.replay;

import java.time.Instant;
import java.time.InstantSource;

/** The time of the replay. One thread moves it, any thread reads it. */
final class VirtualClock implements InstantSource {
  private volatile long millis;

  void set(Instant to) {
    millis = to.toEpochMilli();
  }

  @Override
  public long millis() {
    return millis;
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(millis);
  }
}
