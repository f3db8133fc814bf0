package dev.imasugu.query;

import dev.imasugu.config.Durations;
import dev.imasugu.config.Nearest;
import dev.imasugu.domain.EventTypes;
import dev.imasugu.store.Column;
import dev.imasugu.store.ColumnType;
import dev.imasugu.store.FeatureTable;
import dev.imasugu.store.TableKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads a query file as far as our own rules go: header, kinds of statement, the feature table.
 * Only what is named here passes, so nothing a user writes reaches files, networks, classes or the
 * planner's own settings.
 */
final class QueryParser {
  private static final Pattern HEADER = Pattern.compile("([A-Za-z_-]+)\\s*:\\s*(.*)");
  private static final Pattern RECENT =
      Pattern.compile("recent\\s+(\\d{1,6})\\s+by\\s+([A-Za-z_]\\w*)");
  private static final List<String> KEYS = List.of("kind", "start", "group", "ttl");
  private static final String KINDS = "recent N by COLUMN, latest, statistics";
  private static final String STATEMENTS = "CREATE TABLE, CREATE VIEW or INSERT INTO";
  static final String TRIGGERS = "triggers";

  private static final Map<String, ColumnType> TYPES =
      Map.ofEntries(
          Map.entry("STRING", ColumnType.TEXT),
          Map.entry("VARCHAR", ColumnType.TEXT),
          Map.entry("TINYINT", ColumnType.LONG),
          Map.entry("SMALLINT", ColumnType.LONG),
          Map.entry("INT", ColumnType.LONG),
          Map.entry("INTEGER", ColumnType.LONG),
          Map.entry("BIGINT", ColumnType.LONG),
          Map.entry("FLOAT", ColumnType.DOUBLE),
          Map.entry("DOUBLE", ColumnType.DOUBLE),
          Map.entry("DECIMAL", ColumnType.DOUBLE),
          Map.entry("BOOLEAN", ColumnType.BOOLEAN),
          Map.entry("TIMESTAMP_LTZ", ColumnType.INSTANT),
          Map.entry("MAP<STRING,STRING>", ColumnType.TEXTS),
          Map.entry("ARRAY<ROW<ITEMSTRING,WEIGHTDOUBLE>>", ColumnType.WEIGHTS));

  private static final String TYPE_NAMES =
      "STRING, BIGINT and the smaller integers, DOUBLE, FLOAT, DECIMAL, BOOLEAN, TIMESTAMP_LTZ(3), "
          + "MAP<STRING, STRING>, ARRAY<ROW<item STRING, weight DOUBLE>>";

  private final QueryFile file;
  private final List<SqlScanner.Header> headers;
  private final List<Token> tokens;

  private QueryParser(QueryFile file) {
    this.file = file;
    var scanner = new SqlScanner(file);
    headers = scanner.headers();
    tokens = scanner.tokens();
  }

  /**
   * Reads a file.
   *
   * @param types whose weights the query may use
   * @throws QueryException at the first thing that is not as expected
   */
  static ParsedQuery parse(QueryFile file, EventTypes types, Functions functions) {
    return new QueryParser(file).parse(types, functions);
  }

  private ParsedQuery parse(EventTypes types, Functions functions) {
    Map<String, SqlScanner.Header> header = header();
    List<Statement> statements = statements();
    Statement create = one(statements);
    TableKind kind = kind(header.get("kind"), create != null);
    Start start = start(header.get("start"));
    String name = create == null ? file.name() : new TableReader(create).name().name();
    String body = statements.stream().map(Statement::normalized).collect(Collectors.joining(";\n"));
    JobKind job = kind == null || kind.profile() ? JobKind.PROFILE : JobKind.STATISTICS;
    String group = group(header.get("group"), job);
    Duration ttl = ttl(header.get("ttl"), job);
    String state =
        (group.equals(ParsedQuery.SHARED) ? "" : "\n" + group) + (ttl == null ? "" : "\n" + ttl);
    String version =
        Hash8.of(
            name
                + "\n"
                + kind
                + "\n"
                + body
                + types.signature()
                + state
                + functions.signature(statements));
    FeatureTable table = null;
    if (create != null) {
      if (kind == null) {
        throw new IllegalStateException("a table without a kind");
      }
      table = new TableReader(create).read(version, kind);
    }
    checkTargets(statements, table);
    return new ParsedQuery(file, job, start, group, ttl, version, table, statements);
  }

  /**
   * Finds the lines {@code -- key: value}. A known key counts wherever it stands; another word
   * before a colon is an error where a key would stand, at the start of a paragraph or below a key,
   * and prose elsewhere, unless it is nearly a key.
   */
  private Map<String, SqlScanner.Header> header() {
    var found = new HashMap<String, SqlScanner.Header>();
    boolean keyPlace = true;
    for (SqlScanner.Header comment : headers) {
      Matcher matcher = HEADER.matcher(comment.text());
      if (!matcher.matches()) {
        keyPlace = comment.text().isEmpty();
        continue;
      }
      String key = matcher.group(1);
      if (!KEYS.contains(key)) {
        if (keyPlace || Nearest.of(key, KEYS).isPresent()) {
          throw error(
              comment,
              "Unknown header key "
                  + key
                  + " (expected one of: "
                  + String.join(", ", KEYS)
                  + ")"
                  + Nearest.advice(key, KEYS));
        }
        continue;
      }
      keyPlace = true;
      if (found.put(key, comment) != null) {
        throw error(comment, key + ": given twice (expected: once)");
      }
    }
    return found;
  }

