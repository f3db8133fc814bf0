package dev.imasugu.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imasugu.domain.EventTypes;
import dev.imasugu.log.InMemoryEventLog;
import dev.imasugu.log.LogRecord;
import dev.imasugu.log.Topic;
import dev.imasugu.store.InMemoryStore;
import dev.imasugu.store.ProfileCommit;
import dev.imasugu.store.ProfileCommit.Mark;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EngineTest {
  private static final int BACKLOG = 3_000;

  private final InMemoryEventLog log = new InMemoryEventLog(1);
  private final InMemoryStore store = new InMemoryStore();
  private final Engine engine =
      new Engine(log, store, EventTypes.BUILT_IN, InstantSource.system(), _ -> {});

  @AfterEach
  void close() {
    engine.close();
    store.close();
    log.close();
  }

  @Test
  void restOfLists_profilesHaveReadAll_isZero() {
    append(BACKLOG);
    reached("live", BACKLOG);

    assertThat(engine.restOfLists(1)).isZero();
  }

  @Test
  void restOfLists_manyEventsThatNoProfileHas_isFourTimesTheWorkUntilTheyAreRead() {
    append(BACKLOG);
    reached("live", 0);
    assertThat(engine.restOfLists(1)).isEqualTo(4);

    engine.job("live").reading().reached(Topic.EVENTS, 0, BACKLOG);
    assertThat(engine.restOfLists(1)).isZero();
  }

  @Test
  void restOfLists_inADeepFlood_isLonger() {
    append((int) Flood.DEEP + 1);
    reached("live", 0);

    assertThat(engine.restOfLists(1_000_000)).isEqualTo(16_000_000);
  }

  @Test
  void restOfLists_onlyAVersionInBuildingIsBehind_isZero() {
    append(BACKLOG);
    reached("live", BACKLOG);
    reached("building", 0);

    assertThat(engine.restOfLists(1)).isZero();
  }

  @Test
  void restOfLists_onlyStatisticsAreBehind_isZero() {
    append(BACKLOG);
    add("statistics", JobKind.STATISTICS, 0);

    assertThat(engine.restOfLists(1)).isZero();
  }

  @Test
  void restOfStatistics_manyUsersWaitForLists_isLongUntilTheyHaveThem() throws Exception {
    store
        .dirty()
        .mark(
            IntStream.range(0, 1_000)
                .mapToObj(i -> new Mark("u" + i, "event", Projects.NOW))
                .toList());
    assertThat(engine.restOfStatistics(1_000_000)).isEqualTo(4_000_000);
    assertThat(engine.restOfStatistics(1_000_000_000)).isEqualTo(400_000_000);
    assertThat(engine.restOfLists(1)).isZero();

    store.dirty().clean(store.dirty().take(1_000, 0));
    assertThat(engine.restOfStatistics(1_000_000)).isZero();
  }

  @Test
  void restOfStatistics_profilesAreBehind_isLong() {
    append(BACKLOG);
    reached("live", 0);

    assertThat(engine.restOfStatistics(1_000_000)).isEqualTo(4_000_000);
  }

  @Test
  void restOfStatistics_profilesAreFarBehind_isLonger() {
    append((int) Flood.LEFT + 1);
    reached("live", 0);

    assertThat(engine.restOfStatistics(1_000_000)).isEqualTo(16_000_000);
    assertThat(engine.restOfStatistics(1_000_000_000)).isEqualTo(2_000_000_000);
  }

  @Test
  void restOfStatistics_theLogIsReadToItsEndAndNoFurther_isNone() {
    append(BACKLOG);
    reached("live", 0);
    engine.endWithTheLog();

    assertThat(engine.restOfStatistics(1_000_000)).isZero();
  }

  @Test
  void isKnownToLive_ofWhatIsBuilt_isWhatTheLiveProfilesHaveCommitted() {
    JobSpec live = add("live", JobKind.PROFILE, 0);
    JobSpec built = add("building", JobKind.PROFILE, 0);
    engine.live(List.of(live));
    store.features().commit(new ProfileCommit(live.progressKey(), 0, 0, 10, List.of(), List.of()));

    assertThat(engine.isBuilding(built)).isTrue();
    assertThat(engine.isKnownToLive(built, 0, 10)).isTrue();
    assertThat(engine.isKnownToLive(built, 0, 11)).isFalse();
    assertThat(engine.isKnownToLive(live, 0, 10)).isFalse();

    engine.live(List.of(built));
    assertThat(engine.isKnownToLive(built, 0, 10)).isFalse();
  }

  private void reached(String profileJob, long position) {
    add(profileJob, JobKind.PROFILE, position);
  }

  private JobSpec add(String job, JobKind kind, long position) {
    JobState state = engine.add(new JobSpec(job, kind, "shared", Start.RETAINED, List.of()));
    state.reading().reached(Topic.EVENTS, 0, position);
    return state.spec();
  }

  private void append(int count) {
    log.append(
            Topic.EVENTS,
            IntStream.range(0, count)
                .mapToObj(i -> new LogRecord("u", "e" + i, Projects.NOW, new byte[0]))
                .toList())
        .join();
  }
}
