package dev.imasugu.query;

import java.util.ArrayList;
import java.util.List;

/** Cuts a file into header comments and tokens; knows comments, strings and quoted names. */
final class SqlScanner {
  /** A comment line {@code -- text} before the first token. */
  record Header(String text, int line, int column) {}

  private final QueryFile file;
  private final String text;
  private final List<Header> headers = new ArrayList<>();
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int line = 1;
  private int lineBegin;

  SqlScanner(QueryFile file) {
    this.file = file;
    text = file.text();
    while (at < text.length()) {
      scan();
    }
  }

  List<Header> headers() {
    return headers;
  }

  List<Token> tokens() {
    return tokens;
  }

  private void scan() {
    char c = text.charAt(at);
    if (Character.isWhitespace(c)) {
      advance(at + 1);
    } else if (text.startsWith("--", at)) {
      int end = text.indexOf('\n', at);
      end = end < 0 ? text.length() : end;
      if (tokens.isEmpty()) {
        headers.add(new Header(text.substring(at + 2, end).strip(), line, column()));
      }
      advance(end);
    } else if (text.startsWith("/*", at)) {
      int end = text.indexOf("*/", at + 2);
      if (end < 0) {
        throw error("a comment that does not end (expected: */)");
      }
      if (text.startsWith("/*+", at)) {
        add(Token.Kind.HINT, end + 2);
      } else {
        advance(end + 2);
      }
    } else if (c == '\'') {
      add(Token.Kind.STRING, quoted('\'', "a string that does not end (expected: ')"));
    } else if (c == '`') {
      add(Token.Kind.QUOTED, quoted('`', "a quoted name that does not end (expected: `)"));
    } else if (Character.isLetterOrDigit(c) || c == '_') {
      int end = at + 1;
      while (end < text.length()
          && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '_')) {
        end++;
      }
      add(Token.Kind.WORD, end);
    } else {
      add(Token.Kind.SYMBOL, at + 1);
    }
  }

  private int quoted(char quote, String unfinished) {
    for (int end = at + 1; end < text.length(); end++) {
      if (text.charAt(end) == quote) {
        if (end + 1 < text.length() && text.charAt(end + 1) == quote) {
          end++;
        } else {
          return end + 1;
        }
      }
    }
    throw error(unfinished);
  }

  private void add(Token.Kind kind, int end) {
    tokens.add(new Token(kind, text.substring(at, end), line, column(), at));
    advance(end);
  }

  private void advance(int end) {
    for (; at < end; at++) {
      if (text.charAt(at) == '\n') {
        line++;
        lineBegin = at + 1;
      }
    }
  }

  private int column() {
    return at - lineBegin + 1;
  }

  private QueryException error(String message) {
    return new QueryException(file.path(), line, column(), message);
  }
}
