package dev.imasugu.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.imasugu.testing.Randomized;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** What every {@link EventLog} must do. */
abstract class EventLogContractTest {
  static final int PARTITIONS = 3;

  private EventLog log = new InMemoryEventLog(1);

  abstract EventLog open();

  @BeforeEach
  void openLog() {
    log = open();
  }

  @AfterEach
  void closeLog() {
    log.close();
  }

  @Test
  void append_oneKey_keepsItsOrder() {
    append(Topic.EVENTS, event("u", "e1"), event("u", "e2"));
    append(Topic.EVENTS, event("u", "e3"));
    int partition = log.partition("u");
    assertThat(log.begin(Topic.EVENTS, partition)).isZero();
    assertThat(log.end(Topic.EVENTS, partition)).isEqualTo(3);
    assertThat(read(Topic.EVENTS, partition, 0)).containsExactly("0 u/e1", "1 u/e2", "2 u/e3");
    assertThat(read(Topic.EVENTS, partition, 2)).containsExactly("2 u/e3");
    assertThat(log.end(Topic.ITEMS, partition)).isZero();
  }

  @Test
  void append_nothing_isAnsweredWithNothing() {
    assertThat(log.append(Topic.EVENTS, List.of()).join()).isEmpty();
  }

  @Test
  void append_duplicates_areAnsweredWithTheFirst() {
    int partition = log.partition("u");
    List<Appended> first =
        append(Topic.EVENTS, event("u", "e1"), event("u", "e1"), event("u", "e2"));
    assertThat(first)
        .containsExactly(
            new Appended.Accepted(partition, 0),
            new Appended.Duplicate(partition, 0),
            new Appended.Accepted(partition, 1));
    List<Appended> second =
        append(Topic.EVENTS, event("u", "e2"), event("v", "e2"), event("u", "e3"));
    assertThat(second.get(0)).isEqualTo(new Appended.Duplicate(partition, 1));
    assertThat(second.get(1)).isInstanceOf(Appended.Accepted.class);
    assertThat(second.get(2)).isInstanceOf(Appended.Accepted.class);
  }

  @Test
  void append_keysAndIdsThatRunTogether_areDistinct() {
    List<Appended> answers = append(Topic.EVENTS, event("ab", "c"), event("a", "bc"));
    assertThat(answers).allMatch(Appended.Accepted.class::isInstance);
  }

  @Randomized
  @RepeatedTest(5)
  void append_randomly_isTheFoldOfTheBatches(RandomGenerator random) {
    Map<Integer, List<String>> expected = new HashMap<>();
    Map<String, Appended> ids = new HashMap<>();
    for (int i = 0; i < 30; i++) {
      var batch = new ArrayList<LogRecord>();
      for (int j = random.nextInt(6); j > 0; j--) {
        batch.add(event("u" + random.nextInt(9), "e" + random.nextInt(20)));
      }
      List<Appended> answers = append(Topic.EVENTS, batch.toArray(LogRecord[]::new));
      for (int j = 0; j < batch.size(); j++) {
        String name = text(batch.get(j).value());
        var records =
            expected.computeIfAbsent(log.partition(batch.get(j).key()), _ -> new ArrayList<>());
        Appended earlier = ids.get(name);
        if (earlier == null) {
          assertThat(answers.get(j))
              .isEqualTo(new Appended.Accepted(log.partition(batch.get(j).key()), records.size()));
          ids.put(name, answers.get(j));
          records.add(records.size() + " " + name);
        } else {
          assertThat(answers.get(j))
              .isEqualTo(new Appended.Duplicate(earlier.partition(), earlier.offset()));
        }
      }
    }
    for (int p = 0; p < PARTITIONS; p++) {
      assertThat(read(Topic.EVENTS, p, 0))
          .isEqualTo(expected.getOrDefault(p, Collections.emptyList()));
    }
  }

  @Test
  void append_compactedTopic_keepsTheNewestOfAKey() {
    append(Topic.ITEMS, event("i", "1"), event("i", "2"));
    append(Topic.ITEMS, event("i", "2"), event("i", "1"));
    int partition = log.partition("i");
    assertThat(read(Topic.ITEMS, partition, 0)).containsExactly("3 i/1");
    assertThat(log.begin(Topic.ITEMS, partition)).isEqualTo(3);
    assertThat(log.end(Topic.ITEMS, partition)).isEqualTo(4);
  }

