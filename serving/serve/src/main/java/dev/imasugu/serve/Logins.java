package dev.imasugu.serve;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.imasugu.domain.AsOf;
import dev.imasugu.domain.Event;
import dev.imasugu.domain.EventType;
import dev.imasugu.domain.UserId;
import dev.imasugu.log.Appended;
import dev.imasugu.log.EventCodec;
import dev.imasugu.log.EventLog;
import dev.imasugu.log.LogRecord;
import dev.imasugu.log.Topic;
import dev.imasugu.store.Identities;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A read that names a user and an anonymous id which is not theirs yet says that somebody has
 * logged in: it appends a {@code login} event, so that the link is in the log like any other. The
 * same pair appends one event in ten seconds at most. Safe for many threads.
 */
final class Logins {
  private static final Logger LOG = LoggerFactory.getLogger(Logins.class);
  private static final int REMEMBERED = 100_000;

  private record Pair(String user, String anonymous) {}

  private final EventLog log;
  private final Identities identities;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Cache<Pair, Boolean> appended =
      Caffeine.newBuilder()
          .maximumSize(REMEMBERED)
          .expireAfterWrite(Duration.ofSeconds(10))
          .build();

  Logins(EventLog log, Identities identities, InstantSource clock, RandomGenerator random) {
    this.log = log;
    this.identities = identities;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Links the two if they are not linked; the future completes with the event's token, or with
   * {@link AsOf#NONE} when there was nothing to do or it could not be done. It never fails.
   */
  CompletableFuture<AsOf> login(String user, String anonymous) {
    var pair = new Pair(user, anonymous);
    try {
      if (appended.getIfPresent(pair) != null || user.equals(identities.owner(anonymous))) {
        return CompletableFuture.completedFuture(AsOf.NONE);
      }
      appended.put(pair, true);
      Event event = event(user, anonymous);
      var record =
          new LogRecord(user, event.eventId(), event.receivedAt(), EventCodec.encode(event));
      return log.append(Topic.EVENTS, List.of(record))
          .handle(
              (verdicts, failure) -> {
                if (failure != null) {
                  LOG.warn("login not recorded: {}", failure.toString());
                  return AsOf.NONE;
                }
                Appended where = verdicts.getFirst();
                return AsOf.of(where.partition(), where.offset() + 1);
              });
    } catch (RuntimeException e) {
      LOG.warn("login not recorded: {}", e.toString());
      return CompletableFuture.completedFuture(AsOf.NONE);
    }
  }

  private Event event(String user, String anonymous) {
    Instant now = Instant.ofEpochMilli(clock.millis());
    return new Event(
        "login:" + HexFormat.of().toHexDigits(random.nextLong()),
        new UserId(user),
        anonymous,
        null,
        EventType.LOGIN,
        now,
        now);
  }
}
