package dev.imasugu.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imasugu.log.InMemoryEventLog;
import dev.imasugu.store.Column;
import dev.imasugu.store.ColumnType;
import dev.imasugu.store.FeatureTable;
import dev.imasugu.store.ProfileCommit.Mark;
import dev.imasugu.store.Row;
import dev.imasugu.store.TableKind;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LaneTest {
  private static final Instant T = Instant.parse("2026-03-01T12:00:00Z");
  private static final FeatureTable TABLE =
      new FeatureTable(
          "t",
          "v",
          new TableKind.Latest(),
          List.of(
              new Column("user_id", ColumnType.TEXT),
              new Column("occurred_at", ColumnType.INSTANT),
              new Column("event_id", ColumnType.TEXT)),
          List.of("user_id"));

  private final InMemoryEventLog log = new InMemoryEventLog(3);
  private final Lane lane = Lane.ofThisThread();

  @AfterEach
  void forget() {
    Lane.forget();
    log.close();
  }

  private static Row row(String user) {
    return Row.of(user, T, "e");
  }

  @Test
  void marks_manyEventsOfAUser_areOneSinceTheOldest() {
    lane.begin(log.partition("u"));
    lane.event("u", T.plusSeconds(1));
    lane.row(TABLE, row("u"), log);
    lane.event("u", T);
    lane.row(TABLE, row("u"), log);
    lane.event("u", T.plusSeconds(2));
    lane.trigger("u", "back in stock");
    lane.end();
    assertThat(lane.marks()).containsExactly(new Mark("u", "back in stock", T));
    assertThat(lane.rows()).hasSize(2);
  }

  @Test
  void row_ofAUserOfAnotherPartition_saysWhichQueryAndUser() {
    String stranger =
        IntStream.range(0, 100)
            .mapToObj(i -> "v" + i)
            .filter(user -> log.partition(user) != log.partition("u"))
            .findFirst()
            .orElseThrow();
    lane.begin(log.partition("u"));
    lane.event("u", T);
    assertThatThrownBy(() -> lane.row(TABLE, row(stranger), log))
        .hasMessage(
            "query t wrote a row for user_id "
                + stranger
                + " while reading an event of u (expected: rows of the event's own user; say kind:"
                + " statistics for others)");
  }

  @Test
  void row_outsideABatch_meansTheSinkIsNotChained() {
    lane.begin(0);
    lane.end();
    assertThatThrownBy(() -> lane.row(TABLE, row("u"), log))
        .hasMessage("profile sink is not chained to its source");
  }

  @Test
  void begin_afterABatch_startsEmpty() {
    lane.begin(log.partition("u"));
    lane.event("u", T);
    lane.row(TABLE, row("u"), log);
    lane.end();
    lane.begin(log.partition("u"));
    assertThat(lane.rows()).isEmpty();
    assertThat(lane.marks()).isEmpty();
  }
}