  @Test
  void cursor_overGaps_goesOnBehindThem() {
    int partition = log.partition("i");
    String other = sameAs("i");
    append(Topic.ITEMS, event("i", "1"), event(other, "1"));
    try (LogCursor cursor = log.read(Topic.ITEMS, partition, 0)) {
      append(Topic.ITEMS, event("i", "2"), event(other, "2"));
      assertThat(drain(cursor)).containsExactly("2 i/2", "3 " + other + "/2");
      append(Topic.ITEMS, event(other, "3"), event(other, "4"));
      assertThat(drain(cursor)).containsExactly("5 " + other + "/4");
      assertThat(cursor.position()).isEqualTo(6);
    }
  }

  @Test
  void cursor_atTheEnd_followsTheGrowth() {
    int partition = log.partition("u");
    try (LogCursor cursor = log.read(Topic.EVENTS, partition, 0)) {
      assertThat(cursor.next()).isNull();
      append(Topic.EVENTS, event("u", "e1"));
      append(Topic.EVENTS, event("u", "e2"));
      assertThat(drain(cursor)).containsExactly("0 u/e1", "1 u/e2");
      assertThat(cursor.position()).isEqualTo(2);
      append(Topic.EVENTS, event("u", "e3"));
      assertThat(drain(cursor)).containsExactly("2 u/e3");
    }
  }

  @Test
  void cursor_beyondTheEnd_waitsForIt() {
    int partition = log.partition("u");
    try (LogCursor cursor = log.read(Topic.EVENTS, partition, 1)) {
      append(Topic.EVENTS, event("u", "e1"));
      assertThat(cursor.next()).isNull();
      assertThat(cursor.position()).isEqualTo(1);
      append(Topic.EVENTS, event("u", "e2"));
      assertThat(drain(cursor)).containsExactly("1 u/e2");
    }
  }

  @Test
  void skipTo_leavesAGap() {
    int partition = log.partition("u");
    append(Topic.EVENTS, event("u", "e1"));
    log.skipTo(Topic.EVENTS, partition, 10);
    log.skipTo(Topic.EVENTS, partition, 4);
    assertThat(log.end(Topic.EVENTS, partition)).isEqualTo(10);
    assertThat(append(Topic.EVENTS, event("u", "e2")))
        .containsExactly(new Appended.Accepted(partition, 10));
    assertThat(read(Topic.EVENTS, partition, 0)).containsExactly("0 u/e1", "10 u/e2");
    assertThat(append(Topic.EVENTS, event("u", "e1")))
        .containsExactly(new Appended.Duplicate(partition, 0));
  }

  @Test
  void retain_forgetsOldRecordsAndTheirIds() {
    int partition = log.partition("u");
    append(Topic.EVENTS, event("u", "e1", 1), event("u", "e2", 2), event("u", "e3", 3));
    assertThat(log.retain(Topic.EVENTS, at(3), all(Long.MAX_VALUE))).isEqualTo(2);
    assertThat(log.begin(Topic.EVENTS, partition)).isEqualTo(2);
    assertThat(read(Topic.EVENTS, partition, 0)).containsExactly("2 u/e3");
    assertThat(append(Topic.EVENTS, event("u", "e1", 4), event("u", "e3", 4)))
        .containsExactly(new Appended.Accepted(partition, 3), new Appended.Duplicate(partition, 2));
    assertThat(log.retain(Topic.EVENTS, Instant.MAX, all(Long.MAX_VALUE))).isEqualTo(2);
    assertThat(log.begin(Topic.EVENTS, partition)).isEqualTo(4);
    assertThat(log.end(Topic.EVENTS, partition)).isEqualTo(4);
    assertThat(log.retain(Topic.EVENTS, Instant.MAX, all(Long.MAX_VALUE))).isZero();
  }

  @Test
  void retain_neverPassesAReader() {
    int partition = log.partition("u");
    append(Topic.EVENTS, event("u", "e1", 1), event("u", "e2", 2), event("u", "e3", 3));
    assertThat(log.retain(Topic.EVENTS, Instant.MAX, all(1))).isEqualTo(1);
    assertThat(log.begin(Topic.EVENTS, partition)).isEqualTo(1);
    assertThat(log.retain(Topic.EVENTS, Instant.MAX, all(0))).isZero();
  }

  @Test
  void retain_compactedTopic_isLeftAlone() {
    append(Topic.ITEMS, event("i", "1", 1));
    assertThat(log.retain(Topic.ITEMS, Instant.MAX, all(Long.MAX_VALUE))).isZero();
    assertThat(read(Topic.ITEMS, log.partition("i"), 0)).hasSize(1);
  }

