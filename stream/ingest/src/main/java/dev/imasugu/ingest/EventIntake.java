package dev.imasugu.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpStatus;
import dev.imasugu.domain.Event;
import dev.imasugu.domain.EventTypes;
import dev.imasugu.http.Call;
import dev.imasugu.http.Endpoint;
import dev.imasugu.http.Json;
import dev.imasugu.http.Problem;
import dev.imasugu.ingest.Quarantine.Refused;
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
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * {@code POST /v1/events}: an event, an array of them, or lines of them. Answered when the log has
 * written the batch as durably as it was opened to: 200 with a verdict per record, 400 for a body
 * that is not JSON, 413 for too many records or bytes, 429 when the log's queue is full and 507
 * when the disk nearly is, both with nothing appended. What is refused is kept in quarantine. Safe
 * for many threads; never blocks.
 */
public final class EventIntake {
  /** A larger body is read on a thread that may take its time, for others share the event loop. */
  private static final int LARGE_BODY = 64 << 10;

  private final EventLog log;
  private final EventReader reader;
  private final IntakeLimits limits;
  private final DiskSpace disk;
  private final Quarantine quarantine;
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
      EventTypes types,
      IntakeLimits limits,
      DiskSpace disk,
      Quarantine quarantine,
      InstantSource clock,
      RandomGenerator random,
      MeterRegistry metrics) {
    this.log = log;
    this.reader = new EventReader(types);
    this.limits = limits;
    this.disk = disk;
    this.quarantine = quarantine;
    this.clock = clock;
    this.random = random;
    this.accepted = metrics.counter("imasugu.events", "verdict", "accepted");
    this.duplicate = metrics.counter("imasugu.events", "verdict", "duplicate");
    this.rejected = metrics.counter("imasugu.events", "verdict", "rejected");
  }

  public Endpoint endpoint() {
    return Endpoint.of(HttpMethod.POST, "", this::answer);
  }

  /** Answers a request with events. */
  public CompletableFuture<AggregatedHttpResponse> answer(Call call) {
    return readAside(call.aside(), call.request(), () -> append(call.path(), call.request()));
  }

  /** Runs what reads a body: at once, or beside the event loop when it may take long. */
  static <T> CompletableFuture<T> readAside(
      Executor aside, AggregatedHttpRequest body, Supplier<CompletableFuture<T>> reading) {
    boolean compressed = body.headers().contains("content-encoding");
    if (body.content().length() <= LARGE_BODY && !compressed) {
      return reading.get();
    }
    return CompletableFuture.completedFuture(body).thenComposeAsync(_ -> reading.get(), aside);
  }

  private CompletableFuture<AggregatedHttpResponse> append(
      String source, AggregatedHttpRequest body) {
    disk.check();
    Instant now = now();
    var verdicts = new Verdicts("eventId");
    var refused = new ArrayList<Refused>();
    for (Body.Part part : Body.parts(body, limits)) {
      try {
        take(verdicts, read(part, now));
      } catch (Invalid e) {
        verdicts.refuse(e);
        refused.add(new Refused(e, part.payload()));
      }
    }
    return append(source, verdicts, refused, now)
        .thenApply(
            done -> Json.ok(Json.bytes(verdicts.answer(done.appended(), done.quarantined()))));
  }

  private Event read(Body.Part part, Instant now) throws Invalid {
    JsonNode json = part.json();
    if (json == null) {
      throw part.why() == null ? new Invalid("line", part.text(), "JSON") : part.why();
    }
    return reader.read(json, now, this::newId);
  }

  /** What became of a batch. */
  record Done(List<Appended> appended, List<Long> quarantined) {}

  /** Adds an event to a batch. */
  void take(Verdicts verdicts, Event event) throws Invalid {
    verdicts.take(event.eventId(), toRecord(event));
  }

  /** Appends a batch and keeps what was refused of it. */
  CompletableFuture<Done> append(
      String source, Verdicts verdicts, List<Refused> refused, Instant now) {
    disk.check();
    rejected.increment(verdicts.refused());
    return appendTo(log, Topic.EVENTS, verdicts.toAppend())
        .thenCombine(
            quarantine.keep(source, refused, now),
            (appended, quarantined) -> {
              long added = appended.stream().filter(a -> a instanceof Appended.Accepted).count();
              accepted.increment((double) added);
              duplicate.increment((double) (appended.size() - added));
              return new Done(appended, quarantined);
            });
  }

  EventReader reader() {
    return reader;
  }

  IntakeLimits limits() {
    return limits;
  }

  Instant now() {
    return Instant.ofEpochMilli(clock.millis());
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

  String newId() {
    return HexFormat.of().toHexDigits(random.nextLong())
        + HexFormat.of().toHexDigits(random.nextLong());
  }
}
