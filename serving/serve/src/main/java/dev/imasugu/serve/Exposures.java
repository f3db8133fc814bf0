package dev.imasugu.serve;

import dev.imasugu.domain.Event;
import dev.imasugu.domain.EventType;
import dev.imasugu.domain.RecommendedItem;
import dev.imasugu.domain.UserId;
import dev.imasugu.log.EventCodec;
import dev.imasugu.log.EventLog;
import dev.imasugu.log.LogRecord;
import dev.imasugu.log.Topic;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends an impression for each item of an answer, for placements that say so. An answer does not
 * wait for it; what the log does not take is counted. Safe for many threads.
 */
final class Exposures {
  private static final Logger LOG = LoggerFactory.getLogger(Exposures.class);

  private final EventLog log;
  private final InstantSource clock;
  private final Counter lost;

  Exposures(EventLog log, InstantSource clock, MeterRegistry metrics) {
    this.log = log;
    this.clock = clock;
    this.lost = metrics.counter("imasugu.exposures.lost");
  }

  void append(
      Query query, List<RecommendedItem> items, String recommendationId, String responseId) {
    if (items.isEmpty()) {
      return;
    }
    var records = new ArrayList<LogRecord>(items.size());
    Instant now = Instant.ofEpochMilli(clock.millis());
    for (int i = 0; i < items.size(); i++) {
      Event event = impression(query, items.get(i), i + 1, recommendationId, responseId, now);
      records.add(new LogRecord(query.user(), event.eventId(), now, EventCodec.encode(event)));
    }
    try {
      var _ =
          log.append(Topic.EVENTS, records)
              .exceptionally(
                  failure -> {
                    lost.increment(records.size());
                    LOG.warn("impressions not recorded: {}", failure.toString());
                    return List.of();
                  });
    } catch (RuntimeException e) {
      lost.increment(records.size());
    }
  }

  private static Event impression(
      Query query,
      RecommendedItem item,
      int position,
      String recommendationId,
      String responseId,
      Instant now) {
    boolean visitor = query.user().startsWith(UserId.ANONYMOUS_PREFIX);
    return new Event(
        responseId + ":" + position,
        visitor ? null : new UserId(query.user()),
        visitor ? query.user().substring(UserId.ANONYMOUS_PREFIX.length()) : null,
        item.item(),
        EventType.IMPRESSION,
        now,
        now,
        null,
        null,
        "imasugu",
        null,
        null,
        null,
        query.placement(),
        position,
        recommendationId,
        responseId,
        Map.of());
  }
}
