package dev.imasugu.query;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a version of a query is doing. Queries of one job share its state, lag, restarts, late rows,
 * checkpoint, rate and CPU.
 *
 * @param version its number; the same name may be there twice while the next one is built
 * @param live whether lists are made of it
 * @param job the id of its job
 * @param lag records of the log that the job has not handled yet
 * @param lagSeconds how long the oldest of them has waited
 * @param restarts how often the job began again after a failure
 * @param lateRows events that came after the watermark had passed them, since the start
 * @param quarantinedRows records this query failed on, since the start
 * @param checkpointAt when the job's state was last stored, or null
 * @param rowsPerSecond records the job reads, over the last ten seconds
 * @param cpuMicrosPerEvent CPU time of the job for each of them
 * @param built of a version in building, which part of the log it has read, from 0 to 1
 * @param remaining of a version in building, when it will have read all, or null if that is not
 *     known
 * @param error the first cause of the last failure in plain words, or null
 */
public record QueryStatus(
    String name,
    int version,
    boolean live,
    Kind kind,
    String job,
    State state,
    long lag,
    double lagSeconds,
    int restarts,
    long lateRows,
    long quarantinedRows,
    @Nullable Instant checkpointAt,
    long checkpointBytes,
    double rowsPerSecond,
    double cpuMicrosPerEvent,
    double built,
    @Nullable Duration remaining,
    @Nullable String error) {
  /** Which contract the query's table follows. */
  public enum Kind {
    PROFILE,
    STATISTICS
  }

  /** Where in its life a version is. */
  public enum State {
    /** The engine is coming up. */
    STARTING,
    /** Live, and reading what the log holds; not at its end yet. */
    CATCHING_UP,
    /** Live, and has been at the log's end since it started. */
    RUNNING,
    /** Not live: made from the log beside the live version. */
    BUILDING,
    /** Failed a moment ago and begins again, after a pause that grows. */
    RESTARTING,
    /** Does not run and will not by itself. */
    FAILED
  }
}
