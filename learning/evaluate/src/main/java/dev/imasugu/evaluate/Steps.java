package dev.imasugu.evaluate;

import java.util.function.LongConsumer;

/** Told how far long work is. */
public interface Steps {
  /** Nobody is told. */
  Steps SILENT = (_, _) -> _ -> {};

  /**
   * Begins a piece of work.
   *
   * @param total what the returned consumer will be told at the end; it is called by one thread at
   *     a time
   */
  LongConsumer begin(String what, long total);
}
