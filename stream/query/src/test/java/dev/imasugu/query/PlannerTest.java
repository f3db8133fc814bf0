package dev.imasugu.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PlannerTest {
  private static final String PROFILE =
      """
      -- kind: latest
      CREATE TABLE t (
        user_id STRING, item_id STRING, occurred_at TIMESTAMP_LTZ(3), event_id STRING,
        PRIMARY KEY (user_id) NOT ENFORCED
      );
      INSERT INTO t
      SELECT user_id, item_id, occurred_at, event_id
      FROM events
      WHERE type = 'view';
      """;

  private static final String STATISTICS =
      """
      -- kind: statistics
      CREATE TABLE t (item_id STRING, n BIGINT, PRIMARY KEY (item_id) NOT ENFORCED);
      INSERT INTO t SELECT item_id, COUNT(*) FROM events GROUP BY item_id;
      """;

  @Test
  void check_theDefaultProject_passes() throws Exception {
    QueryPlan plan = QueryPlan.of(Projects.all());
    assertThatCode(plan::check).doesNotThrowAnyException();
  }

  @Test
  void check_everyColumn_hasANameThatNeedsNoQuotesButValue() {
    String sql =
        """
        -- kind: statistics
        CREATE TABLE t (
          event_id STRING, anonymous_id STRING, item_id STRING, type STRING, v DOUBLE, quantity BIGINT,
          service STRING, session_id STRING, platform STRING, locale STRING, placement STRING, slot INT,
          recommendation_id STRING, context MAP<STRING, STRING>, log_partition INT, log_offset BIGINT,
          received_at TIMESTAMP_LTZ(3), PRIMARY KEY (event_id) NOT ENFORCED
        );
        INSERT INTO t
        SELECT
          event_id, anonymous_id, item_id, type, `value`, quantity,
          service, session_id, platform, locale, placement, slot,
          recommendation_id, context, log_partition, log_offset, received_at
        FROM events;
        """;
    QueryPlan plan = QueryPlan.of(List.of(new QueryFile("sql/t.sql", sql)));
    assertThatCode(plan::check).doesNotThrowAnyException();
  }

  static Stream<Arguments> badQueries() {
    return Stream.of(
        Arguments.of(
            PROFILE.replace("SELECT user_id, item_id", "SELECT user_id, itm_id"),
            "sql/t.sql:7:17: Column 'itm_id' not found in any table\nMaybe you meant item_id."),
        Arguments.of(
            PROFILE.replace("type = 'view'", "tpe = 'view'"),
            "sql/t.sql:9:7: Column 'tpe' not found in any table\nMaybe you meant type."),
        Arguments.of(
            PROFILE.replace("FROM events", "FROM event"),
            "sql/t.sql:8:6: Object 'event' not found (expected one of: events, items, users)\n"
                + "Maybe you meant events."),
        Arguments.of(
            PROFILE.replace("type = 'view'", "value > 1"),
            "sql/t.sql:9:7: value: a reserved word of SQL (expected: `value` in back-quotes where"
                + " the column is meant)"),
        Arguments.of(
            PROFILE.replace("WHERE type", "WHRE type"), "sql/t.sql:9:6: did not expect type here"),
        Arguments.of(
            PROFILE.replace("SELECT user_id", "SELECT UPER(user_id)"),
            "sql/t.sql:7:8: No match found for function signature UPER(<CHARACTER>)\n"
                + "Maybe you meant UPPER."),
        Arguments.of(
            PROFILE.replace(
                "SELECT user_id, item_id, occurred_at, event_id\nFROM events\nWHERE type = 'view'",
                "SELECT user_id, MAX(item_id), MAX(occurred_at), MAX(event_id) FROM events GROUP BY"
                    + " user_id"),
            "sql/t.sql:6:1: a profile query with an exchange"),
        Arguments.of(
            PROFILE.replace(
                "SELECT user_id, item_id, occurred_at, event_id\nFROM events\nWHERE type = 'view'",
                "SELECT item_id, item_id, changed_at, item_id FROM items"),
            "sql/t.sql:6:1: a profile query reads items (expected: events; say kind: statistics)"),
        Arguments.of(
            STATISTICS.replace("COUNT(*)", "CAST(COUNT(*) AS STRING)"),
            "sql/t.sql:3:1: Column types of query result and sink for 't' do not match.\n"
                + "Cause: Incompatible types for sink column 'n' at position 2."),
        Arguments.of(
            STATISTICS.replace("COUNT(*)", "COUNT(*), 1"),
            "sql/t.sql:3:1: Column types of query result and sink for 't' do not match.\n"
                + "Cause: Different number of columns."),
        Arguments.of(
            STATISTICS.replace("COUNT(*)", "COUNT(DISTINCT user_id)"),
            "sql/t.sql:3:37: GroupAggregate keeps every value of DISTINCT (expected: a bound;"
                + " -- ttl: 30d in the header forgets what saw nothing for that long)"),
        Arguments.of(
            STATISTICS
                .replace("GROUP BY item_id", "GROUP BY event_id")
                .replace("SELECT item_id", "SELECT event_id"),
            "sql/t.sql:3:53: GroupAggregate keeps a group for every event_id (expected: a bound;"),
        Arguments.of(
            STATISTICS.replace(
                "SELECT item_id, COUNT(*) FROM events GROUP BY item_id",
                "SELECT e.item_id, COUNT(*) FROM events e JOIN items i ON e.item_id = i.item_id"
                    + " GROUP BY e.item_id"),
            "sql/t.sql:3:56: Join keeps every row of both sides (expected: a bound;"));
  }

  @Test
  void check_unboundedStateWithATtl_passesAndNamesTheExchange() {
    String sql =
        STATISTICS
            .replace("-- kind: statistics", "-- kind: statistics\n-- ttl: 30d")
            .replace("COUNT(*)", "COUNT(DISTINCT user_id)");
    QueryPlan plan = QueryPlan.of(List.of(new QueryFile("sql/t.sql", sql)));
    assertThat(plan.check())
        .containsExactly(
            new QueryCheck(
                "t",
                "sql/t.sql",
                QueryStatus.Kind.STATISTICS,
                "GroupAggregate needs hash[item_id]"));
  }

  @ParameterizedTest
  @MethodSource("badQueries")
  void check_aBadQuery_saysWhereAndWhat(String sql, String message) {
    QueryPlan plan = QueryPlan.of(List.of(new QueryFile("sql/t.sql", sql)));
    assertThatThrownBy(plan::check)
        .isInstanceOf(QueryException.class)
        .hasMessageStartingWith(message);
  }
}
