package dev.imasugu.node;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.QueryParams;
import dev.imasugu.domain.AsOf;
import dev.imasugu.http.Endpoint;
import dev.imasugu.http.Json;
import dev.imasugu.http.Problem;
import dev.imasugu.log.EventCodec;
import dev.imasugu.log.EventLog;
import dev.imasugu.log.LogCursor;
import dev.imasugu.log.StoredRecord;
import dev.imasugu.log.Topic;
import dev.imasugu.store.Erasures;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/log/events?from=0:12,1:7&limit=500&waitMs=1000}: records of the log as they are
 * stored, for who follows it without owning it; {@code items} and {@code users} likewise.
 *
 * <p>{@code from} is the {@code next} of the answer before; {@code now}, which is the default,
 * starts behind the newest record and {@code retained} at the oldest. At most {@code limit}
 * records, 1 to 1,000, or about 1 MiB come at once; when there are none the answer waits, up to
 * {@code waitMs}, 0 to 10,000. Whoever was erased is not in it.
 */
final class LogEndpoint {
  private static final int MAX_RECORDS = 1_000;
  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_WAIT_MILLIS = 10_000;
  private static final List<Topic> TOPICS = List.of(Topic.EVENTS, Topic.ITEMS, Topic.USERS);

  private final EventLog log;
  private final Erasures erasures;

  private LogEndpoint(EventLog log, Erasures erasures) {
    this.log = log;
    this.erasures = erasures;
  }

  static Endpoint of(EventLog log, Erasures erasures) {
    var reads = new LogEndpoint(log, erasures);
    return Endpoint.of(
        HttpMethod.GET,
        (context, _) -> {
          Topic topic = topic(String.valueOf(context.pathParam("topic")));
          QueryParams query = QueryParams.fromQueryString(context.query());
          int limit = number(query, "limit", MAX_RECORDS, 1, MAX_RECORDS);
          int waitMillis = number(query, "waitMs", 0, 0, MAX_WAIT_MILLIS);
          AsOf from = reads.from(topic, query.get("from", "now"));
          // The future first, then the look: an append in between completes the future.
          CompletableFuture<Void> grown = log.nextAppend(topic);
          return CompletableFuture.supplyAsync(
                  () -> reads.read(topic, from, limit), context.blockingTaskExecutor())
              .thenCompose(
                  first -> {
                    if (waitMillis == 0 || !first.path("records").isEmpty()) {
                      return CompletableFuture.completedFuture(first);
                    }
                    return grown
                        .completeOnTimeout(null, waitMillis, TimeUnit.MILLISECONDS)
                        .thenApplyAsync(
                            _ -> reads.read(topic, from, limit), context.blockingTaskExecutor());
                  })
              .thenApply(Json::ok);
        });
  }

  private static Topic topic(String name) {
    for (Topic topic : TOPICS) {
      if (topic.name().toLowerCase(Locale.ROOT).equals(name)) {
        return topic;
      }
    }
    throw new Problem(
        HttpStatus.NOT_FOUND, "topic: %s (expected one of: events, items, users)".formatted(name));
  }

  private static int number(QueryParams query, String name, int absent, int least, int most) {
    String text = query.get(name);
    if (text == null) {
      return absent;
    }
    if (!text.matches("\\d{1,6}")
        || Integer.parseInt(text) < least
        || Integer.parseInt(text) > most) {
      throw new IllegalArgumentException(
          "%s: %s (expected: %d to %d)".formatted(name, text, least, most));
    }
    return Integer.parseInt(text);
  }

  private AsOf from(Topic topic, String text) {
    var positions = new TreeMap<Integer, Long>();
    for (int partition = 0; partition < log.partitions(); partition++) {
      positions.put(
          partition, text.equals("now") ? log.end(topic, partition) : log.begin(topic, partition));
    }
    if (!text.equals("now") && !text.equals("retained")) {
      positions.putAll(AsOf.parse(text).positions());
    }
    return new AsOf(positions);
  }

  private ObjectNode read(Topic topic, AsOf from, int limit) {
    ObjectNode answer = Json.object();
    var records = answer.putArray("records");
    Map<Integer, Long> next = new TreeMap<>(from.positions());
    var partitions = new ArrayList<>(next.keySet());
    int left = limit;
    long bytes = 0;
    for (int i = 0; i < partitions.size(); i++) {
      int partition = partitions.get(i);
      if (partition >= log.partitions()) {
        throw new IllegalArgumentException(
            "from: partition %d (expected: 0 to %d)".formatted(partition, log.partitions() - 1));
      }
      int share = Math.max(1, left / (partitions.size() - i));
      try (LogCursor cursor = log.read(topic, partition, next.getOrDefault(partition, 0L))) {
        while (share > 0 && left > 0 && bytes < MAX_BYTES) {
          StoredRecord record = cursor.next();
          if (record == null) {
            break;
          }
          next.put(partition, cursor.position());
          String hidden = hiddenOwner(topic, record);
          if (hidden == null) {
            records
                .addObject()
                .put("partition", partition)
                .put("offset", record.offset())
                .put("value", Base64.getEncoder().encodeToString(record.value()));
            bytes += record.value().length;
            share--;
            left--;
          }
        }
      }
    }
    answer.put("next", new AsOf(next).toString());
    answer.put("partitions", log.partitions());
    return answer;
  }

  /** Whose record it is, when they were erased after it. */
  private @Nullable String hiddenOwner(Topic topic, StoredRecord record) {
    if (topic != Topic.EVENTS || erasures.count() == 0) {
      return null;
    }
    String owner = EventCodec.decode(record.value()).owner().value();
    return record.offset() < erasures.hiddenBefore(owner) ? owner : null;
  }
}
