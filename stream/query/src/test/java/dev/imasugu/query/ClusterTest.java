package dev.imasugu.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.io.TempDir;

class ClusterTest {
  /** What lives as long as a cluster that is up, comes up, or cannot be closed. */
  private static final List<String> ITS_THREADS =
      List.of("queries-cluster", "queries-close", "flink-scheduler-1");

  private static final int LOOKS = 100;

  @TempDir private Path folder;

  /** Flink by itself is stuck for ever in some of these. */
  @RepeatedTest(8)
  void close_whileItComesUp_leavesNothing(RepetitionInfo repetition) throws InterruptedException {
    var cluster = new Cluster(QuerySettings.of(folder), 1);
    Thread.sleep(40L * (repetition.getCurrentRepetition() - 1));

    cluster.close();

    for (int look = 0; look < LOOKS && !living().isEmpty(); look++) {
      Thread.sleep(50);
    }
    assertThat(living()).isEmpty();
  }

  private static List<String> living() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(ITS_THREADS::contains)
        .toList();
  }
}
