package dev.imasugu.store;

import java.util.List;
import java.util.function.Consumer;

/**
 * People who were erased. Of each a tombstone stays, under a hash of their id: it hides what was
 * recorded before from whoever still reads it, and turns away lists that were being computed. Reads
 * from any thread; writes from platform threads only.
 */
public interface Erasures {
  /** Grows with every erasure; 0 when there was none. */
  long count();

  /** Records of this owner with a smaller offset are not to be seen; 0 for who was never erased. */
  long hiddenBefore(String owner);

  /**
   * Removes an owner's profile rows, dirty mark, lists, links and rows of statistics tables whose
   * key begins with {@code user_id}, and leaves a tombstone, in one atomic write.
   *
   * @param hiddenBefore the end of the owner's log partition
   * @param tables all live tables
   */
  void erase(String owner, long hiddenBefore, List<FeatureTable> tables);

  /** Calls a listener after each erasure, on the caller's thread; must be short. */
  void onErase(Consumer<String> listener);

  /** Rewrites what is on disk, so that nothing erased is left there; may take minutes. */
  void compact();
}
