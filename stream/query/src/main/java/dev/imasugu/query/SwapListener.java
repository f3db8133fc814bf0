package dev.imasugu.query;

/** Makes readers use what goes live. */
public interface SwapListener {
  /**
   * Prepares everything for a swap; readers still use what is live.
   *
   * @param next what will be live
   * @return what lets readers use it: called once the swap can no longer fail, must be short
   * @throws RuntimeException to keep what is live; the message is shown
   */
  Runnable prepare(LiveQueries next);
}
