package dev.imasugu.query;

import dev.imasugu.log.EventLog;
import dev.imasugu.store.FeatureTable;
import dev.imasugu.store.ProfileCommit;
import dev.imasugu.store.ProfileCommit.Link;
import dev.imasugu.store.ProfileCommit.Mark;
import dev.imasugu.store.ProfileCommit.TableRow;
import dev.imasugu.store.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Collects what the queries make of one poll batch, between the source that reads it and the sinks
 * at the end of its chain: all run on one thread, inside the source's emit, so the lane is theirs
 * by being the thread's.
 */
final class Lane {
  private static final ThreadLocal<Lane> OF_THREAD = ThreadLocal.withInitial(Lane::new);
  static final String EVENT = "event";

  private final List<TableRow> rows = new ArrayList<>();
  private final Map<String, Mark> marks = new LinkedHashMap<>();
  private final Map<String, Link> links = new LinkedHashMap<>();
  private boolean open;
  private int partition;
  private String owner = "";
  private Instant receivedAt = Instant.EPOCH;

  private Lane() {}

  static Lane ofThisThread() {
    return OF_THREAD.get();
  }

  static void forget() {
    OF_THREAD.remove();
  }

  /** Opens the lane, empty, for a batch of one partition. */
  void begin(int number) {
    rows.clear();
    marks.clear();
    links.clear();
    partition = number;
    open = true;
  }

  /** Says whose event is emitted next. */
  void event(String user, Instant received) {
    owner = user;
    receivedAt = received;
  }

  /** Takes an anonymous id that an event names beside its user; the newest of a pair counts. */
  void link(String user, String anonymous, Instant at) {
    links.merge(
        user + '\n' + anonymous,
        new Link(user, anonymous, at, receivedAt),
        (old, link) -> link.at().isAfter(old.at()) ? link : old);
  }

  List<Link> links() {
    return List.copyOf(links.values());
  }

  /** Takes a row of a profile table and marks its user. */
  void row(FeatureTable table, Row row, EventLog log) {
    checkOpen();
    String user = row.text(table.index(FeatureTable.USER));
    if (!user.equals(owner) && log.partition(user) != partition) {
      throw new IllegalStateException(
          "query "
              + table.name()
              + " wrote a row for "
              + FeatureTable.USER
              + " "
              + user
              + " while reading an event of "
              + owner
              + " (expected: rows of the event's own user; say kind: statistics for others)");
    }
    rows.add(new TableRow(table, row));
    mark(user, EVENT);
  }

  /** The number of rows so far. */
  int size() {
    return rows.size();
  }

  /** Takes back the rows of a table since there were {@code size}; marks do no harm. */
  void undo(@Nullable FeatureTable table, int size) {
    rows.subList(size, rows.size()).removeIf(row -> row.table().equals(table));
  }

  /** Takes a row of {@code triggers}. */
  void trigger(String user, String reason) {
    checkOpen();
    mark(user, reason);
  }

  /** Closes the lane; what it holds stays until the next batch begins. */
  void end() {
    open = false;
  }

  List<TableRow> rows() {
    return rows;
  }

  /** One mark a user: since the oldest event, for the reason of a trigger if there was one. */
  List<ProfileCommit.Mark> marks() {
    return List.copyOf(marks.values());
  }

  private void mark(String user, String reason) {
    Mark old = marks.get(user);
    if (old == null) {
      marks.put(user, new Mark(user, reason, receivedAt));
    } else {
      Instant since = receivedAt.isBefore(old.since()) ? receivedAt : old.since();
      String why = reason.equals(EVENT) ? old.reason() : reason;
      if (!since.equals(old.since()) || !why.equals(old.reason())) {
        marks.put(user, new Mark(user, why, since));
      }
    }
  }

  private void checkOpen() {
    if (!open) {
      throw new IllegalStateException("profile sink is not chained to its source");
    }
  }
}
