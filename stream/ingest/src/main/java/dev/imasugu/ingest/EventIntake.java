package dev.imasugu.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import dev.imasugu.domain.Event;
import dev.imasugu.http.Endpoint;
import dev.imasugu.http.Problem;
import dev.imasugu.log.Appended;
import dev.imasugu.log.EventCodec;
import dev.imasugu.log.EventLog;
import dev.imasugu.log.LogBusyException;
import dev.imasugu.log.LogRecord;
import dev.imasugu.log.Topic;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * {@code POST /v1/events}: an event or an array of them. Answered when the log has written the
 * batch as durably as it was opened to: 200 with a verdict per record, 400 for a body that is not
 * JSON, 413 for too many records or bytes, 429 when the log's queue is full and nothing was
 * appended. Safe for many threads; never blocks.
 */
public final class EventIntake {
  private final EventLog log;
  private final IntakeLimits limits;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Counter accepted;
  private final Counter duplicate;
  private final Counter rejected;

  /**
   * Makes an intake.
   *
   * @param random makes ids for events without one; must be safe for many threads
   */
  public EventIntake(
      EventLog log,
      IntakeLimits limits,
      InstantSource clock,
      RandomGenerator random,
      MeterRegistry metrics) {
    this.log = log;
    this.limits = limits;
    this.clock = clock;
    this.random = random;
    this.accepted = metrics.counter("imasugu.events", "verdict", "accepted");
    this.duplicate = metrics.counter("imasugu.events", "verdict", "duplicate");
    this.rejected = metrics.counter("imasugu.events", "verdict", "rejected");
  }

  public Endpoint endpoint() {
    return Endpoint.of(HttpMethod.POST, (_, body) -> append(body));
  }

  private CompletableFuture<HttpResponse> append(AggregatedHttpRequest body) {
    var verdicts = new Verdicts("eventId");
    Instant now = Instant.ofEpochMilli(clock.millis());
    for (JsonNode record : Verdicts.records(body, limits.records())) {
      try {
        Event event = EventReader.read(record, now, this::newId);
        verdicts.take(event.eventId(), toRecord(event));
      } catch (Invalid e) {
        verdicts.refuse(e);
      }
    }
    rejected.increment(verdicts.refused());
    return appendTo(log, Topic.EVENTS, verdicts.toAppend())
        .thenApply(
            appended -> {
              long added = appended.stream().filter(a -> a instanceof Appended.Accepted).count();
              accepted.increment((double) added);
              duplicate.increment((double) (appended.size() - added));
              return verdicts.answer(appended);
            });
  }

  private LogRecord toRecord(Event event) throws Invalid {
    byte[] value = EventCodec.encode(event);
    if (value.length > limits.recordBytes()) {
      throw new Invalid("record", value.length + " bytes", "at most " + limits.recordBytes());
    }
    return new LogRecord(event.owner().value(), event.eventId(), event.receivedAt(), value);
  }

  /** Appends, or fails with the 429 that says when to try again. */
  static CompletableFuture<List<Appended>> appendTo(
      EventLog log, Topic topic, List<LogRecord> records) {
    if (records.isEmpty()) {
      return CompletableFuture.completedFuture(List.of());
    }
    try {
      return log.append(topic, records);
    } catch (LogBusyException e) {
      throw new Problem(
          HttpStatus.TOO_MANY_REQUESTS,
          e.getMessage() + "; nothing of this request was appended",
          Duration.ofSeconds(1));
    }
  }

  private String newId() {
    return HexFormat.of().toHexDigits(random.nextLong())
        + HexFormat.of().toHexDigits(random.nextLong());
  }
}
