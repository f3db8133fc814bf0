package dev.imasugu.store;

import java.util.List;

/**
 * The durable set of users whose lists are out of date; at most one entry a user. Safe for many
 * threads; writes from platform threads only.
 *
 * <p>A user is handed to one taker at a time, oldest mark first, and stays dirty until {@link
 * #clean} finds that no newer mark came in between. Marks of a user who waits coalesce: the newest
 * stamp and reason, the oldest {@code since}. What lies beyond the in-memory bound waits in the
 * store, first come no longer first served. After a restart nobody has a user any more.
 */
public interface DirtySet {
  /** Marks users, adding to those marked already. */
  void mark(List<ProfileCommit.Mark> marks);

  /**
   * Takes up to {@code max} users that nobody else has; waits up to {@code timeoutMillis} for the
   * first. May be called from virtual threads.
   */
  List<DirtyUser> take(int max, long timeoutMillis) throws InterruptedException;

  /**
   * Removes users whose newest mark is the one that was taken; gives back those marked again, with
   * the {@code since} of the marks that came in between. A user who is not taken, or taken by
   * somebody else since, is left alone.
   *
   * @return the number of users removed
   */
  int clean(List<DirtyUser> users);

  /** Gives users back unchanged, to be taken again after those who wait. */
  void giveBack(List<DirtyUser> users);

  /** Whether a user is marked; true also while taken and not yet cleaned. */
  boolean isDirty(String user);

  /** The number of dirty users, those taken included. */
  long size();
}
