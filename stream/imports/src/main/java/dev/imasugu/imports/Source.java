package dev.imasugu.imports;

/** What a record was made of. */
interface Source {
  /** File and line, for messages. */
  String place();

  /** The line as it is: what makes the id of an event that has none. */
  String text();
}
