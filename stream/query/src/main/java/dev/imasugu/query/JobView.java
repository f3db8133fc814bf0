package dev.imasugu.query;

import org.apache.flink.api.common.JobStatus;
import org.apache.flink.runtime.checkpoint.CheckpointStatsSnapshot;
import org.apache.flink.runtime.checkpoint.CompletedCheckpointStats;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.flink.runtime.executiongraph.ErrorInfo;
import org.jspecify.annotations.Nullable;

/**
 * What the engine says of a job.
 *
 * @param running whether all of it runs at this moment
 * @param failed whether it has ended and will not begin again
 * @param restarts how often it began again
 * @param error the first cause of its last failure in plain words, or null
 * @param failedTask the task that failed last, or null
 * @param checkpointAt when its state was last stored, in milliseconds; 0 for never in this run
 * @param checkpointBytes how large that was
 */
record JobView(
    boolean running,
    boolean failed,
    int restarts,
    @Nullable String error,
    @Nullable String failedTask,
    long checkpointAt,
    long checkpointBytes) {

  static JobView of(AccessExecutionGraph graph) {
    boolean running = graph.getState() == JobStatus.RUNNING;
    int restarts = 0;
    String failedTask = null;
    for (AccessExecutionVertex vertex : graph.getAllExecutionVertices()) {
      restarts = Math.max(restarts, vertex.getCurrentExecutionAttempt().getAttemptNumber());
      running &= vertex.getExecutionState() == ExecutionState.RUNNING;
      boolean failure =
          vertex.getExecutionHistory().getHistoricalExecutions().stream()
              .anyMatch(past -> past.getState() == ExecutionState.FAILED);
      if (failure) {
        failedTask = vertex.getTaskNameWithSubtaskIndex();
      }
    }
    ErrorInfo failure = graph.getFailureInfo();
    CheckpointStatsSnapshot checkpoints = graph.getCheckpointStatsSnapshot();
    CompletedCheckpointStats latest =
        checkpoints == null ? null : checkpoints.getHistory().getLatestCompletedCheckpoint();
    return new JobView(
        running,
        graph.getState() == JobStatus.FAILED,
        restarts,
        failure == null ? null : Cluster.plain(failure),
        failedTask,
        latest == null ? 0 : latest.getLatestAckTimestamp(),
        latest == null ? 0 : latest.getStateSize());
  }
}
