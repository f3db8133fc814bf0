package dev.imasugu.query;

import dev.imasugu.config.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.calcite.runtime.CalciteContextException;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.flink.table.api.TableEnvironment;
import org.jspecify.annotations.Nullable;

/** Says what the planner did not like: where in the file, in plain words, and the nearest name. */
final class PlannerError {
  private static final Pattern COLUMN = Pattern.compile("Column '([^']+)' not found");
  private static final Pattern UNKNOWN_TABLE = Pattern.compile("Object '([^']+)' not found");
  private static final Pattern FUNCTION =
      Pattern.compile("No match found for function signature ([^(]+)\\(");
  private static final Pattern ENCOUNTERED = Pattern.compile("Encountered \"([^\"]*)\"");
  private static final Pattern PLACE =
      Pattern.compile(
          "From line \\d+, column \\d+ to line \\d+, column \\d+: |At line \\d+, column \\d+: ");

  /** Names of columns that SQL has taken. */
  private static final Set<String> RESERVED = Set.of("value");

  private static final List<String> KEYWORDS =
      List.of(
          "SELECT",
          "FROM",
          "WHERE",
          "GROUP BY",
          "HAVING",
          "CASE",
          "WHEN",
          "THEN",
          "ELSE",
          "END",
          "AND",
          "OR",
          "NOT",
          "NULL",
          "BETWEEN",
          "INTERVAL",
          "UNION",
          "DISTINCT",
          "PARTITION");

  private PlannerError() {}

  static QueryException explain(
      Statement statement,
      @Nullable TableEnvironment tables,
      Functions functions,
      RuntimeException failure) {
    int line = statement.first().line();
    int column = statement.first().column();
    String message = deepest(failure);
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CalciteContextException context && context.getPosLine() > 0) {
        line = context.getPosLine();
        column = context.getPosColumn();
        Throwable inner = context.getCause();
        message = inner == null ? message(context) : message(inner);
        break;
      }
      if (cause instanceof SqlParseException parse && parse.getPos() != null) {
        line = parse.getPos().getLineNum();
        column = parse.getPos().getColumnNum();
        return new QueryException(
            statement.file().path(), line, column, unparsable(statement, line, column, parse));
      }
    }
    message = PLACE.matcher(message).replaceAll("").strip();
    message = message.replace(ProjectCatalog.NAME + "." + ProjectCatalog.DATABASE + ".", "");
    return new QueryException(
        statement.file().path(), line, column, message + advice(message, tables, functions));
  }

  private static String unparsable(
      Statement statement, int line, int column, SqlParseException failure) {
    Matcher encountered = ENCOUNTERED.matcher(message(failure));
    String found =
        statement.tokens().stream()
            .filter(token -> token.line() == line && token.column() == column)
            .map(Token::text)
            .findFirst()
            .orElseGet(() -> encountered.find() ? encountered.group(1) : "");
    if (RESERVED.contains(found.toLowerCase(Locale.ROOT))) {
      return found
          + ": a reserved word of SQL (expected: `"
          + found
          + "` in back-quotes where the column is meant)";
    }
    if (found.isEmpty()) {
      return "the statement ends too early";
    }
    Optional<String> near = Nearest.of(found, KEYWORDS);
    return "did not expect "
        + found
        + " here"
        + near.filter(word -> !word.equalsIgnoreCase(found))
            .map(word -> "\nMaybe you meant " + word + ".")
            .orElse("");
  }

  private static String advice(
      String message, @Nullable TableEnvironment tables, Functions functions) {
    Matcher column = COLUMN.matcher(message);
    if (column.find() && !message.contains("did you mean")) {
      return Nearest.advice(column.group(1), columns());
    }
    Matcher table = UNKNOWN_TABLE.matcher(message);
    if (table.find()) {
      var names = new TreeSet<String>();
      for (SourceTable source : SourceTable.values()) {
        names.add(source.sqlName());
      }
      if (tables != null) {
        names.addAll(List.of(tables.listTemporaryViews()));
        names.addAll(List.of(tables.listViews()));
      }
      return " (expected one of: "
          + String.join(", ", names)
          + ")"
          + Nearest.advice(table.group(1), names);
    }
    Matcher function = FUNCTION.matcher(message);
    if (function.find()) {
      var names = new ArrayList<>(functions.classes().keySet());
      if (tables != null) {
        names.addAll(List.of(tables.listFunctions()));
      }
      names.replaceAll(name -> name.toUpperCase(Locale.ROOT));
      return Nearest.advice(function.group(1).strip(), names);
    }
    return "";
  }

  private static List<String> columns() {
    var names = new ArrayList<String>();
    for (SourceTable source : SourceTable.values()) {
      source.schema().build().getColumns().forEach(column -> names.add(column.getName()));
    }
    return names;
  }

  private static String deepest(Throwable failure) {
    String message = message(failure);
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause.getMessage() != null) {
        message = cause.getMessage();
      }
    }
    return message;
  }

  private static String message(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }
}
