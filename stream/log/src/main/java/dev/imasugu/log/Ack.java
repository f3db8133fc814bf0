package dev.imasugu.log;

/** What an append has survived when its future completes. */
public enum Ack {
  /** A kill of the process. A power cut may take the last seconds of acknowledged records. */
  WRITE,
  /** A power cut too, as far as the disk keeps its word. */
  FSYNC
}
