package dev.imasugu.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.imasugu.domain.EventTypes;
import dev.imasugu.log.InMemoryEventLog;
import dev.imasugu.log.LogRecord;
import dev.imasugu.log.Topic;
import dev.imasugu.query.QueryChange.Action;
import dev.imasugu.store.FeatureTable;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeploymentTest {
  @TempDir Path folder;

  private final InMemoryEventLog log = new InMemoryEventLog(1);

  @AfterEach
  void close() {
    log.close();
  }

  private static QueryFile counts(String name, String aggregate, String header) {
    return new QueryFile(
        "sql/" + name + ".sql",
        """
        -- kind: statistics
        %s
        CREATE TABLE %s (item_id STRING, n BIGINT, PRIMARY KEY (item_id) NOT ENFORCED);
        INSERT INTO %s SELECT item_id, %s FROM events GROUP BY item_id;
        """
            .formatted(header, name, name, aggregate));
  }

  private static QueryPlan plan(QueryFile... files) {
    return QueryPlan.of(List.of(files));
  }

  private void append(int count) {
    for (int i = 0; i < count; i++) {
      var record = new LogRecord("u", "e" + log.end(Topic.EVENTS, 0), Projects.NOW, new byte[0]);
      log.append(Topic.EVENTS, List.of(record)).join();
    }
  }

  private static final QueryFile A = counts("a", "COUNT(*)", "");
  private static final QueryFile B = counts("b", "COUNT(*)", "");
  private static final QueryFile OTHER_B = counts("b", "COUNT(*) * 2", "");

  @Test
  void file_writtenAndRead_isTheSame() {
    Deployment deployment =
        Deployment.first(plan(A, B), log)
            .toward(plan(A, OTHER_B), true, log)
            .broken("statistics-1", "a");
    var file = new DeploymentFile(folder, EventTypes.BUILT_IN, Functions.BUILT_IN);
    file.write(deployment);
    Deployment read = file.read();
    assertThat(read.live().getFirst().queries().getFirst().broken()).isTrue();
    assertThat(read).usingRecursiveComparison().isEqualTo(deployment);
  }

  @Test
  void first_queriesOfOneGroup_shareAJob() {
    Deployment first =
        Deployment.first(plan(A, B, counts("c", "COUNT(*)", "-- group: heavy")), log);
    assertThat(first.live())
        .extracting(JobSpec::group, job -> job.queries().size())
        .containsExactly(tuple("shared", 2), tuple("heavy", 1));
  }

  @Test
  void toward_aChangedQuery_isBuiltInAJobOfItsOwnAndTakesItsPlace() {
    Deployment first = Deployment.first(plan(A, B), log);
    Deployment building = first.toward(plan(A, OTHER_B), false, log);
    assertThat(building.live()).isEqualTo(first.live());
    assertThat(building.building()).extracting(JobSpec::id).containsExactly("statistics-2");
    assertThat(building.toward(plan(A, OTHER_B), false, log)).isSameAs(building);
    Deployment swapped = building.swapped(building.merged());
    assertThat(swapped.number()).isEqualTo(first.number() + 1);
    assertThat(swapped.live())
        .extracting(JobSpec::id, job -> job.queries().getFirst().name())
        .containsExactly(tuple("statistics-1", "a"), tuple("statistics-2", "b"));
    FeatureTable b = first.liveQueries().table("b");
    assertThat(swapped.liveQueries().table("b")).isNotEqualTo(b);
    assertThat(swapped.liveQueries().table("a")).isEqualTo(first.liveQueries().table("a"));
  }

  @Test
  void toward_theOldTextAgain_isANewVersionWithANewTable() {
    Deployment first = Deployment.first(plan(A, B), log);
    Deployment second = first.toward(plan(A, OTHER_B), false, log);
    second = second.swapped(second.merged());
    Deployment third = second.toward(plan(A, B), false, log);
    third = third.swapped(third.merged());
    assertThat(third.liveVersion("b").orElseThrow().number()).isEqualTo(3);
    assertThat(third.liveQueries().table("b")).isNotEqualTo(first.liveQueries().table("b"));
  }

  @Test
  void toward_giveUpWhatIsBeingBuilt_leavesWhatIsLive() {
    Deployment first = Deployment.first(plan(A, B), log);
    Deployment back = first.toward(plan(A, OTHER_B), false, log).toward(plan(A, B), false, log);
    assertThat(back.building()).isEmpty();
    assertThat(back.live()).isEqualTo(first.live());
  }

  @Test
  void changes_logShorterThanTheOldHistory_isSaid() {
    append(10);
    Deployment first = Deployment.first(plan(A, B), log);
    append(10);
    log.retain(Topic.EVENTS, Projects.NOW.plusSeconds(1), List.of(15L));
    assertThat(first.changes(plan(A, OTHER_B), false, log).queries())
        .extracting(QueryChange::name, QueryChange::action, QueryChange::note)
        .containsExactly(
            tuple("a", Action.KEEP, null),
            tuple(
                "b",
                Action.REPLACE,
                "version 1 was made of 15 events that version 2 will not be given: the log has"
                    + " forgotten them, or start: says so"));
  }

  @Test
  void changes_aBrokenVersion_isBuiltAgainOfTheSameText() {
    Deployment broken = Deployment.first(plan(A, B), log).broken("statistics-1", "a");
    assertThat(broken.changes(plan(A, B), false, log).queries())
        .extracting(QueryChange::action)
        .containsExactly(Action.REPLACE, Action.KEEP);
  }

  @Test
  void changes_ttlOrGroup_isAnotherVersion() {
    Deployment first = Deployment.first(plan(A), log);
    for (String header : List.of("-- ttl: 30d", "-- group: heavy")) {
      assertThat(first.changes(plan(counts("a", "COUNT(*)", header)), false, log).none())
          .as(header)
          .isFalse();
    }
  }
}
