/**
 * The event log: what happened, in order, durably. The first step of <em>ingest -> log ->
 * query</em>.
 *
 * <p>A topic is split into partitions by the record's key; offsets grow within a partition and may
 * have gaps. An append is one write for the whole batch and answers per record. Readers follow with
 * a {@link dev.imasugu.log.LogCursor} and are woken by {@link dev.imasugu.log.EventLog#nextAppend}.
 *
 * {@snippet :
 * try (EventLog log = new InMemoryEventLog(4)) {
 *   var record = new LogRecord("u1", "event-1", receivedAt, EventCodec.encode(event));
 *   List<Appended> verdicts = log.append(Topic.EVENTS, List.of(record)).join();
 *   try (LogCursor cursor = log.read(Topic.EVENTS, log.partition("u1"), 0)) {
 *     for (StoredRecord r = cursor.next(); r != null; r = cursor.next()) {
 *       Event read = EventCodec.decode(r.value());
 *     }
 *   }
 * }
 * }
 */
@NullMarked
package dev.imasugu.log;

import org.jspecify.annotations.NullMarked;
