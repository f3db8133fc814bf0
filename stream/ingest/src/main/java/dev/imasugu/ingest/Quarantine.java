package dev.imasugu.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imasugu.http.Json;
import dev.imasugu.http.Problem;
import dev.imasugu.log.Appended;
import dev.imasugu.log.EventLog;
import dev.imasugu.log.LogBusyException;
import dev.imasugu.log.LogCursor;
import dev.imasugu.log.LogRecord;
import dev.imasugu.log.StoredRecord;
import dev.imasugu.log.Topic;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * All of it lies in the one partition of one key, so that an offset is a number that people can use
 * and the oldest go first. The record's id is a hash of what was refused and where: the same payload
 * sent again is one record.
 */

/**
 * Events that were refused, each with its reason, until somebody corrects or drops them. Bounded:
 * beyond {@code maxRecords} the oldest go, beyond twice that new ones are not kept until they are
 * gone; both are counted as lost. Safe for many threads.
 */
public final class Quarantine {
  private static final Logger LOG = LoggerFactory.getLogger(Quarantine.class);
  private static final String KEY = "quarantine";

  /**
   * One refused event.
   *
   * @param number where it is
   * @param source the path it was sent to
   * @param payload as it was sent
   */
  record Entry(
      long number,
      Instant at,
      String source,
      String field,
      String value,
      String expected,
      String payload) {
    ObjectNode json() {
      ObjectNode json =
          Json.object()
              .put("id", number)
              .put("at", at.toString())
              .put("source", source)
              .put("field", field)
              .put("value", value)
              .put("expected", expected);
      try {
        json.set("payload", Json.parse(payload.getBytes(StandardCharsets.UTF_8)));
      } catch (Problem e) {
        json.put("payload", payload);
      }
      return json;
    }
  }

  /** What is to be kept of one refusal. */
  record Refused(Invalid why, String payload) {}

  private final EventLog log;
  private final int partition;
  private final int maxRecords;
  private final long maxPayload;
  private final Counter kept;
  private final Counter lost;
  private final AtomicBoolean trimming = new AtomicBoolean();
  private volatile long begin;

  /**
   * Makes a quarantine over a log.
   *
   * @param maxRecords at least 1
   */
  public Quarantine(EventLog log, int maxRecords, IntakeLimits limits, MeterRegistry metrics) {
    this.log = log;
    this.maxRecords = maxRecords;
    this.maxPayload = limits.recordBytes();
    this.partition = log.partition(KEY);
    this.begin = log.begin(Topic.QUARANTINE, partition);
    this.kept = metrics.counter("imasugu.quarantine.kept");
    this.lost = metrics.counter("imasugu.quarantine.lost");
    metrics.gauge("imasugu.quarantine.records", this, q -> (double) q.size());
  }

  /** The number of records, those dropped one by one included until older ones are gone too. */
  long size() {
    return log.end(Topic.QUARANTINE, partition) - begin;
  }

  /**
   * Keeps refused events; the future completes with their numbers, or with none when they could not
   * be kept, which is counted. It never fails.
   */
  CompletableFuture<List<Long>> keep(String source, List<Refused> refused, Instant at) {
    if (refused.isEmpty()) {
      return CompletableFuture.completedFuture(List.of());
    }
    if (size() + refused.size() > 2L * maxRecords) {
      lost.increment(refused.size());
      trim();
      return CompletableFuture.completedFuture(List.of());
    }
    List<LogRecord> records = refused.stream().map(each -> record(source, each, at)).toList();
    try {
      return log.append(Topic.QUARANTINE, records)
          .handle(
              (appended, failure) -> {
                if (failure != null) {
                  LOG.error("refused events not kept count={}", refused.size(), failure);
                  lost.increment(refused.size());
                  return List.of();
                }
                kept.increment(refused.size());
                if (size() > maxRecords) {
                  trim();
                }
                return appended.stream().map(Appended::offset).toList();
              });
    } catch (LogBusyException e) {
      lost.increment(refused.size());
      return CompletableFuture.completedFuture(List.of());
    }
  }

