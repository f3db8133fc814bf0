package dev.imasugu.evaluate;

import dev.imasugu.model.Interactions;
import java.util.List;

/**
 * What a protocol asks.
 *
 * @param fit what models may be fitted on
 * @param queries at least one
 * @param removeSeen whether items of the history are left out of the ranking
 * @param notes what a reader of the table must know of the data
 */
record Task(Interactions fit, List<Query> queries, boolean removeSeen, List<String> notes) {
  Task {
    notes = List.copyOf(notes);
    if (queries.isEmpty()) {
      throw new IllegalArgumentException(
          "queries: 0 (expected: a user or session with at least two events)" + told(notes));
    }
    if (fit.size() == 0) {
      throw new IllegalArgumentException(
          "events to fit on: 0 (expected: at least one)" + told(notes));
    }
  }

  private static String told(List<String> notes) {
    return notes.isEmpty() ? "" : "; " + String.join("; ", notes);
  }
}
