package dev.imasugu.query;

import java.util.List;
import java.util.stream.Collectors;

/**
 * One statement of a file.
 *
 * @param kind what it is, told from its first words
 * @param tokens without the closing semicolon
 */
record Statement(QueryFile file, Kind kind, List<Token> tokens) {
  enum Kind {
    TABLE,
    VIEW,
    INSERT
  }

  Token first() {
    return tokens.get(0);
  }

  /**
   * The statement as the parser shall see it: moved to its own line and column, so that the places
   * in the parser's messages are places in the file.
   */
  String placed() {
    Token first = first();
    Token last = tokens.get(tokens.size() - 1);
    return "\n".repeat(first.line() - 1)
        + " ".repeat(first.column() - 1)
        + file.text().substring(first.begin(), last.end());
  }

  /** The statement without comments, its tokens one space apart. */
  String normalized() {
    return tokens.stream().map(Token::text).collect(Collectors.joining(" "));
  }

  QueryException error(String message) {
    return error(first(), message);
  }

  QueryException error(Token at, String message) {
    return new QueryException(file.path(), at.line(), at.column(), message);
  }
}
