package dev.imasugu.store;

import java.util.List;

/**
 * The durable set of users whose lists are out of date; at most one entry a user. Safe for many
 * threads; writes from platform threads only.
 *
 * <p>A user is handed to one taker at a time, oldest mark first, and stays dirty until {@link
 * #clean} finds that no newer mark came in between. What lies beyond the in-memory bound waits in
 * the store, first come no longer first served.
 */
public interface DirtySet {
  /** Marks users, adding to those marked already. */
  void mark(List<ProfileCommit.Mark> marks);

  /**
   * Takes up to {@code max} users that nobody else has; waits up to {@code timeoutMillis} for the
   * first.
   */
  List<DirtyUser> take(int max, long timeoutMillis) throws InterruptedException;

  /**
   * Removes users whose newest mark is the one that was taken; gives back those marked again.
   *
   * @return the number of users removed
   */
  int clean(List<DirtyUser> users);

  /** Gives users back unchanged, to be taken again. */
  void giveBack(List<DirtyUser> users);

  /** Whether a user is marked; true also while taken and not yet cleaned. */
  boolean isDirty(String user);

  /** The number of dirty users, those taken included. */
  long size();
}
