package dev.imasugu.imports;

import java.io.IOException;

/**
 * One recorded format, which may have several kinds of file: events, items. A format tells them
 * apart by their first line, never by their name. Immutable.
 */
public interface Format {
  /**
   * Reads a file to its end. A line that is no record is refused, and the next one read.
   *
   * @throws UnknownFileException if it is no file of this format, before any record
   */
  void read(DataFile file, Records out) throws IOException;

  /** The path of the API that takes what {@link Records#event} is given. */
  default String target() {
    return "/v1/events";
  }
}
