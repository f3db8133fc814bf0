package dev.imasugu.query;

import org.jspecify.annotations.Nullable;

/**
 * How a query is doing. Queries of one kind run in one job and share its state, lag and restarts.
 *
 * @param lag records of the log that the query's job has not handled yet
 * @param restarts how often the job began again after a failure
 * @param error the first cause of the last failure in plain words, or null
 */
public record QueryStatus(
    String name, Kind kind, State state, long lag, int restarts, @Nullable String error) {
  /** Which contract the query's table follows. */
  public enum Kind {
    PROFILE,
    STATISTICS
  }

  /** Where in its life a query is. */
  public enum State {
    /** The engine is coming up. */
    STARTING,
    /** Reading what the log holds; not at its end yet. */
    CATCHING_UP,
    /** Has been at the log's end since it started. */
    RUNNING,
    /** Does not run and will not by itself. */
    FAILED
  }
}
