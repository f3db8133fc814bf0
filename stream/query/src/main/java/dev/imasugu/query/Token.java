package dev.imasugu.query;

import java.util.Locale;

/**
 * A piece of SQL.
 *
 * @param text as written
 * @param line 1 is the first
 * @param column 1 is the first
 * @param begin index of its first character in the file
 */
record Token(Kind kind, String text, int line, int column, int begin) {
  enum Kind {
    WORD,
    QUOTED,
    STRING,
    SYMBOL,
    /** {@code /*+ ... *}{@code /}, which Flink obeys. */
    HINT
  }

  int end() {
    return begin + text.length();
  }

  boolean is(String keyword) {
    return (kind == Kind.WORD || kind == Kind.SYMBOL) && text.equalsIgnoreCase(keyword);
  }

  /** Whether it can be the name of a table or column. */
  boolean isName() {
    return kind == Kind.QUOTED || (kind == Kind.WORD && Character.isLetter(text.charAt(0)));
  }

  /** The name it stands for: without back-quotes. */
  String name() {
    return kind == Kind.QUOTED ? text.substring(1, text.length() - 1).replace("``", "`") : text;
  }

  String upper() {
    return text.toUpperCase(Locale.ROOT);
  }
}
