package dev.imasugu.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksEventLogTest extends EventLogContractTest {
  private static final long MEMORY = 4 << 20;

  @TempDir Path directory = Path.of("");

  @Override
  EventLog open() {
    return open("log", 1 << 20, 10_000);
  }

  private RocksEventLog open(String name, long queueBytes, int queueBatches) {
    return RocksEventLog.open(
        directory.resolve(name), PARTITIONS, Ack.WRITE, queueBytes, queueBatches, MEMORY);
  }

  @Test
  void reopen_keepsRecordsIdsAndPositions() {
    int partition;
    try (RocksEventLog log = open("kept", 1 << 20, 10)) {
      partition = log.partition("u");
      log.append(Topic.EVENTS, List.of(event("u", "e1", 1), event("u", "e2", 2))).join();
      log.append(Topic.ITEMS, List.of(event("u", "1", 1), event("u", "2", 1))).join();
      log.retain(Topic.EVENTS, at(2), all(Long.MAX_VALUE));
      log.skipTo(Topic.EVENTS, partition, 7);
    }
    try (RocksEventLog log = open("kept", 1 << 20, 10)) {
      assertThat(log.begin(Topic.EVENTS, partition)).isEqualTo(1);
      assertThat(log.end(Topic.EVENTS, partition)).isEqualTo(7);
      assertThat(log.begin(Topic.ITEMS, partition)).isEqualTo(1);
      assertThat(log.append(Topic.EVENTS, List.of(event("u", "e2"), event("u", "e1"))).join())
          .containsExactly(
              new Appended.Duplicate(partition, 1), new Appended.Accepted(partition, 7));
      log.append(Topic.ITEMS, List.of(event("u", "3"))).join();
      try (LogCursor events = log.read(Topic.EVENTS, partition, 0);
          LogCursor items = log.read(Topic.ITEMS, partition, 0)) {
        assertThat(drain(events)).containsExactly("1 u/e2", "7 u/e1");
        assertThat(drain(items)).containsExactly("2 u/3");
      }
      log.retain(Topic.EVENTS, Instant.MAX, all(Long.MAX_VALUE));
    }
    try (RocksEventLog log = open("kept", 1 << 20, 10)) {
      assertThat(log.begin(Topic.EVENTS, partition)).isEqualTo(8);
      assertThat(log.end(Topic.EVENTS, partition)).isEqualTo(8);
    }
  }

  @Test
  void append_queueFull_isRefusedAndNothingOfItWritten() throws Exception {
    try (RocksEventLog log = open("busy", 1000, 3)) {
      var reached = new CountDownLatch(1);
      var goOn = new CountDownLatch(1);
      CompletableFuture<Void> held =
          log.nextAppend(Topic.EVENTS)
              .thenRun(
                  () -> {
                    reached.countDown();
                    waitFor(goOn);
                  });
      var first = log.append(Topic.EVENTS, List.of(event("u", "first")));
      assertThat(reached.await(10, TimeUnit.SECONDS)).as("the writer is held up").isTrue();
      var waiting = new ArrayList<CompletableFuture<List<Appended>>>();
      for (int i = 0; i < 3; i++) {
        waiting.add(log.append(Topic.EVENTS, List.of(event("u", "batch" + i))));
      }
      assertThatExceptionOfType(LogBusyException.class)
          .isThrownBy(() -> log.append(Topic.EVENTS, List.of(event("u", "one more"))))
          .withMessageContaining("append queue: 3 batches");
      goOn.countDown();
      held.join();
      first.join();
      waiting.forEach(CompletableFuture::join);
      var large = new LogRecord("u", "large", at(0), new byte[5000]);
      log.append(Topic.EVENTS, List.of(large)).join();
      try (LogCursor cursor = log.read(Topic.EVENTS, log.partition("u"), 0)) {
        assertThat(drain(cursor)).hasSize(5).noneMatch(line -> line.contains("one more"));
      }
    }
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Test
  void append_withFsync_isWritten() {
    Path path = directory.resolve("fsync");
    try (RocksEventLog log = RocksEventLog.open(path, PARTITIONS, Ack.FSYNC)) {
      log.append(Topic.EVENTS, List.of(event("u", "e1"))).join();
      assertThat(log.end(Topic.EVENTS, log.partition("u"))).isEqualTo(1);
      assertThat(log.sizeBytes()).isNotNegative();
    }
  }

  @Test
  void retain_manyRecords_goesChunkByChunk() {
    try (RocksEventLog log = open("chunks", 64 << 20, 10)) {
      var records = new ArrayList<LogRecord>();
      for (int i = 0; i < 25_000; i++) {
        records.add(event("u", "e" + i, i));
      }
      log.append(Topic.EVENTS, records).join();
      int partition = log.partition("u");
      try (LogCursor behind = log.read(Topic.EVENTS, partition, 0)) {
        assertThat(log.retain(Topic.EVENTS, at(24_000), all(23_000))).isEqualTo(23_000);
        assertThat(behind.next()).extracting(StoredRecord::offset).isEqualTo(23_000L);
      }
      assertThat(log.begin(Topic.EVENTS, partition)).isEqualTo(23_000);
      assertThat(log.append(Topic.EVENTS, List.of(event("u", "e22999"))).join())
          .containsExactly(new Appended.Accepted(partition, 25_000));
    }
  }

  @Test
  void open_otherPartitions_isRefused() {
    open("three", 1 << 20, 10).close();
    assertThatIllegalStateException()
        .isThrownBy(() -> RocksEventLog.open(directory.resolve("three"), 4, Ack.WRITE))
        .withMessageStartingWith("partitions: 4 (expected: 3,");
  }

  @Test
  void open_directoryInUse_isRefused() {
    try (RocksEventLog log = open("used", 1 << 20, 10)) {
      assertThatIllegalStateException()
          .isThrownBy(() -> open("used", 1 << 20, 10))
          .withMessageStartingWith("log directory: ")
          .withMessageEndingWith("(expected: one that no other process has open)");
      assertThat(log.partitions()).isEqualTo(PARTITIONS);
    }
  }

  @Test
  void open_nonsenseBounds_areRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> open("none", 0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> open("none", 1, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RocksEventLog.open(directory, 0, Ack.WRITE));
  }

  @Test
  void killedProcess_keepsWhatItAcknowledgedAndTearsNothing() throws Exception {
    Path path = directory.resolve("killed");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                KilledLog.class.getName(),
                path.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    long acknowledged = readUntil(process, 500);
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(acknowledged).isGreaterThanOrEqualTo(500);
    try (RocksEventLog log = RocksEventLog.open(path, PARTITIONS, Ack.WRITE)) {
      long written = 0;
      for (int p = 0; p < PARTITIONS; p++) {
        try (LogCursor cursor = log.read(Topic.EVENTS, p, 0)) {
          List<String> found = drain(cursor);
          assertThat(log.end(Topic.EVENTS, p)).isEqualTo(found.size());
          written += found.size();
        }
      }
      assertThat(written).isGreaterThanOrEqualTo(acknowledged);
      assertThat(written % KilledLog.BATCH).as("whole batches").isZero();
      for (long i = 0; i < written; i++) {
        List<Appended> again = log.append(Topic.EVENTS, List.of(KilledLog.record(i))).join();
        assertThat(again).allMatch(Appended.Duplicate.class::isInstance);
      }
    }
  }

  private static long readUntil(Process process, long enough) throws IOException {
    try (var lines = process.inputReader()) {
      long last = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        last = Math.max(last, Long.parseLong(line)); // the last line may be cut off
        if (last >= enough) {
          process.toHandle().destroyForcibly(); // unlike the process, leaves its output readable
        }
      }
      return last;
    }
  }
}
