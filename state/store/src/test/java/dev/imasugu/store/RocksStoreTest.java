package dev.imasugu.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.imasugu.domain.Recommendation;
import dev.imasugu.store.ProfileCommit.TableRow;
import dev.imasugu.testing.Randomized;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksStoreTest extends StoreContractTest {
  private static final long MEMORY = 4 << 20;

  @TempDir Path directory = Path.of("");

  @Override
  Store open() {
    return open("store", 1000);
  }

  private RocksStore open(String name, int dirtyInMemory) {
    return RocksStore.open(directory.resolve(name), MEMORY, dirtyInMemory);
  }

  @Test
  void reopen_keepsEverything() throws InterruptedException {
    Recommendation list = list("home", "u", 1, 1, 1);
    Row row = Row.of("a", "b", 1L, null, null, null, null, null, null);
    long stamp;
    try (RocksStore store = open("kept", 10)) {
      var placed = new TableRow(Tables.RECENT, Tables.recentRow("u", "a", 1, "e1"));
      store
          .features()
          .commit(
              new ProfileCommit(
                  "q", 0, 0, 7, List.of(placed), List.of(mark("u", 1), mark("v", 2))));
      store.features().upsert(Tables.EVERYTHING, List.of(row));
      store.recommendations().put(List.of(list));
      stamp = store.dirty().take(2, 0).get(1).stamp();
    }
    try (RocksStore store = open("kept", 10)) {
      assertThat(store.features().find(Tables.RECENT, "u")).hasSize(1);
      assertThat(store.features().progress("q", 0)).isEqualTo(7);
      assertThat(store.features().findRow(Tables.EVERYTHING, List.of("a", "b"))).isEqualTo(row);
      assertThat(store.recommendations().find("home", "u")).isEqualTo(list);
      assertThat(store.dirty().size()).isEqualTo(2);
      store.dirty().mark(List.of(mark("u", 9), mark("w", 9)));
      List<DirtyUser> taken = store.dirty().take(5, 0);
      assertThat(taken).extracting(DirtyUser::user).containsExactlyInAnyOrder("u", "v", "w");
      assertThat(taken)
          .filteredOn(user -> user.user().equals("u"))
          .singleElement()
          .satisfies(user -> assertThat(user.since()).isEqualTo(Tables.at(1)))
          .satisfies(user -> assertThat(user.stamp()).isGreaterThan(stamp));
      assertThat(store.dirty().clean(taken)).isEqualTo(3);
    }
    try (RocksStore store = open("kept", 10)) {
      assertThat(store.dirty().size()).isZero();
    }
  }

  @Randomized
  @RepeatedTest(5)
  void dirty_beyondTheBound_loseNobody(RandomGenerator random) throws InterruptedException {
    try (RocksStore store = open("bounded", 7)) {
      Set<String> expected = new HashSet<>();
      Set<String> cleaned = new HashSet<>();
      for (int round = 0; round < 60; round++) {
        String user = "u" + random.nextInt(200);
        store.dirty().mark(List.of(mark(user, round), mark("n" + round, round)));
        expected.add(user);
        expected.add("n" + round);
        cleaned.remove(user);
        assertThat(store.dirty().isDirty(user)).isTrue();
        List<DirtyUser> taken = store.dirty().take(random.nextInt(3), 0);
        if (random.nextBoolean()) {
          store.dirty().giveBack(taken);
        } else {
          store.dirty().clean(taken);
          taken.forEach(each -> cleaned.add(each.user()));
        }
        assertThat(store.dirty().size()).isEqualTo(expected.size() - cleaned.size());
      }
      List<DirtyUser> taken = store.dirty().take(100, 0);
      assertThat(taken).hasSizeLessThanOrEqualTo(7);
      while (!taken.isEmpty()) {
        store.dirty().clean(taken);
        taken.forEach(each -> assertThat(cleaned.add(each.user())).isTrue());
        taken = store.dirty().take(100, 0);
      }
      assertThat(cleaned).isEqualTo(expected);
      assertThat(store.dirty().size()).isZero();
      assertThat(store.dirty().isDirty("n1")).isFalse();
    }
  }

  @Test
  void dirty_overflowWhileAllAreTaken_waitsForACleanUp() throws InterruptedException {
    try (RocksStore store = open("full", 2)) {
      store.dirty().mark(List.of(mark("a", 1), mark("b", 2), mark("c", 3)));
      List<DirtyUser> taken = store.dirty().take(5, 0);
      assertThat(taken).hasSize(2);
      store.dirty().mark(List.of(mark("c", 1), mark("a", 4)));
      assertThat(store.dirty().take(5, 0)).isEmpty();
      assertThat(store.dirty().isDirty("c")).isTrue();
      assertThat(store.dirty().clean(taken)).isEqualTo(1);
      Map<String, Instant> since = new HashMap<>();
      for (int i = 0; i < 2; i++) {
        List<DirtyUser> next = store.dirty().take(5, 0);
        next.forEach(user -> since.put(user.user(), user.since()));
        store.dirty().clean(next);
      }
      assertThat(since).isEqualTo(Map.of("a", Tables.at(4), "c", Tables.at(1)));
      assertThat(store.dirty().size()).isZero();
    }
  }

  @Test
  void open_directoryInUse_isRefused() {
    try (RocksStore store = open("used", 1)) {
      assertThatIllegalStateException()
          .isThrownBy(() -> open("used", 1))
          .withMessageStartingWith("store directory: ")
          .withMessageEndingWith("(expected: one that no other process has open)");
      assertThat(store.sizeBytes()).isNotNegative();
    }
  }

  @Test
  void open_nonsenseBounds_areRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> open("none", 0));
    assertThatIllegalArgumentException().isThrownBy(() -> RocksStore.open(directory, 1, 1));
  }

  @Test
  void killedProcess_keepsWhatItAcknowledgedAndTearsNothing() throws Exception {
    Path path = directory.resolve("killed");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                KilledStore.class.getName(),
                path.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    long acknowledged = readUntil(process, 300);
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(acknowledged).isGreaterThanOrEqualTo(300);
    try (RocksStore store = RocksStore.open(path)) {
      long progress = store.features().progress("q", 0);
      assertThat(progress).isGreaterThanOrEqualTo(acknowledged);
      assertThat(store.dirty().size()).isEqualTo(progress);
      for (long i = 0; i < progress; i++) {
        assertThat(store.features().find(Tables.RECENT, "u" + i)).hasSize(1);
        assertThat(store.dirty().isDirty("u" + i)).isTrue();
      }
    }
  }

  private static long readUntil(Process process, long enough) throws IOException {
    try (var lines = process.inputReader()) {
      long last = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        last = Math.max(last, Long.parseLong(line)); // the last line may be cut off
        if (last == enough) {
          process.toHandle().destroyForcibly(); // unlike the process, leaves its output readable
        }
      }
      return last;
    }
  }
}
