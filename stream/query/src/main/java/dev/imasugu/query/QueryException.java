package dev.imasugu.query;

/** A query that cannot run, with the place in its file. */
public final class QueryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String path;
  private final int line;
  private final int column;

  QueryException(String path, int line, int column, String message) {
    super(path + ":" + line + ":" + column + ": " + message);
    this.path = path;
    this.line = line;
    this.column = column;
  }

  public String path() {
    return path;
  }

  /** 1 is the first. */
  public int line() {
    return line;
  }

  /** 1 is the first. */
  public int column() {
    return column;
  }
}
