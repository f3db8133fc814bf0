package dev.imasugu.query;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.file.Path;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ClusterTest {
  @TempDir private Path folder;

  /** Flink by itself is stuck for ever in some of these. */
  @RepeatedTest(8)
  @Timeout(60)
  void close_whileItComesUp_ends(RepetitionInfo repetition) throws InterruptedException {
    var cluster = new Cluster(QuerySettings.of(folder), 1);
    Thread.sleep(40L * (repetition.getCurrentRepetition() - 1));

    assertThatCode(cluster::close).doesNotThrowAnyException();
  }
}
