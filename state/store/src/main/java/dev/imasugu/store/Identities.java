package dev.imasugu.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which anonymous ids belong to which users, as the links in commits said: an anonymous id belongs
 * to the user of its newest link, a user keeps the {@value #MOST} newest of theirs. Reads from any
 * thread.
 */
public interface Identities {
  /** Anonymous ids of one user at most. */
  int MOST = 5;

  /** The anonymous ids that belong to a user, the newest link first. */
  List<String> of(String user);

  /** Whether a user has ever had an anonymous id, even if it belongs to somebody else now. */
  boolean everLinked(String user);

  /** Whose an anonymous id is, or null. */
  @Nullable String owner(String anonymous);
}
