package dev.imasugu.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of one dirty user: what a taker has, and the marks that nobody has taken,
 * coalesced. At least one of the two is there; a user without {@code taken} waits.
 */
record DirtyEntry(@Nullable DirtyUser taken, @Nullable DirtyUser waiting) {
  static DirtyEntry of(DirtyUser mark) {
    return new DirtyEntry(null, mark);
  }

  /** Coalesces two marks: stamp and reason of the newer, the older {@code since} of both. */
  static DirtyUser coalesce(@Nullable DirtyUser older, DirtyUser newer) {
    if (older == null) {
      return newer;
    }
    Instant since = older.since().isBefore(newer.since()) ? older.since() : newer.since();
    return new DirtyUser(newer.user(), newer.stamp(), newer.reason(), since);
  }

  DirtyEntry mark(DirtyUser mark) {
    return new DirtyEntry(taken, coalesce(waiting, mark));
  }

  DirtyEntry take() {
    return new DirtyEntry(waiting, null);
  }

  DirtyEntry giveBack() {
    return of(whole());
  }

  /** What is left when the taken part is done; null when nothing. */
  @Nullable DirtyEntry clean() {
    return waiting == null ? null : of(waiting);
  }

  boolean isTakenAs(DirtyUser user) {
    return taken != null && taken.stamp() == user.stamp();
  }

  /** What a crash must not lose: the taken part and the waiting part as one. */
  DirtyUser whole() {
    if (waiting != null) {
      return coalesce(taken, waiting);
    }
    if (taken != null) {
      return taken;
    }
    throw new IllegalStateException("an entry that holds nothing");
  }
}
