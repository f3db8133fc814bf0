package dev.imasugu.query;

import org.jspecify.annotations.Nullable;

/**
 * What an apply does to one query.
 *
 * @param from the live version's number; 0 when there is none
 * @param to the number of the version to be built; 0 when there is none
 * @param note what somebody should know before it begins, or null
 */
public record QueryChange(String name, Action action, int from, int to, @Nullable String note) {
  /** What is done. */
  public enum Action {
    /** It keeps running, untouched. */
    KEEP,
    /** It is built, and then live. */
    ADD,
    /** It is built beside the live version, and then takes its place. */
    REPLACE,
    /** It goes, with its rows. */
    DROP,
    /** Its file is gone; it keeps running until an apply that prunes. */
    ORPHAN
  }

  static QueryChange keep(String name, int number) {
    return new QueryChange(name, Action.KEEP, number, number, null);
  }

  static QueryChange add(String name, int number) {
    return new QueryChange(name, Action.ADD, 0, number, null);
  }

  static QueryChange replace(String name, int from, int to, long lost) {
    return new QueryChange(
        name,
        Action.REPLACE,
        from,
        to,
        lost == 0
            ? null
            : "version %d was made of %,d events that version %d will not be given: the log has forgotten them, or start: says so"
                .formatted(from, lost, to));
  }

  static QueryChange drop(String name, int number) {
    return new QueryChange(name, Action.DROP, number, 0, null);
  }

  static QueryChange orphan(String name, int number) {
    return new QueryChange(
        name, Action.ORPHAN, number, number, "its file is gone; apply --prune drops it");
  }

  /** Whether a version has to be built. */
  public boolean builds() {
    return action == Action.ADD || action == Action.REPLACE;
  }
}
