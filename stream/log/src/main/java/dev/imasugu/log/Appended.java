package dev.imasugu.log;

/** What became of one record of an append. Both carry where the record is. */
public sealed interface Appended {
  int partition();

  long offset();

  /** It was written. */
  record Accepted(int partition, long offset) implements Appended {}

  /** A record with its key and id was there already, at this offset; nothing was written. */
  record Duplicate(int partition, long offset) implements Appended {}
}
