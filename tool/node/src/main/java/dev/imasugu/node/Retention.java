package dev.imasugu.node;

import dev.imasugu.log.EventLog;
import dev.imasugu.log.Topic;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Forgets old events once a minute, never those a query still needs. */
final class Retention implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
  private static final Duration EVERY = Duration.ofMinutes(1);

  private final Thread thread;

  Retention(EventLog log, Duration retention, InstantSource clock, Supplier<List<Long>> keepFrom) {
    thread =
        Thread.ofPlatform()
            .name("retention")
            .daemon()
            .start(
                () -> {
                  try {
                    while (true) {
                      Thread.sleep(EVERY);
                      forget(log, retention, clock, keepFrom);
                    }
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
  }

  private static void forget(
      EventLog log, Duration retention, InstantSource clock, Supplier<List<Long>> keepFrom) {
    try {
      long forgotten = log.retain(Topic.EVENTS, clock.instant().minus(retention), keepFrom.get());
      if (forgotten > 0) {
        LOG.info("retention forgotten={}", forgotten);
      }
    } catch (RuntimeException e) {
      LOG.error("retention failed", e);
    }
  }

  /** Stops it; a step in progress is guarded by the log. */
  @Override
  public void close() {
    thread.interrupt();
  }
}
