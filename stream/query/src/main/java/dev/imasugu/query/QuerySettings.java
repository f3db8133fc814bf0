package dev.imasugu.query;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the embedded engine runs the queries.
 *
 * @param folder of the deployment and of the statistics jobs' state; nothing else may live there
 * @param checkpointInterval how often that state is stored: what is replayed after a kill; zero for
 *     never
 * @param parallelism subtasks of each job, at least 1; more than the log's partitions are not used
 * @param stateTtl how long state of a key (a user's last items, an item's sums) is kept after its
 *     last event, by the clock; with a half-life h, what is lost weighs less than 2^(-ttl/h) of
 *     what it did
 * @param plans where planned jobs are kept for the next start of this build, or null for nowhere
 */
public record QuerySettings(
    Path folder,
    Duration checkpointInterval,
    int parallelism,
    Duration stateTtl,
    @Nullable Path plans) {
  public QuerySettings {
    if (parallelism < 1) {
      throw new IllegalArgumentException("parallelism: " + parallelism + " (expected: >= 1)");
    }
    if (!checkpointInterval.isZero() && checkpointInterval.compareTo(Duration.ofMillis(10)) < 0) {
      throw new IllegalArgumentException(
          "checkpointInterval: " + checkpointInterval + " (expected: at least 10 ms, or zero)");
    }
    if (stateTtl.isNegative()) {
      throw new IllegalArgumentException("stateTtl: " + stateTtl + " (expected: not negative)");
    }
  }

  /** A checkpoint every 30 s, one subtask a job, state kept for 180 days. */
  public static QuerySettings of(Path folder) {
    return new QuerySettings(folder, Duration.ofSeconds(30), 1, Duration.ofDays(180), null);
  }

  Path checkpoints() {
    return folder.resolve("checkpoints");
  }
}
