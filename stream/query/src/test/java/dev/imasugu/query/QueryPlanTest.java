package dev.imasugu.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imasugu.store.Column;
import dev.imasugu.store.ColumnType;
import dev.imasugu.store.TableKind;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class QueryPlanTest {
  private static final String TABLE =
      "CREATE TABLE t (user_id STRING, item_id STRING, occurred_at TIMESTAMP_LTZ(3),"
          + " event_id STRING, PRIMARY KEY (user_id, item_id) NOT ENFORCED);\n";
  private static final String INSERT =
      "INSERT INTO t SELECT user_id, item_id, occurred_at, event_id FROM events;\n";
  private static final String GOOD = "-- kind: recent 30 by item_id\n" + TABLE + INSERT;

  private static QueryPlan plan(String sql) {
    return QueryPlan.of(List.of(new QueryFile("sql/t.sql", sql)));
  }

  @Test
  void of_theDefaultProject_knowsItsTables() throws Exception {
    QueryPlan plan = QueryPlan.of(Projects.shop());
    assertThat(plan.tables())
        .extracting(table -> table.name())
        .containsExactly("excluded_items", "item_popularity", "item_transitions", "recent_items");
    assertThat(plan.table("recent_items"))
        .satisfies(
            table -> {
              assertThat(table.kind()).isEqualTo(new TableKind.Recent(30, "item_id"));
              assertThat(table.key()).containsExactly("user_id", "item_id");
            });
    assertThat(plan.table("item_transitions"))
        .satisfies(
            table ->
                assertThat(table.columns())
                    .containsExactly(
                        new Column("item_id", ColumnType.TEXT),
                        new Column("neighbours", ColumnType.WEIGHTS)));
  }

  @Test
  void version_commentsAndLayout_doNotMatter() {
    String other = GOOD.replace("-- kind", "-- A lesson.\n-- kind").replace(", ", ",\n  /* b */ ");
    assertThat(plan(other).tables()).isEqualTo(plan(GOOD).tables());
  }

  @Test
  void version_kindOrSqlChanged_isAnother() {
    var version = plan(GOOD).tables().getFirst().id();
    assertThat(plan(GOOD.replace("30", "31")).tables().getFirst().id()).isNotEqualTo(version);
    assertThat(
            plan(GOOD.replace("FROM events", "FROM events WHERE type = 'view'"))
                .tables()
                .getFirst()
                .id())
        .isNotEqualTo(version);
  }

  static Stream<Arguments> badFiles() {
    return Stream.of(
        bad(
            GOOD.replace("kind", "knd"),
            "sql/t.sql:1:1: Unknown header key knd (expected one of: kind, start, group, ttl)\n"
                + "Maybe you meant kind."),
        bad(
            GOOD.replace("recent 30 by item_id", "newest"),
            "sql/t.sql:1:1: kind: newest (expected one of: recent N by COLUMN, latest, statistics)"),
        bad(
            GOOD.replace("recent 30 by item_id", "latests"),
            "sql/t.sql:1:1: kind: latests (expected one of: recent N by COLUMN, latest, statistics)"
                + "\nMaybe you meant latest."),
        bad(
            GOOD.replace("30 by", "0 by"),
            "sql/t.sql:1:1: kind: recent 0 by item_id: limit: 0 (expected: 1 to 10000)"),
        bad(
            GOOD.replace("by item_id", "by item"),
            "sql/t.sql:2:1: table t has no column item (expected one of: user_id, item_id,"
                + " occurred_at, event_id)"),
        bad(
            TABLE + INSERT,
            "sql/t.sql:1:1: no kind (expected: a comment -- kind: with one of: recent N by COLUMN,"
                + " latest, statistics)"),
        bad(
            "-- start: soon\n" + GOOD,
            "sql/t.sql:1:1: start: soon (expected one of: retained, now)"),
        bad(
            GOOD + "DROP TABLE t;",
            "sql/t.sql:4:1: statement: DROP TABLE (expected: CREATE TABLE, CREATE VIEW or INSERT"
                + " INTO)"),
        bad(
            GOOD + "  SET 'a' = 'b';",
            "sql/t.sql:4:3: statement: SET (expected: CREATE TABLE, CREATE VIEW or INSERT INTO)"),
        bad(
            GOOD + "CREATE FUNCTION f AS 'java.lang.Runtime';",
            "sql/t.sql:4:1: statement: CREATE FUNCTION (expected: CREATE TABLE, CREATE VIEW or"
                + " INSERT INTO)"),
        bad(
            GOOD.replace("ENFORCED);", "ENFORCED) WITH ('connector' = 'filesystem');"),
            "sql/t.sql:2:141: WITH (expected: nothing after the columns; where tables live is not"
                + " the query's business)"),
        bad(
            GOOD.replace("FROM events", "FROM events /*+ OPTIONS('connector' = 'filesystem') */"),
            "sql/t.sql:3:74: /*+ OPTIONS('connector' = 'filesystem') */ (expected: no hint)"),
        bad(
            GOOD.replace("event_id STRING", "event_id BYTES"),
            "sql/t.sql:2:88: type: BYTES (expected one of: STRING, BIGINT and the smaller integers,"
                + " DOUBLE, FLOAT, DECIMAL, BOOLEAN, TIMESTAMP_LTZ(3), MAP<STRING, STRING>,"
                + " ARRAY<ROW<item STRING, weight DOUBLE>>)"),
        bad(
            GOOD.replace("INSERT INTO t", "INSERT INTO triggerss"),
            "sql/t.sql:3:13: INSERT INTO triggerss (expected: t or triggers)\n"
                + "Maybe you meant triggers."),
        bad(
            GOOD.replace("TABLE t ", "TABLE events ").replace("INTO t", "INTO events"),
            "sql/t.sql:3:1: table events is ours (expected: another name)"),
        bad(
            "-- group: heavy\n" + GOOD,
            "sql/t.sql:1:1: group: heavy of a profile query (expected: none; they run together, so"
                + " that an asOf is true of all profile tables)"),
        bad(
            "-- ttl: 30d\n" + GOOD,
            "sql/t.sql:1:1: ttl: 30d of a profile query (expected: none; it keeps no state)"),
        bad(
            GOOD.replace(
                "SELECT user_id, item_id, occurred_at,", "SELECT user_id, item_id, NOW(),"),
            "sql/t.sql:3:40: NOW: the clock of whoever runs it (expected: occurred_at or"
                + " received_at, so that the rows are the same whenever the log is read)"),
        bad(
            GOOD.replace("FROM events", "FROM events WHERE RAND() < 0.1"),
            "sql/t.sql:3:80: RAND: another value at every call (expected: the same rows whenever"
                + " the log is read)"),
        bad(GOOD + "/* open", "sql/t.sql:4:1: a comment that does not end (expected: */)"),
        bad("-- kind: latest\n" + TABLE, "sql/t.sql:1:1: no INSERT INTO (expected: at least one)"));
  }

  private static Arguments bad(String sql, String message) {
    return Arguments.of(sql, message);
  }

  @ParameterizedTest
  @MethodSource("badFiles")
  void of_aBadFile_saysWhereAndWhatWasExpected(String sql, String message) {
    assertThatThrownBy(() -> plan(sql)).isInstanceOf(QueryException.class).hasMessage(message);
  }

  @Test
  void of_twoStartsInOneJob_isRefused() {
    var other =
        new QueryFile(
            "sql/u.sql",
            "-- start: now\n" + GOOD.replace("TABLE t", "TABLE u").replace("INTO t", "INTO u"));
    assertThatThrownBy(() -> QueryPlan.of(List.of(new QueryFile("sql/t.sql", GOOD), other)))
        .hasMessage(
            "sql/u.sql:4:1: start: differs from that of sql/t.sql (expected: one start for all"
                + " profile queries, which read the log together)");
  }
}
