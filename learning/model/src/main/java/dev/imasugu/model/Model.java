package dev.imasugu.model;

/**
 * A fitted model: the history now in, scores now out.
 *
 * <p>It keeps no state of a user: whoever comes with a history is answered from that history alone,
 * so new users are folded in and a user's last event counts at once. Safe for use by many threads,
 * unless it is {@link Absorbing}.
 */
public interface Model {
  /** How many items it scores; the rows of items are 0 to this, exclusive. */
  int items();

  /**
   * Scores every item.
   *
   * <p>Scores are finite, greater is better, and comparable within one call only. A model that has
   * nothing to say of an item leaves it at zero. Items of the history are scored like others: the
   * caller leaves out what must not be shown.
   *
   * @param history may be empty: then the answer is the model's for somebody unknown
   * @param scores overwritten from 0 to {@link #items()}, exclusive; may be longer
   */
  void score(History history, float[] scores);
}
