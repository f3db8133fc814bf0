package dev.imasugu.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imasugu.domain.AsOf;
import dev.imasugu.domain.ItemId;
import dev.imasugu.domain.Recommendation;
import dev.imasugu.domain.RecommendedItem;
import dev.imasugu.store.ProfileCommit.Mark;
import dev.imasugu.store.ProfileCommit.TableRow;
import dev.imasugu.testing.Randomized;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** What every {@link Store} must do. */
abstract class StoreContractTest {
  private static final String QUERY = "profile@1f3a";

  private Store store = new InMemoryStore();

  abstract Store open();

  @BeforeEach
  void openStore() {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  // ---- profile tables

  @Test
  void find_unknownUser_isEmpty() {
    assertThat(store.features().find(Tables.RECENT, "nobody")).isEmpty();
  }

  @Test
  void find_recent_isNewestFirstOfEachItem() {
    commit(
        Tables.RECENT,
        List.of(
            Tables.recentRow("u", "a", 1, "e1"),
            Tables.recentRow("u", "b", 2, "e2"),
            Tables.recentRow("u", "a", 3, "e3"),
            Tables.recentRow("u", "d", 2, "e1"),
            Tables.recentRow("u", "c", 0, "e0"),
            Tables.recentRow("v", "a", 9, "e9")));
    assertThat(items("u")).containsExactly("a e3", "d e1", "b e2");
    assertThat(items("v")).containsExactly("a e9");
  }

  @Test
  void find_recentEqualTimes_smallestEventIdFirst() {
    commit(
        Tables.RECENT,
        List.of(
            Tables.recentRow("u", "a", 1, "e2"),
            Tables.recentRow("u", "a", 1, "e1"),
            Tables.recentRow("u", "b", 1, "e1")));
    assertThat(items("u")).containsExactly("a e1", "b e1");
  }

  @Randomized
  @RepeatedTest(50)
  void find_recent_isAFunctionOfTheSetOfRows(RandomGenerator random) {
    FeatureTable table = Tables.recent(1 + random.nextInt(6));
    var rows = new ArrayList<Row>();
    for (int i = 0; i < 40; i++) {
      String item = random.nextInt(20) == 0 ? null : "i" + random.nextInt(8);
      rows.add(
          Row.of(
              "u" + random.nextInt(2),
              item,
              Tables.at(random.nextInt(6)),
              "e" + random.nextInt(6),
              random.nextInt(3) * 0.5));
    }
    var sent = new ArrayList<Row>(rows);
    for (int i = 0; i < 20; i++) {
      sent.add(rows.get(random.nextInt(rows.size())));
    }
    Collections.shuffle(sent, Random.from(random));
    while (!sent.isEmpty()) {
      var batch = sent.subList(0, Math.min(sent.size(), 1 + random.nextInt(12)));
      commit(table, List.copyOf(batch));
      batch.clear();
    }
    for (String user : List.of("u0", "u1")) {
      List<Row> mine = rows.stream().filter(row -> row.text(0).equals(user)).toList();
      assertThat(store.features().find(table, user)).isEqualTo(fold(table, mine));
    }
  }

  /** The definition of {@link TableKind.Recent}, word by word. */
  private static List<Row> fold(FeatureTable table, List<Row> rows) {
    var sorted = new ArrayList<>(new HashSet<>(rows));
    sorted.sort(
        (a, b) -> {
          int byTime = b.instant(2).compareTo(a.instant(2));
          int byEvent = a.text(3).compareTo(b.text(3));
          String itemA = (String) a.values().get(1);
          String itemB = (String) b.values().get(1);
          int byItem =
              itemA == null || itemB == null
                  ? Boolean.compare(itemA != null, itemB != null)
                  : itemA.compareTo(itemB);
          int byWeight = Double.compare(a.number(4), b.number(4));
          return byTime != 0 ? byTime : byEvent != 0 ? byEvent : byItem != 0 ? byItem : byWeight;
        });
    var found = new ArrayList<Row>();
    var seen = new HashSet<Object>();
    for (Row row : sorted) {
      if (seen.add(String.valueOf(row.values().get(1)))
          && table.kind() instanceof TableKind.Recent(int limit, _)
          && found.size() < limit) {
        found.add(row);
      }
    }
    return found;
  }

  @Randomized
  @RepeatedTest(20)
  void find_latest_isTheGreatestWhateverTheOrder(RandomGenerator random) {
    var rows = new ArrayList<Row>();
    for (int i = 0; i < 10; i++) {
      rows.add(Row.of("e" + random.nextInt(3), "u", Tables.at(random.nextInt(3)), "p"));
    }
    rows.add(Row.of("e9", "u", Tables.at(3), "the last"));
    rows.add(Row.of("e8", "u", Tables.at(3), "nearly"));
    Collections.shuffle(rows, Random.from(random));
    rows.forEach(row -> commit(Tables.LAST_SEEN, List.of(row)));
    assertThat(store.features().find(Tables.LAST_SEEN, "u"))
        .containsExactly(Row.of("e9", "u", Tables.at(3), "the last"));
  }

  @Test
  void commit_rowThatDoesNotFit_writesNothing() {
    var good = new TableRow(Tables.RECENT, Tables.recentRow("u", "a", 1, "e1"));
    for (Row bad :
        List.of(
            Row.of("u", "a"),
            Row.of(null, "a", Tables.at(1), "e", 1.0),
            Row.of("u", "a", null, "e", 1.0),
            Row.of("u", "a", Tables.at(1), null, 1.0),
            Row.of("u", "a", Tables.at(1), "e", 1))) {
      var commit =
          new ProfileCommit(
              QUERY,
              0,
              0,
              5,
              List.of(good, new TableRow(Tables.RECENT, bad)),
              List.of(mark("u", 1)));
      assertThatIllegalArgumentException().isThrownBy(() -> store.features().commit(commit));
    }
    assertThat(items("u")).isEmpty();
    assertThat(store.features().progress(QUERY, 0)).isZero();
    assertThat(store.dirty().size()).isZero();
  }

  @Test
  void commit_statisticsTable_isRefused() {
    var row =
        new TableRow(Tables.EVERYTHING, Row.of("a", "b", 1L, null, null, null, null, null, null));
    var commit = new ProfileCommit(QUERY, 0, 0, 1, List.of(row), List.of());
    assertThatIllegalArgumentException().isThrownBy(() -> store.features().commit(commit));
  }

  @Test
  void commit_fromAnotherPosition_isFenced() {
    store.features().commit(new ProfileCommit(QUERY, 1, 0, 5, List.of(), List.of(mark("u", 1))));
    var again = new ProfileCommit(QUERY, 1, 0, 7, List.of(), List.of(mark("v", 1)));
    assertThatThrownBy(() -> store.features().commit(again))
        .isInstanceOf(StaleCommitException.class)
        .hasMessageContaining("from: 0 (expected: 5");
    assertThat(store.features().progress(QUERY, 1)).isEqualTo(5);
    assertThat(store.features().progress(QUERY, 0)).isZero();
    assertThat(store.features().progress("other", 1)).isZero();
    assertThat(store.dirty().isDirty("v")).isFalse();
  }

  @Test
  void commit_tellsListenersAndMarksUsers() {
    var told = new ArrayList<String>();
    store.features().onCommit((query, partition) -> told.add(query + " " + partition));
    store.features().commit(new ProfileCommit(QUERY, 2, 0, 1, List.of(), List.of(mark("u", 1))));
    assertThat(told).containsExactly(QUERY + " 2");
    assertThat(store.dirty().isDirty("u")).isTrue();
  }

  // ---- statistics tables

  @Randomized
  @RepeatedTest(20)
  void upsert_lastWriteOfAKeyWins(RandomGenerator random) {
    Map<List<String>, Row> expected = new HashMap<>();
    for (int i = 0; i < 10; i++) {
      var rows = new ArrayList<Row>();
      for (int j = random.nextInt(5); j >= 0; j--) {
        Row row = Tables.everything(random, Tables.text(random), "" + random.nextInt(3));
        rows.add(row);
        expected.put(List.of(row.text(0), row.text(1)), row);
      }
      store.features().upsert(Tables.EVERYTHING, rows);
      store.features().remove(Tables.EVERYTHING, rows.get(0));
      expected.remove(List.of(rows.get(0).text(0), rows.get(0).text(1)));
    }
    store.features().flush();
    var scanned = new ArrayList<Row>();
    store.features().scan(Tables.EVERYTHING, scanned::add);
    assertThat(scanned).containsExactlyInAnyOrderElementsOf(expected.values());
    expected.forEach(
        (key, row) -> assertThat(store.features().findRow(Tables.EVERYTHING, key)).isEqualTo(row));
    assertThat(store.features().findRow(Tables.EVERYTHING, List.of("no", "such"))).isNull();
  }

  @Test
  void upsert_tellsTheListenersOfItsTable() {
    var told = new ArrayList<Row>();
    store.features().onUpsert(Tables.EVERYTHING, told::addAll);
    Row row = Row.of("a", "b", 1L, null, null, null, null, null, null);
    store.features().upsert(Tables.EVERYTHING, List.of(row));
    assertThat(told).containsExactly(row);
  }

  @Test
  void upsert_withoutKey_isRefused() {
    Row row = Row.of("a", null, 1L, null, null, null, null, null, null);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store.features().upsert(Tables.EVERYTHING, List.of(row)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store.features().findRow(Tables.EVERYTHING, List.of("a")));
  }

  @Test
  void dropOthers_keepsWhatIsNamed() {
    FeatureTable other = Tables.recent(4);
    commit(Tables.RECENT, List.of(Tables.recentRow("u", "a", 1, "e1")));
    commit(other, List.of(Tables.recentRow("u", "b", 1, "e1")));
    commit(Tables.LAST_SEEN, List.of(Row.of("e1", "u", Tables.at(1), "p")));
    Row row = Row.of("a", "b", 1L, null, null, null, null, null, null);
    store.features().upsert(Tables.EVERYTHING, List.of(row));
    store.features().commit(new ProfileCommit("old", 0, 0, 3, List.of(), List.of()));
    store.features().dropOthers(Set.of(other.id(), Tables.EVERYTHING.id()), Set.of(QUERY));
    assertThat(items("u")).isEmpty();
    assertThat(store.features().find(Tables.LAST_SEEN, "u")).isEmpty();
    assertThat(store.features().find(other, "u")).hasSize(1);
    assertThat(store.features().findRow(Tables.EVERYTHING, List.of("a", "b"))).isEqualTo(row);
    assertThat(store.features().progress("old", 0)).isZero();
    assertThat(store.features().progress(QUERY, 0)).isEqualTo(3);
    store.features().dropOthers(Set.of(), Set.of());
    assertThat(store.features().findRow(Tables.EVERYTHING, List.of("a", "b"))).isNull();
    var left = new ArrayList<Row>();
    store.features().scan(other, left::add);
    assertThat(left).isEmpty();
  }

  // ---- dirty set

  @Test
  void take_handsAUserToOneTaker_oldestMarkFirst() throws InterruptedException {
    store.dirty().mark(List.of(mark("a", 1), mark("b", 2)));
    store.dirty().mark(List.of(mark("c", 3), mark("a", 4)));
    assertThat(users(store.dirty().take(2, 0))).containsExactly("a", "b");
    assertThat(users(store.dirty().take(2, 0))).containsExactly("c");
    assertThat(store.dirty().take(2, 1)).isEmpty();
    assertThat(store.dirty().size()).isEqualTo(3);
    assertThat(store.dirty().isDirty("a")).isTrue();
  }

  @Test
  void take_coalescedMarks_haveTheOldestSinceAndTheNewestReason() throws InterruptedException {
    store.dirty().mark(List.of(new Mark("u", "event", Tables.at(5))));
    store.dirty().mark(List.of(new Mark("u", "price", Tables.at(7))));
    store.dirty().mark(List.of(new Mark("u", "stock", Tables.at(3)), mark("v", 1)));
    DirtyUser user = store.dirty().take(1, 0).get(0);
    assertThat(user.since()).isEqualTo(Tables.at(3));
    assertThat(user.reason()).isEqualTo("stock");
    assertThat(store.dirty().take(1, 0).get(0).stamp()).isGreaterThan(user.stamp());
  }

  @Test
  void clean_unchangedUser_isGone() throws InterruptedException {
    store.dirty().mark(List.of(mark("u", 1)));
    assertThat(store.dirty().clean(store.dirty().take(1, 0))).isEqualTo(1);
    assertThat(store.dirty().isDirty("u")).isFalse();
    assertThat(store.dirty().size()).isZero();
  }

  @Test
  void clean_userMarkedAgain_isTakenAgainSinceTheNewMark() throws InterruptedException {
    store.dirty().mark(List.of(mark("u", 1)));
    List<DirtyUser> taken = store.dirty().take(1, 0);
    store.dirty().mark(List.of(mark("u", 8)));
    store.dirty().mark(List.of(mark("u", 9)));
    assertThat(store.dirty().take(1, 0)).as("still with its taker").isEmpty();
    assertThat(store.dirty().clean(taken)).isZero();
    List<DirtyUser> again = store.dirty().take(1, 0);
    assertThat(again).singleElement().extracting(DirtyUser::since).isEqualTo(Tables.at(8));
    assertThat(store.dirty().clean(taken)).as("a stale clean").isZero();
    assertThat(store.dirty().clean(again)).isEqualTo(1);
  }

  @Test
  void giveBack_keepsTheOldestSince() throws InterruptedException {
    store.dirty().mark(List.of(mark("u", 1)));
    List<DirtyUser> taken = store.dirty().take(1, 0);
    store.dirty().mark(List.of(mark("u", 8)));
    store.dirty().giveBack(taken);
    store.dirty().giveBack(taken);
    List<DirtyUser> again = store.dirty().take(5, 0);
    assertThat(again).singleElement().extracting(DirtyUser::since).isEqualTo(Tables.at(1));
    assertThat(store.dirty().clean(again)).isEqualTo(1);
  }

  @Test
  void take_waitsForAMark() throws Exception {
    try (var threads = Executors.newSingleThreadExecutor()) {
      Future<List<DirtyUser>> taken = threads.submit(() -> store.dirty().take(1, 10_000));
      store.dirty().mark(List.of(mark("u", 1)));
      assertThat(users(taken.get())).containsExactly("u");
    }
  }

  @Randomized
  @RepeatedTest(3)
  void clean_whileOthersMark_losesNoMark(RandomGenerator random) throws Exception {
    int perThread = 400;
    Map<String, Instant> newest = new ConcurrentHashMap<>();
    Map<String, Instant> cleaned = new ConcurrentHashMap<>();
    var running = new AtomicInteger(2);
    long seed = random.nextLong();
    try (var threads = Executors.newFixedThreadPool(4)) {
      var done = new ArrayList<Future<?>>();
      for (int t = 0; t < 2; t++) {
        int writer = t;
        var own = new Random(seed + t);
        done.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < perThread; i++) {
                    String user = "u" + own.nextInt(8);
                    newest.merge(user, Tables.at(i), (a, b) -> a.isAfter(b) ? a : b);
                    var mark = List.of(mark(user, i));
                    if (writer == 0) {
                      store.dirty().mark(mark);
                    } else {
                      store
                          .features()
                          .commit(new ProfileCommit(QUERY, 3, i, i + 1, List.of(), mark));
                    }
                  }
                  running.decrementAndGet();
                }));
      }
      for (int t = 0; t < 2; t++) {
        done.add(
            threads.submit(
                () -> {
                  while (running.get() > 0 || store.dirty().size() > 0) {
                    List<DirtyUser> taken = store.dirty().take(3, 1);
                    // what a recompute that begins now would see
                    taken.forEach(
                        user ->
                            cleaned.put(
                                user.user(), newest.getOrDefault(user.user(), Instant.MIN)));
                    store.dirty().clean(taken);
                  }
                  return null;
                }));
      }
      for (Future<?> each : done) {
        each.get();
      }
    }
    assertThat(cleaned).isEqualTo(newest);
  }

  // ---- lists

  @Test
  void put_olderList_isLeftOut() {
    Recommendation stored = list("home", "u", 2, 10, 3);
    assertThat(store.recommendations().put(List.of(stored, list("home", "v", 1, 1, 1))))
        .isEqualTo(2);
    for (Recommendation older :
        List.of(
            list("home", "u", 1, 99, 9), list("home", "u", 2, 9, 4), list("home", "u", 2, 10, 2))) {
      assertThat(store.recommendations().put(List.of(older))).isZero();
    }
    assertThat(store.recommendations().find("home", "u")).isEqualTo(stored);
    Recommendation newer = list("home", "u", 3, 1, 1);
    assertThat(store.recommendations().put(List.of(list("home", "u", 2, 11, 4), newer, stored)))
        .isEqualTo(2);
    assertThat(store.recommendations().find("home", "u")).isEqualTo(newer);
    assertThat(store.recommendations().find("home", "w")).isNull();
    assertThat(store.recommendations().find("cart", "u")).isNull();
  }

  @Test
  void put_tellsListenersOfWhatWasStored() {
    var told = new ArrayList<Recommendation>();
    store.recommendations().onPut(told::add);
    Recommendation list = list("home", Recommendation.POPULAR, 2, 10, 3);
    store.recommendations().put(List.of(list, list("home", Recommendation.POPULAR, 1, 10, 3)));
    assertThat(told).containsExactly(list);
  }

  @Test
  void heads_walkThroughAllListsOnce() {
    var all = new ArrayList<Recommendation>();
    for (int i = 0; i < 25; i++) {
      all.add(list(i % 2 == 0 ? "home" : "cart", "u" + i / 2, 1, i, 1));
    }
    store.recommendations().put(all);
    var seen = new ArrayList<Recommendation>();
    Recommendation last = null;
    for (List<Recommendation> next = store.recommendations().heads(last, 7);
        !next.isEmpty();
        next = store.recommendations().heads(last, 7)) {
      assertThat(next).hasSizeLessThanOrEqualTo(7).allMatch(head -> head.items().isEmpty());
      seen.addAll(next);
      last = next.getLast();
    }
    assertThat(seen)
        .extracting(head -> head.placement() + head.owner() + head.asOf())
        .containsExactlyInAnyOrderElementsOf(
            all.stream().map(list -> list.placement() + list.owner() + list.asOf()).toList());
    assertThat(store.recommendations().findAsOf("home", "u0")).isEqualTo(all.getFirst().asOf());
    assertThat(store.recommendations().findAsOf("home", "nobody")).isNull();
  }

  @Test
  void remove_takesAllListsOfTheOwnerAndNoOthers() {
    store
        .recommendations()
        .put(
            List.of(
                list("home", "u", 1, 1, 1),
                list("cart", "u", 1, 1, 1),
                list("home", "uu", 1, 1, 1),
                list("home", "t", 1, 1, 1)));
    store.recommendations().remove("u");
    assertThat(store.recommendations().find("home", "u")).isNull();
    assertThat(store.recommendations().find("cart", "u")).isNull();
    assertThat(store.recommendations().find("home", "uu")).isNotNull();
    assertThat(store.recommendations().find("home", "t")).isNotNull();
  }

  // ---- life cycle

  @Test
  void writes_fromAVirtualThread_areRefused() throws InterruptedException {
    var failures = new ArrayList<Throwable>();
    Thread thread =
        Thread.startVirtualThread(
            () -> {
              for (Runnable write :
                  List.<Runnable>of(
                      () -> store.dirty().mark(List.of(mark("u", 1))),
                      () -> store.dirty().clean(List.of()),
                      () -> store.recommendations().put(List.of()),
                      () -> store.recommendations().remove("u"),
                      () -> store.features().upsert(Tables.EVERYTHING, List.of()),
                      () ->
                          store
                              .features()
                              .commit(new ProfileCommit(QUERY, 0, 0, 1, List.of(), List.of())))) {
                try {
                  write.run();
                } catch (IllegalStateException e) {
                  failures.add(e);
                }
              }
            });
    thread.join();
    assertThat(failures).hasSize(6);
  }

  @Test
  void everyCall_afterClose_isRefused() throws InterruptedException {
    var waiting = new CountDownLatch(1);
    var taker =
        Thread.ofPlatform()
            .start(
                () -> {
                  assertThatIllegalStateException().isThrownBy(() -> store.dirty().take(1, 60_000));
                  waiting.countDown();
                });
    while (taker.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    store.close();
    waiting.await();
    store.close();
    assertThatIllegalStateException().isThrownBy(() -> store.features().find(Tables.RECENT, "u"));
    assertThatIllegalStateException().isThrownBy(() -> store.features().progress(QUERY, 0));
    assertThatIllegalStateException().isThrownBy(() -> store.features().flush());
    assertThatIllegalStateException().isThrownBy(() -> store.dirty().mark(List.of(mark("u", 1))));
    assertThatIllegalStateException().isThrownBy(() -> store.dirty().take(1, 0));
    assertThatIllegalStateException().isThrownBy(() -> store.recommendations().find("home", "u"));
    assertThatIllegalStateException().isThrownBy(() -> store.recommendations().remove("u"));
  }

  @Test
  void close_whileOthersRead_turnsThemAway() throws Exception {
    commit(Tables.RECENT, List.of(Tables.recentRow("u", "a", 1, "e1")));
    var reading = new CountDownLatch(2);
    try (var threads = Executors.newFixedThreadPool(2)) {
      var done = new ArrayList<Future<?>>();
      for (int t = 0; t < 2; t++) {
        done.add(
            threads.submit(
                () -> {
                  try {
                    while (!store.features().find(Tables.RECENT, "u").isEmpty()) {
                      reading.countDown();
                    }
                    return "lost";
                  } catch (IllegalStateException e) {
                    return "closed";
                  }
                }));
      }
      reading.await();
      store.close();
      for (Future<?> each : done) {
        assertThat(each.get()).isEqualTo("closed");
      }
    }
  }

  private void commit(FeatureTable table, List<Row> rows) {
    long from = store.features().progress(QUERY, 0);
    List<TableRow> placed = rows.stream().map(row -> new TableRow(table, row)).toList();
    store.features().commit(new ProfileCommit(QUERY, 0, from, from + 1, placed, List.of()));
  }

  // ---- identity and erasure

  private void link(long from, String user, String anonymous, long at) {
    var link = new ProfileCommit.Link(user, anonymous, Tables.at(at), Tables.at(at));
    store
        .features()
        .commit(
            new ProfileCommit(
                QUERY,
                0,
                from,
                from + 1,
                List.of(),
                List.of(),
                List.of(link),
                store.erasures().count()));
  }

  @Test
  void links_newestOfADeviceWins_inAnyOrder() {
    link(0, "u", "phone", 5);
    link(1, "v", "phone", 9);
    link(2, "u", "phone", 7);
    assertThat(store.identities().owner("phone")).isEqualTo("v");
    assertThat(store.identities().of("v")).containsExactly("phone");
    assertThat(store.identities().of("u")).isEmpty();
    assertThat(store.identities().everLinked("u")).isTrue();
    assertThat(store.dirty().isDirty("u")).as("who loses a device").isTrue();
    assertThat(store.dirty().isDirty("v")).isTrue();
  }

  @Test
  void links_ofOneUser_areTheFiveNewest() {
    for (int i = 0; i < 7; i++) {
      link(i, "u", "d" + i, 10 + i);
    }
    assertThat(store.identities().of("u")).containsExactly("d6", "d5", "d4", "d3", "d2");
  }

  @Test
  void commit_forAnAnonymousId_marksItsOwner() {
    link(0, "u", "phone", 1);
    assertThat(store.dirty().clean(drain())).isEqualTo(1);
    store
        .features()
        .commit(new ProfileCommit(QUERY, 1, 0, 1, List.of(), List.of(mark("anonymous:phone", 2))));
    assertThat(users(drain())).containsExactlyInAnyOrder("anonymous:phone", "u");
  }

  private List<DirtyUser> drain() {
    try {
      return store.dirty().take(100, 0);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void find_ofSeveralOwners_isOneProfile() {
    commit(
        Tables.RECENT,
        List.of(
            Tables.recentRow("u", "a", 1, "e1"),
            Tables.recentRow("u", "b", 4, "e4"),
            Tables.recentRow("anonymous:p", "a", 3, "e3"),
            Tables.recentRow("anonymous:p", "c", 2, "e2"),
            Tables.recentRow("anonymous:p", "d", 0, "e0")));
    assertThat(
            store.features().find(Tables.RECENT, List.of("u", "nobody", "anonymous:p")).stream()
                .map(row -> row.text(0) + " " + row.text(1) + " " + row.text(3)))
        .containsExactly("u b e4", "u a e3", "u c e2");
  }

  @Test
  void erase_removesAllOfAnOwner_andTurnsAwayWhatWasUnderWay() {
    commit(Tables.RECENT, List.of(Tables.recentRow("u", "a", 1, "e1")));
    long progress = store.features().progress(QUERY, 0);
    link(progress, "u", "phone", 1);
    long seen = store.erasures().count();
    List<DirtyUser> taken = drain();
    store.recommendations().put(List.of(list("home", "u", 1, 1, taken.getFirst().stamp())));
    assertThat(store.recommendations().find("home", "u")).isNotNull(); // held in memory from now on
    var erased = new ArrayList<String>();
    store.erasures().onErase(erased::add);

    store.erasures().erase("u", 17, List.of(Tables.RECENT, Tables.EVERYTHING));

    assertThat(erased).containsExactly("u");
    assertThat(store.erasures().hiddenBefore("u")).isEqualTo(17);
    assertThat(store.erasures().hiddenBefore("v")).isZero();
    assertThat(store.features().find(Tables.RECENT, "u")).isEmpty();
    assertThat(store.recommendations().find("home", "u")).isNull();
    assertThat(store.identities().owner("phone")).isNull();
    assertThat(store.dirty().isDirty("u")).isFalse();
    // A list that was being computed, and a batch that was being read, come too late.
    assertThat(
            store.recommendations().put(List.of(list("home", "u", 1, 2, taken.getFirst().stamp()))))
        .isZero();
    store
        .features()
        .commit(
            new ProfileCommit(
                QUERY,
                0,
                progress + 1,
                progress + 2,
                List.of(new TableRow(Tables.RECENT, Tables.recentRow("u", "b", 2, "e2"))),
                List.of(mark("u", 2)),
                List.of(),
                seen));
    assertThat(store.features().find(Tables.RECENT, "u")).isEmpty();
    assertThat(store.dirty().isDirty("u")).isFalse();
    // Whoever comes again is new.
    store.dirty().mark(List.of(mark("u", 3)));
    List<DirtyUser> again = drain();
    assertThat(users(again)).containsExactly("u");
    assertThat(
            store.recommendations().put(List.of(list("home", "u", 1, 3, again.getFirst().stamp()))))
        .isEqualTo(1);
  }

  private List<String> items(String user) {
    return store.features().find(Tables.RECENT, user).stream()
        .map(row -> row.text(1) + " " + row.text(3))
        .toList();
  }

  private static List<String> users(List<DirtyUser> users) {
    return users.stream().map(DirtyUser::user).toList();
  }

  static Mark mark(String user, long since) {
    return new Mark(user, "event", Tables.at(since));
  }

  static Recommendation list(
      String placement, String owner, long generation, long position, long revision) {
    return new Recommendation(
        placement,
        owner,
        generation,
        AsOf.of(0, position),
        revision,
        Tables.at(revision),
        List.of(
            new RecommendedItem(new ItemId("i1"), 0.5, "near"),
            new RecommendedItem(new ItemId("i2"), 0.25, "popular"),
            new RecommendedItem(new ItemId("i3"), 0.125, "near")),
        List.of("slow"));
  }
}
