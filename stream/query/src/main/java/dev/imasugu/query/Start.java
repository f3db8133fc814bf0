package dev.imasugu.query;

/** Where a query begins to read when it runs for the first time. */
enum Start {
  /** At the oldest record that the log still holds. */
  RETAINED,
  /** After the newest record. */
  NOW
}