  @Test
  void nextAppend_completesAtTheNextAppendToItsTopic() throws Exception {
    append(Topic.EVENTS, event("u", "e1"));
    CompletableFuture<Void> events = log.nextAppend(Topic.EVENTS);
    CompletableFuture<Void> items = log.nextAppend(Topic.ITEMS);
    assertThat(events).isNotDone();
    append(Topic.EVENTS, event("u", "e2"));
    events.get(10, TimeUnit.SECONDS);
    assertThat(items).isNotDone();
    log.close();
    items.get(10, TimeUnit.SECONDS);
  }

  @Test
  void follow_withWakeUps_missesNothing() throws Exception {
    int count = 3000;
    try (var threads = Executors.newFixedThreadPool(4)) {
      var readers = new ArrayList<Future<Integer>>();
      for (int p = 0; p < PARTITIONS; p++) {
        int partition = p;
        readers.add(threads.submit(() -> follow(partition, count)));
      }
      int expected = 0;
      Future<?> writer =
          threads.submit(
              () -> {
                for (int i = 0; i < count; i++) {
                  var answer = log.append(Topic.EVENTS, List.of(event("u" + i, "e")));
                  if (i % 3 == 0) {
                    answer.join();
                  }
                }
                for (int p = 0; p < PARTITIONS; p++) {
                  append(Topic.EVENTS, event(keyIn(p), "last"));
                }
              });
      writer.get(30, TimeUnit.SECONDS);
      for (Future<Integer> reader : readers) {
        expected += reader.get(30, TimeUnit.SECONDS);
      }
      assertThat(expected).isEqualTo(count);
    }
  }

  private int follow(int partition, int atMost) {
    int found = 0;
    long offset = -1;
    try (LogCursor cursor = log.read(Topic.EVENTS, partition, 0)) {
      while (found <= atMost) {
        CompletableFuture<Void> wakeUp = log.nextAppend(Topic.EVENTS);
        for (StoredRecord r = cursor.next(); r != null; r = cursor.next()) {
          if (r.offset() != offset + 1) {
            throw new AssertionError("offset " + r.offset() + " after " + offset);
          }
          offset = r.offset();
          if (text(r.value()).endsWith("/last")) {
            return found;
          }
          found++;
        }
        wakeUp.join();
      }
    }
    throw new AssertionError("no last record");
  }

  @Test
  void unknownPartition_isRefused() {
    for (int partition : new int[] {-1, PARTITIONS}) {
      assertThatIllegalArgumentException().isThrownBy(() -> log.end(Topic.EVENTS, partition));
      assertThatIllegalArgumentException().isThrownBy(() -> log.begin(Topic.EVENTS, partition));
      assertThatIllegalArgumentException().isThrownBy(() -> log.read(Topic.EVENTS, partition, 0));
      assertThatIllegalArgumentException().isThrownBy(() -> log.skipTo(Topic.EVENTS, partition, 1));
    }
    assertThat(log.partitions()).isEqualTo(PARTITIONS);
  }

  @Test
  void everyCall_afterClose_isRefused() {
    append(Topic.EVENTS, event("u", "e1"), event("u", "e2"));
    LogCursor cursor = log.read(Topic.EVENTS, log.partition("u"), 0);
    assertThat(cursor.next()).isNotNull();
    log.close();
    log.close();
    assertThatIllegalStateException().isThrownBy(cursor::next);
    cursor.close();
    cursor.close();
    assertThatIllegalStateException().isThrownBy(() -> append(Topic.EVENTS, event("u", "e3")));
    assertThatIllegalStateException().isThrownBy(() -> log.end(Topic.EVENTS, 0));
    assertThatIllegalStateException().isThrownBy(() -> log.begin(Topic.EVENTS, 0));
    assertThatIllegalStateException().isThrownBy(() -> log.read(Topic.EVENTS, 0, 0));
    assertThatIllegalStateException().isThrownBy(() -> log.nextAppend(Topic.EVENTS));
    assertThatIllegalStateException().isThrownBy(() -> log.skipTo(Topic.EVENTS, 0, 1));
    assertThatIllegalStateException()
        .isThrownBy(() -> log.retain(Topic.EVENTS, Instant.MAX, all(0)));
  }