  private @Nullable TableKind kind(SqlScanner.@Nullable Header header, boolean hasTable) {
    if (header == null) {
      if (hasTable) {
        Token first = tokens.get(0);
        throw new QueryException(
            file.path(),
            first.line(),
            first.column(),
            "no kind (expected: a comment -- kind: with one of: " + KINDS + ")");
      }
      return null;
    }
    String value = value(header);
    Matcher recent = RECENT.matcher(value);
    if (recent.matches()) {
      try {
        return new TableKind.Recent(Integer.parseInt(recent.group(1)), recent.group(2));
      } catch (IllegalArgumentException e) {
        throw error(header, "kind: " + value + ": " + e.getMessage());
      }
    }
    return switch (value) {
      case "latest" -> new TableKind.Latest();
      case "statistics" -> new TableKind.Statistics();
      default ->
          throw error(
              header,
              "kind: "
                  + value
                  + " (expected one of: "
                  + KINDS
                  + ")"
                  + Nearest.advice(value, List.of("recent", "latest", "statistics")));
    };
  }

  private Start start(SqlScanner.@Nullable Header header) {
    if (header == null) {
      return Start.RETAINED;
    }
    String value = value(header);
    return switch (value) {
      case "retained" -> Start.RETAINED;
      case "now" -> Start.NOW;
      default ->
          throw error(
              header,
              "start: "
                  + value
                  + " (expected one of: retained, now)"
                  + Nearest.advice(value, List.of("retained", "now")));
    };
  }

  private String group(SqlScanner.@Nullable Header header, JobKind kind) {
    if (header == null) {
      return ParsedQuery.SHARED;
    }
    String value = value(header);
    if (!value.matches("[a-z][a-z0-9-]{0,30}")) {
      throw error(header, "group: " + value + " (expected: lower-case letters, digits and dashes)");
    }
    if (kind == JobKind.PROFILE) {
      throw error(
          header,
          "group: "
              + value
              + " of a profile query (expected: none; they run together, so that an asOf is true of"
              + " all profile tables)");
    }
    return value;
  }

  private @Nullable Duration ttl(SqlScanner.@Nullable Header header, JobKind kind) {
    if (header == null) {
      return null;
    }
    String value = value(header);
    if (kind == JobKind.PROFILE) {
      throw error(
          header, "ttl: " + value + " of a profile query (expected: none; it keeps no state)");
    }
    try {
      return Durations.parse(value);
    } catch (IllegalArgumentException e) {
      throw error(header, "ttl: " + value + " (expected: a duration such as 30d, 12h or 90m)");
    }
  }

  private static String value(SqlScanner.Header header) {
    return header.text().substring(header.text().indexOf(':') + 1).strip();
  }

  private List<Statement> statements() {
    var statements = new ArrayList<Statement>();
    int begin = 0;
    for (int i = 0; i <= tokens.size(); i++) {
      if (i == tokens.size() || tokens.get(i).is(";")) {
        if (i > begin) {
          statements.add(statement(tokens.subList(begin, i)));
        }
        begin = i + 1;
      }
    }
    if (statements.stream().noneMatch(s -> s.kind() == Statement.Kind.INSERT)) {
      throw new QueryException(file.path(), 1, 1, "no INSERT INTO (expected: at least one)");
    }
    return List.copyOf(statements);
  }

  private Statement statement(List<Token> words) {
    for (Token token : words) {
      if (token.kind() == Token.Kind.HINT) {
        throw new QueryException(
            file.path(), token.line(), token.column(), token.text() + " (expected: no hint)");
      }
    }
    Statement.Kind kind;
    if (starts(words, "CREATE", "TABLE")) {
      kind = Statement.Kind.TABLE;
    } else if (starts(words, "CREATE", "VIEW") || starts(words, "CREATE", "TEMPORARY", "VIEW")) {
      kind = Statement.Kind.VIEW;
    } else if (starts(words, "INSERT", "INTO")) {
      kind = Statement.Kind.INSERT;
    } else {
      Token first = words.get(0);
      String shown =
          words.stream()
              .limit(2)
              .filter(word -> word.kind() == Token.Kind.WORD)
              .map(Token::upper)
              .collect(Collectors.joining(" "));
      throw new QueryException(
          file.path(),
          first.line(),
          first.column(),
          "statement: "
              + (shown.isEmpty() ? first.text() : shown)
              + " (expected: "
              + STATEMENTS
              + ")");
    }
    var statement = new Statement(file, kind, List.copyOf(words));
    Determinism.check(statement);
    return statement;
  }

  private static boolean starts(List<Token> words, String... keywords) {
    for (int i = 0; i < keywords.length; i++) {
      if (i >= words.size() || !words.get(i).is(keywords[i])) {
        return false;
      }
    }
    return words.size() > keywords.length;
  }

