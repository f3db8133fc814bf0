package dev.imasugu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imasugu.log.InMemoryEventLog;
import dev.imasugu.log.LogRecord;
import dev.imasugu.log.Topic;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * A copy in memory of what comes into a running server's log, under the same partitions and
 * offsets: one thread a topic asks the server for more. It asks for no more while the reader of the
 * copy is {@value #AHEAD} records behind, and forgets what was read, so both are bounded.
 */
final class LogFollower implements AutoCloseable {
  static final long AHEAD = 20_000;
  private static final int WAIT_MILLIS = 1_000;
  private static final List<Topic> TOPICS = List.of(Topic.EVENTS, Topic.ITEMS, Topic.USERS);

  private final Api api;
  private final InMemoryEventLog log;
  private final Map<Topic, String> next = new ConcurrentHashMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean closed;
  private volatile String failure = "";

  private LogFollower(Api api, int partitions) {
    this.api = api;
    log = new InMemoryEventLog(partitions);
  }

  /**
   * Finds the place to start; nothing is read before {@link #follow}.
   *
   * @param from {@code now} or {@code retained}
   */
  static LogFollower open(Api api, String from) {
    LogFollower follower = null;
    for (Topic topic : TOPICS) {
      JsonNode first = api.get(path(topic) + "?limit=1&from=now");
      if (follower == null) {
        follower = new LogFollower(api, first.path("partitions").asInt());
      }
      follower.next.put(topic, from.equals("now") ? first.path("next").asText() : from);
    }
    if (follower == null) {
      throw new IllegalStateException("no topic");
    }
    return follower;
  }

  private static String path(Topic topic) {
    return "/v1/log/" + topic.name().toLowerCase(Locale.ROOT);
  }

  InMemoryEventLog log() {
    return log;
  }

  /**
   * Starts following.
   *
   * @param lag how many records of the copy its reader has yet to read
   */
  void follow(LongSupplier lag) {
    for (Topic topic : TOPICS) {
      threads.add(Thread.ofVirtual().name("follow-" + topic).start(() -> follow(topic, lag)));
    }
  }

  private void follow(Topic topic, LongSupplier lag) {
    try {
      while (!closed) {
        if (lag.getAsLong() > AHEAD) {
          Thread.sleep(50);
          continue;
        }
        JsonNode answer =
            api.get(
                "%s?waitMs=%d&from=%s"
                    .formatted(path(topic), WAIT_MILLIS, Api.encode(next.getOrDefault(topic, ""))));
        for (JsonNode record : answer.path("records")) {
          append(topic, record);
        }
        next.put(topic, answer.path("next").asText());
        forget(topic);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      if (!closed) {
        failure = String.valueOf(e.getMessage());
      }
    }
  }

  private void append(Topic topic, JsonNode record) {
    int partition = record.path("partition").asInt();
    long offset = record.path("offset").asLong();
    log.skipTo(topic, partition, offset);
    // The key chooses the partition of a log; any key that falls into this one will do.
    String key = keyOf(partition) + (topic.compacted() ? offset : "");
    int n = 0;
    while (log.partition(key) != partition) {
      key = keyOf(partition) + offset + "#" + n++;
    }
    byte[] value = Base64.getDecoder().decode(record.path("value").asText());
    log.append(topic, List.of(new LogRecord(key, Long.toString(offset), Instant.EPOCH, value)))
        .join();
  }

  private static String keyOf(int partition) {
    return "p" + partition + "-";
  }

  /** Forgets what is further back than anybody can be behind. */
  private void forget(Topic topic) {
    for (int partition = 0; partition < log.partitions(); partition++) {
      long keepFrom = log.end(topic, partition) - 2 * AHEAD;
      long begin = log.begin(topic, partition);
      if (begin < keepFrom) {
        var offsets = new ArrayList<Long>();
        for (long offset = begin; offset < keepFrom; offset++) {
          offsets.add(offset);
        }
        log.erase(topic, partition, Collections.unmodifiableList(offsets)).join();
      }
    }
  }

  /** Why it stopped following; empty while it follows. */
  String failure() {
    return failure;
  }

  @Override
  public void close() {
    closed = true;
    threads.forEach(Thread::interrupt);
    log.close();
  }
}
