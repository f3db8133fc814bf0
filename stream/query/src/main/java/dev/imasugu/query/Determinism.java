package dev.imasugu.query;

import java.util.List;
import java.util.Set;

/*
 * A version is built from the log while another is live, and a job reads again what came after its
 * last checkpoint. Both are the same table only if the same events make the same rows.
 */

/** Refuses functions whose result depends on when or where they run. */
final class Determinism {
  private static final Set<String> CLOCK =
      Set.of(
          "NOW",
          "CURRENT_TIMESTAMP",
          "CURRENT_ROW_TIMESTAMP",
          "CURRENT_DATE",
          "CURRENT_TIME",
          "LOCALTIME",
          "LOCALTIMESTAMP",
          "PROCTIME",
          "CURRENT_WATERMARK");
  private static final Set<String> CHANCE = Set.of("RAND", "RAND_INTEGER", "UUID");
  private static final Set<String> NEEDS_CALL = Set.of("NOW", "PROCTIME", "CURRENT_WATERMARK");
  private static final Set<String> CLOCK_WITHOUT_ARGUMENTS = Set.of("UNIX_TIMESTAMP");

  private Determinism() {}

  static void check(Statement statement) {
    List<Token> tokens = statement.tokens();
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      if (token.kind() != Token.Kind.WORD || (i > 0 && tokens.get(i - 1).is("."))) {
        continue;
      }
      String word = token.upper();
      boolean called = i + 1 < tokens.size() && tokens.get(i + 1).is("(");
      if (CHANCE.contains(word) && called) {
        throw statement.error(
            token,
            word
                + ": another value at every call (expected: the same rows whenever the log is read)");
      }
      boolean bare =
          CLOCK_WITHOUT_ARGUMENTS.contains(word)
              && called
              && i + 2 < tokens.size()
              && tokens.get(i + 2).is(")");
      boolean clock = CLOCK.contains(word) && (called || !NEEDS_CALL.contains(word));
      if (clock || bare) {
        throw statement.error(
            token,
            word
                + ": the clock of whoever runs it (expected: occurred_at or received_at, so that the"
                + " rows are the same whenever the log is read)");
      }
    }
  }
}
