package dev.imasugu.query;

/**
 * One file of the project's {@code sql} folder: header comments, at most one CREATE TABLE, views
 * and INSERTs.
 *
 * @param path as messages name it, for instance {@code sql/recent_items.sql}
 */
public record QueryFile(String path, String text) {
  /** The file's name without folder and extension. */
  String name() {
    String file = path.substring(path.lastIndexOf('/') + 1);
    int dot = file.lastIndexOf('.');
    return dot > 0 ? file.substring(0, dot) : file;
  }
}
