package dev.imasugu.log;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process that appends batches and prints how many records it has, until somebody kills it. */
final class KilledLog {
  static final int BATCH = 5;

  private KilledLog() {}

  static LogRecord record(long i) {
    return EventLogContractTest.event("u" + i % 17, "e" + i);
  }

  public static void main(String[] args) {
    try (RocksEventLog log =
        RocksEventLog.open(Path.of(args[0]), EventLogContractTest.PARTITIONS, Ack.WRITE)) {
      for (long i = 0; i < 100_000_000; i += BATCH) {
        List<LogRecord> batch = new ArrayList<>();
        for (int j = 0; j < BATCH; j++) {
          batch.add(record(i + j));
        }
        long written = i + BATCH;
        log.append(Topic.EVENTS, batch).thenRun(() -> System.out.println(written)).join();
      }
    }
  }
}
