package dev.imasugu.replay;

import dev.imasugu.domain.Event;
import dev.imasugu.log.EventCodec;
import dev.imasugu.log.EventLog;
import dev.imasugu.log.LogCursor;
import dev.imasugu.log.StoredRecord;
import dev.imasugu.log.Topic;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/*
 * The order does not depend on the number of partitions: by time, then by owner, then as the owner's
 * events came in. Events of one time are one step, so their order among owners decides nothing but
 * the last bits of sums.
 */

/**
 * A stretch of a log in the order in which things happened. Holds 16 bytes for each event; the
 * events themselves are read when their turn comes. For one thread.
 */
public final class Recording {
  private final EventLog log;
  private final TimeOrder order;
  private final int moments;
  private long unreadable;

  private Recording(EventLog log, TimeOrder order, long unreadable) {
    this.log = log;
    this.order = order;
    this.unreadable = unreadable;
    int count = 0;
    for (int i = 0; i < order.size(); i++) {
      count += i == 0 || order.time(i) != order.time(i - 1) ? 1 : 0;
    }
    moments = count;
  }

  /**
   * Looks through the events of a log.
   *
   * @param from the first time that belongs to the stretch, or null for all
   * @param to the first time that no longer does, or null
   * @param progress is told now and then how many records were looked at
   */
  public static Recording of(
      EventLog log, @Nullable Instant from, @Nullable Instant to, LongConsumer progress) {
    var order = new TimeOrder();
    long first = from == null ? Long.MIN_VALUE : from.toEpochMilli();
    long end = to == null ? Long.MAX_VALUE : to.toEpochMilli();
    long seen = 0;
    long unreadable = 0;
    for (int partition = 0; partition < log.partitions(); partition++) {
      long last = log.end(Topic.EVENTS, partition);
      try (LogCursor cursor = log.read(Topic.EVENTS, partition, 0)) {
        for (StoredRecord next = cursor.next();
            next != null && next.offset() < last;
            next = cursor.next()) {
          if (++seen % 10_000 == 0) {
            progress.accept(seen);
          }
          try {
            long time = EventCodec.decode(next.value()).occurredAt().toEpochMilli();
            if (time >= first && time < end) {
              order.add(time, partition, next.offset());
            }
          } catch (RuntimeException e) {
            unreadable++;
          }
        }
      }
    }
    order.sort();
    return new Recording(log, order, unreadable);
  }

  /** Number of events. */
  public int events() {
    return order.size();
  }

  /** Number of different times. */
  public int moments() {
    return moments;
  }

  /** Records of the log that could not be read so far: of events, then of items and people. */
  public long unreadable() {
    return unreadable;
  }

  /** When an event happened, by its number from 0 to {@link #events} exclusive. */
  public Instant time(int event) {
    return Instant.ofEpochMilli(order.time(event));
  }

  /** Says which events these are, and how much of items and people the log holds. */
  public String identity() {
    var words = new StringBuilder("%d events in %d moments".formatted(events(), moments));
    if (events() > 0) {
      words.append(" from ").append(time(0)).append(" to ").append(time(events() - 1));
    }
    for (Topic topic : List.of(Topic.EVENTS, Topic.ITEMS, Topic.USERS)) {
      for (int partition = 0; partition < log.partitions(); partition++) {
        words.append(' ').append(log.end(topic, partition));
      }
    }
    return words.append('\n').toString();
  }

  /** Begins to read; close it. */
  Reader read() {
    return new Reader();
  }

  /** Reads moment after moment. A cursor is kept in each partition and moved where events jump. */
  final class Reader implements AutoCloseable {
    private record Placed(Event event, long offset) {}

    private final Map<Integer, LogCursor> cursors = new HashMap<>();
    private int next;

    /** The next moment, or null when there is none. */
    @Nullable Moment next() {
      if (next >= order.size()) {
        return null;
      }
      long time = order.time(next);
      var placed = new ArrayList<Placed>();
      for (; next < order.size() && order.time(next) == time; next++) {
        placed.add(new Placed(event(next), order.offset(next)));
      }
      placed.sort(
          Comparator.comparing((Placed each) -> each.event.owner().value())
              .thenComparingLong(Placed::offset));
      return new Moment(Instant.ofEpochMilli(time), placed.stream().map(Placed::event).toList());
    }

    /** Number of events returned so far. */
    int position() {
      return next;
    }

    private Event event(int index) {
      int partition = order.partition(index);
      long offset = order.offset(index);
      LogCursor cursor = cursors.get(partition);
      StoredRecord record = cursor == null || cursor.position() != offset ? null : cursor.next();
      if (record == null || record.offset() != offset) {
        if (cursor != null) {
          cursor.close();
        }
        cursor = log.read(Topic.EVENTS, partition, offset);
        cursors.put(partition, cursor);
        record = cursor.next();
      }
      if (record == null || record.offset() != offset) {
        throw new IllegalStateException(
            "event %d of partition %d is gone (expected: a log that nobody prunes meanwhile)"
                .formatted(offset, partition));
      }
      return EventCodec.decode(record.value());
    }

    @Override
    public void close() {
      List.copyOf(cursors.values()).forEach(LogCursor::close);
      cursors.clear();
    }
  }

  /** Reads the newest record of every key of a compacted topic. */
  <T> List<T> all(Topic topic, Function<byte[], T> decoder) {
    var found = new ArrayList<T>();
    for (int partition = 0; partition < log.partitions(); partition++) {
      try (LogCursor cursor = log.read(topic, partition, 0)) {
        for (StoredRecord next = cursor.next(); next != null; next = cursor.next()) {
          try {
            found.add(decoder.apply(next.value()));
          } catch (RuntimeException e) {
            unreadable++;
          }
        }
      }
    }
    return found;
  }
}
