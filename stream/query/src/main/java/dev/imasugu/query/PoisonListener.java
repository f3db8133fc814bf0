package dev.imasugu.query;

import dev.imasugu.log.Topic;

/** Is told of records that a query cannot handle; called on the query's thread, must be short. */
public interface PoisonListener {
  /**
   * A record that one query has failed on as often as it is tried; every other query has it.
   *
   * @param file the query's file
   * @param value the record as the log holds it
   * @param cause the first cause, in plain words
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Poison(
      String query,
      String file,
      Topic topic,
      int partition,
      long offset,
      byte[] value,
      String cause) {}

  void poisoned(Poison poison);
}
