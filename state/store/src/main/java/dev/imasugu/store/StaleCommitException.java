package dev.imasugu.store;

/** Another writer has moved the progress of this partition; nothing of the commit was written. */
public final class StaleCommitException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StaleCommitException(ProfileCommit commit, long stored) {
    super(
        "from: %d (expected: %d, the stored progress of %s in partition %d)"
            .formatted(commit.from(), stored, commit.queryVersion(), commit.partition()));
  }
}