  private static @Nullable Statement one(List<Statement> statements) {
    Statement create = null;
    for (Statement statement : statements) {
      if (statement.kind() == Statement.Kind.TABLE) {
        if (create != null) {
          throw statement.error("a second CREATE TABLE (expected: one file, one table)");
        }
        create = statement;
      }
    }
    return create;
  }

  private static void checkTargets(List<Statement> statements, @Nullable FeatureTable table) {
    var valid = new ArrayList<String>();
    if (table != null) {
      valid.add(table.name());
    }
    valid.add(TRIGGERS);
    boolean filled = false;
    for (Statement statement : statements) {
      if (statement.kind() != Statement.Kind.INSERT) {
        continue;
      }
      Token target = statement.tokens().get(2);
      if (!valid.contains(target.name())) {
        throw statement.error(
            target,
            "INSERT INTO "
                + target.text()
                + " (expected: "
                + String.join(" or ", valid)
                + ")"
                + Nearest.advice(target.name(), valid));
      }
      filled |= table != null && target.name().equals(table.name());
    }
    if (table != null && !filled) {
      throw statements.get(0).error("no INSERT INTO " + table.name() + " (expected: at least one)");
    }
  }

  private QueryException error(SqlScanner.Header at, String message) {
    return new QueryException(file.path(), at.line(), at.column(), message);
  }

  /** Reads {@code CREATE TABLE name (column type, ..., PRIMARY KEY (...) NOT ENFORCED)}. */
  private static final class TableReader {
    private final Statement statement;
    private final List<Token> tokens;
    private int at = 2;

    TableReader(Statement statement) {
      this.statement = statement;
      tokens = statement.tokens();
    }

    Token name() {
      Token token = tokens.get(at);
      if (!token.isName() || token.is("IF")) {
        throw statement.error(token, token.text() + " (expected: the name of a table)");
      }
      return token;
    }

    FeatureTable read(String version, TableKind kind) {
      String name = name().name();
      at++;
      expect("(");
      var columns = new ArrayList<Column>();
      var names = new HashSet<String>();
      List<String> key = List.of();
      do {
        if (peek().is("PRIMARY")) {
          key = key();
        } else {
          Token column = next();
          if (!column.isName()) {
            throw statement.error(column, column.text() + " (expected: the name of a column)");
          }
          if (!names.add(column.name())) {
            throw statement.error(column, "column " + column.name() + " twice (expected: once)");
          }
          columns.add(new Column(column.name(), type()));
        }
      } while (comma());
      expect(")");
      if (at < tokens.size()) {
        Token more = tokens.get(at);
        throw statement.error(
            more,
            more.upper()
                + " (expected: nothing after the columns; where tables live is not the query's"
                + " business)");
      }
      try {
        return new FeatureTable(name, version, kind, columns, key);
      } catch (IllegalArgumentException e) {
        String message = String.valueOf(e.getMessage());
        String advice =
            kind instanceof TableKind.Recent(_, String by) && !names.contains(by)
                ? Nearest.advice(by, names)
                : "";
        throw statement.error(message + advice);
      }
    }

    private List<String> key() {
      expect("PRIMARY");
      expect("KEY");
      expect("(");
      var key = new ArrayList<String>();
      do {
        key.add(next().name());
      } while (comma());
      expect(")");
      expect("NOT");
      expect("ENFORCED");
      return key;
    }

    private ColumnType type() {
      Token first = peek();
      var written = new StringBuilder();
      int depth = 0;
      while (at < tokens.size()) {
        Token token = tokens.get(at);
        if (depth == 0
            && (token.is(",") || token.is(")") || token.is("NOT") || token.is("COMMENT"))) {
          break;
        }
        if (token.is("(") || token.is("<")) {
          depth++;
        } else if (token.is(")") || token.is(">")) {
          depth--;
        }
        written.append(token.kind() == Token.Kind.QUOTED ? token.name() : token.text());
        at++;
      }
      if (peek().is("NOT")) {
        at++;
        expect("NULL");
      }
      if (peek().is("COMMENT")) {
        at += 2;
      }
      String compact = written.toString().toUpperCase(Locale.ROOT);
      ColumnType type = TYPES.get(compact.replaceAll("\\([0-9,]*\\)", ""));
      if (type == null) {
        throw statement.error(first, "type: " + written + " (expected one of: " + TYPE_NAMES + ")");
      }
      return type;
    }

    private boolean comma() {
      if (peek().is(",")) {
        at++;
        return true;
      }
      return false;
    }

    private void expect(String what) {
      Token token = next();
      if (!token.is(what)) {
        throw statement.error(token, token.text() + " (expected: " + what + ")");
      }
    }

    private Token next() {
      Token token = peek();
      at++;
      return token;
    }

    private Token peek() {
      if (at >= tokens.size()) {
        Token last = tokens.get(tokens.size() - 1);
        throw statement.error(last, "the statement ends too early, after " + last.text());
      }
      return tokens.get(at);
    }
  }
}
