package dev.imasugu.log;

import org.jspecify.annotations.Nullable;

/** Reads one partition forwards and follows its growth. For one thread at a time; close it. */
public interface LogCursor extends AutoCloseable {
  /**
   * Returns the next record, or null when the log holds no more at this moment; call again later.
   */
  @Nullable StoredRecord next();

  /**
   * The position after the last record returned: every record with a smaller offset was returned,
   * or is no longer retained.
   */
  long position();

  @Override
  void close();
}