  @Test
  void close_whileOthersReadAndAppend_turnsThemAway() throws Exception {
    var records = new LogRecord[500];
    for (int i = 0; i < records.length; i++) {
      records[i] = event("u", "e" + i);
    }
    append(Topic.EVENTS, records);
    try (var threads = Executors.newFixedThreadPool(3)) {
      var done = new ArrayList<Future<String>>();
      for (int t = 0; t < 2; t++) {
        done.add(
            threads.submit(
                () -> {
                  try {
                    while (true) {
                      read(Topic.EVENTS, log.partition("u"), 0);
                    }
                  } catch (IllegalStateException e) {
                    return "closed";
                  }
                }));
      }
      done.add(
          threads.submit(
              () -> {
                try {
                  for (int i = 0; i < Integer.MAX_VALUE; i++) {
                    append(Topic.EVENTS, event("v", "e" + i));
                  }
                  return "never";
                } catch (IllegalStateException e) {
                  return "closed";
                }
              }));
      TimeUnit.MILLISECONDS.sleep(50);
      log.close();
      for (Future<String> each : done) {
        assertThat(each.get(10, TimeUnit.SECONDS)).isEqualTo("closed");
      }
    }
  }

  @Test
  void eraseKey_forgetsItsRecordsAndIdsOnly() {
    append(Topic.EVENTS, event("u", "e1"), event("u2", "e1"), event("u", "e2"));
    int partition = log.partition("u");
    assertThat(log.eraseKey(Topic.EVENTS, "u").join()).isEqualTo(2);
    assertThat(log.eraseKey(Topic.EVENTS, "u").join()).isZero();
    assertThat(read(Topic.EVENTS, partition, 0)).noneMatch(record -> record.contains(" u/"));
    assertThat(read(Topic.EVENTS, log.partition("u2"), 0)).hasSize(1);
    long end = log.end(Topic.EVENTS, partition);
    assertThat(append(Topic.EVENTS, event("u", "e1")))
        .containsExactly(new Appended.Accepted(partition, end));
  }

  @Test
  void erase_offsets_forgetsThose() {
    append(Topic.QUARANTINE, event("q", "e1"), event("q", "e2"), event("q", "e3"));
    int partition = log.partition("q");
    log.erase(Topic.QUARANTINE, partition, List.of(0L, 2L, 17L)).join();
    assertThat(read(Topic.QUARANTINE, partition, 0)).containsExactly("1 q/e2");
    assertThat(append(Topic.QUARANTINE, event("q", "e2"), event("q", "e1")))
        .containsExactly(new Appended.Duplicate(partition, 1), new Appended.Accepted(partition, 3));
    log.compact();
    assertThat(read(Topic.QUARANTINE, partition, 0)).containsExactly("1 q/e2", "3 q/e1");
  }

  @Test
  void newest_ofACompactedTopic_isTheLastOfItsKey() {
    append(Topic.USERS, event("u", "1"), event("v", "1"), event("u", "2"));
    assertThat(log.newest(Topic.USERS, "u"))
        .extracting(record -> text(record.value()))
        .isEqualTo("u/2");
    assertThat(log.newest(Topic.USERS, "w")).isNull();
    log.eraseKey(Topic.USERS, "u").join();
    assertThat(log.newest(Topic.USERS, "u")).isNull();
    assertThatIllegalArgumentException().isThrownBy(() -> log.newest(Topic.EVENTS, "u"));
  }

  List<Appended> append(Topic topic, LogRecord... records) {
    return log.append(topic, List.of(records)).join();
  }

  private List<String> read(Topic topic, int partition, long from) {
    try (LogCursor cursor = log.read(topic, partition, from)) {
      return drain(cursor);
    }
  }

  static List<String> drain(LogCursor cursor) {
    var found = new ArrayList<String>();
    for (StoredRecord r = cursor.next(); r != null; r = cursor.next()) {
      found.add(r.offset() + " " + text(r.value()));
      assertThat(cursor.position()).isEqualTo(r.offset() + 1);
    }
    return found;
  }

  static LogRecord event(String key, String id) {
    return event(key, id, 0);
  }

  static LogRecord event(String key, String id, long millis) {
    return new LogRecord(key, id, at(millis), (key + "/" + id).getBytes(StandardCharsets.UTF_8));
  }

  static Instant at(long millis) {
    return Instant.ofEpochMilli(1_700_000_000_000L + millis);
  }

  private static String text(byte[] value) {
    return new String(value, StandardCharsets.UTF_8);
  }

  static List<Long> all(long position) {
    return Collections.nCopies(PARTITIONS, position);
  }

  private String keyIn(int partition) {
    int i = 0;
    while (log.partition("k" + i) != partition) {
      i++;
    }
    return "k" + i;
  }

  private String sameAs(String key) {
    return keyIn(log.partition(key));
  }
}