  /**
   * Keeps one event that something behind intake could not handle; counted as lost when it cannot.
   *
   * @param source what could not handle it
   */
  public void keep(
      String source, String field, String value, String expected, String payload, Instant at) {
    var _ = keep(source, List.of(new Refused(new Invalid(field, value, expected), payload)), at);
  }

  private LogRecord record(String source, Refused refused, Instant at) {
    String payload = refused.payload;
    if (payload.length() > maxPayload) {
      payload = payload.substring(0, (int) maxPayload);
    }
    byte[] value =
        Json.object()
            .put("at", at.toEpochMilli())
            .put("source", source)
            .put("field", refused.why.field())
            .put("value", refused.why.value())
            .put("expected", refused.why.expected())
            .put("payload", payload)
            .toString()
            .getBytes(StandardCharsets.UTF_8);
    return new LogRecord(KEY, hash(source + '\n' + payload), at, value);
  }

  /** Lets the oldest go, on a thread of its own; one at a time. */
  private void trim() {
    if (trimming.compareAndSet(false, true)) {
      Thread.ofVirtual().name("quarantine").start(this::trimNow);
    }
  }

  private void trimNow() {
    try {
      // A tenth at a time: each trim leaves a range behind that later reads step over.
      long oldest = log.end(Topic.QUARANTINE, partition) - (maxRecords - maxRecords / 10);
      var keepFrom = new ArrayList<>(Collections.nCopies(log.partitions(), 0L));
      keepFrom.set(partition, Math.max(0, oldest));
      lost.increment((double) log.retain(Topic.QUARANTINE, Instant.MAX, keepFrom));
      begin = Math.max(oldest, log.begin(Topic.QUARANTINE, partition));
    } catch (RuntimeException e) {
      LOG.error("quarantine not trimmed", e);
    } finally {
      trimming.set(false);
    }
  }

  /**
   * Returns entries, oldest first.
   *
   * @param from the smallest number wanted
   * @param limit at most so many
   */
  List<Entry> list(long from, int limit, Predicate<Entry> wanted) {
    var entries = new ArrayList<Entry>();
    try (LogCursor cursor = log.read(Topic.QUARANTINE, partition, from)) {
      for (StoredRecord next = cursor.next();
          next != null && entries.size() < limit;
          next = cursor.next()) {
        Entry entry = entry(next);
        if (wanted.test(entry)) {
          entries.add(entry);
        }
      }
    }
    return entries;
  }

  @Nullable Entry find(long number) {
    List<Entry> found = list(Math.max(0, number), 1, _ -> true);
    return found.isEmpty() || found.getFirst().number != number ? null : found.getFirst();
  }

  /** Forgets entries, and that they were ever sent. */
  CompletableFuture<Void> drop(List<Long> numbers) {
    return log.erase(Topic.QUARANTINE, partition, numbers);
  }

  /**
   * Forgets every entry whose payload speaks of one of some names; for the erasure of a person.
   * Reads all of the quarantine.
   */
  public void dropAbout(List<String> names) {
    List<String> quoted =
        names.stream().map(name -> Json.text(name).replaceAll("^\"|\"$", "")).toList();
    List<Long> numbers =
        list(0, Integer.MAX_VALUE, entry -> quoted.stream().anyMatch(entry.payload::contains))
            .stream()
            .map(Entry::number)
            .toList();
    try {
      drop(numbers).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private static Entry entry(StoredRecord stored) {
    JsonNode json = Json.parse(stored.value());
    return new Entry(
        stored.offset(),
        Instant.ofEpochMilli(json.path("at").asLong()),
        json.path("source").asText(),
        json.path("field").asText(),
        json.path("value").asText(),
        json.path("expected").asText(),
        json.path("payload").asText());
  }

  /** Returns 128 bits of a text's SHA-256, in hexadecimal. */
  static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
