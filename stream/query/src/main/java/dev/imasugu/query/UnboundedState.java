package dev.imasugu.query;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/*
 * State for each item or user is what statistics are made of, and the platform's state-ttl bounds it.
 * State for each event is what fills a heap: it is refused unless the file says for how long.
 */

/** Finds operators that keep something of every event. */
final class UnboundedState {
  /** Columns that hardly any two events share. */
  private static final Set<String> OF_ONE_EVENT =
      Set.of(
          "event_id",
          "log_offset",
          "occurred_at",
          "received_at",
          "session_id",
          "recommendation_id",
          "response_id");

  private static final List<String> COLLECTING =
      List.of(
          "DISTINCT ", "COLLECT(", "LISTAGG(", "ARRAY_AGG(", "JSON_ARRAYAGG(", "JSON_OBJECTAGG(");

  private UnboundedState() {}

  static void refuse(ParsedQuery query, List<PlanLine> plan) {
    if (query.ttl() != null) {
      return;
    }
    for (PlanLine line : plan) {
      Optional<String> why = why(line, query);
      if (why.isPresent()) {
        Token at = place(query, line);
        throw new QueryException(
            query.file().path(),
            at.line(),
            at.column(),
            "%s keeps %s (expected: a bound; -- ttl: 30d in the header forgets what saw nothing for that long)"
                .formatted(line.operator(), why.get()));
      }
    }
  }

  private static Optional<String> why(PlanLine line, ParsedQuery query) {
    return switch (line.operator()) {
      case "Join" -> Optional.of("every row of both sides");
      case "GroupAggregate", "GlobalGroupAggregate" ->
          perEvent(line.argument("groupBy")).or(() -> collected(line.argument("select")));
      case "Deduplicate" -> perEvent(line.argument("key"));
      case "Rank" -> perEvent(line.argument("partitionBy"));
      case "Match" ->
          has(query, "WITHIN")
              ? Optional.empty()
              : Optional.of("every beginning that may still match; WITHIN bounds it too");
      default -> Optional.empty();
    };
  }

  private static Optional<String> perEvent(String columns) {
    return Arrays.stream(columns.split(","))
        .map(String::strip)
        .filter(OF_ONE_EVENT::contains)
        .findFirst()
        .map(column -> "a group for every " + column);
  }

  private static Optional<String> collected(String select) {
    return COLLECTING.stream()
        .filter(select::contains)
        .findFirst()
        .map(what -> "every value of " + what.replace("(", "").strip());
  }

  private static boolean has(ParsedQuery query, String word) {
    return query.statements().stream()
        .flatMap(statement -> statement.tokens().stream())
        .anyMatch(token -> token.is(word));
  }

  private static Token place(ParsedQuery query, PlanLine line) {
    String word =
        switch (line.operator()) {
          case "Join" -> "JOIN";
          case "Match" -> "MATCH_RECOGNIZE";
          default -> line.argument("select").contains("DISTINCT ") ? "DISTINCT" : "GROUP";
        };
    return query.statements().stream()
        .filter(statement -> statement.kind() != Statement.Kind.TABLE)
        .flatMap(statement -> statement.tokens().stream())
        .filter(token -> token.is(word))
        .findFirst()
        .orElseGet(() -> query.statements().getLast().first());
  }
}
