package dev.imasugu.evaluate;

import dev.imasugu.evaluate.Dataset.TestPart;
import dev.imasugu.model.History;
import dev.imasugu.model.Interactions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** How data is split into what models are fitted on and what they are asked. */
sealed interface Protocol {
  /** As written on the command line. */
  String name();

  /** The lists' length that the protocol's tables are known by. */
  default int usualK() {
    return 10;
  }

  /** Whether the protocol keeps events for validation that a model may be fitted on in the end. */
  default boolean hasValidation() {
    return false;
  }

  /**
   * Splits.
   *
   * @throws IllegalArgumentException if the data does not allow it, with the reason
   */
  Task task(Dataset data, FitOn fitOn);

  /**
   * Splits what models may be fitted on once more, to choose parameters by: the last item of each
   * user is asked, or what the protocol says.
   */
  default Task validation(Dataset data) {
    Task task = task(data, FitOn.TRAIN_AND_VALIDATION);
    Interactions events = task.fit();
    var queries = new ArrayList<Query>();
    for (int user = 0; user < events.users(); user++) {
      History all = events.history(user);
      if (all.size() > 1) {
        queries.add(new Query(user, all.first(all.size() - 1), new int[] {all.newest(0)}, null));
      }
    }
    return new Task(events.withoutLast(1, 1), queries, true, List.of());
  }

  /**
   * Each user's last item is the question, the one before it validation, the rest training; the
   * whole catalogue is ranked without what the user has (Kang and McAuley 2018).
   *
   * @param history the newest items a model is given, 0 for all
   */
  record LeaveOneOut(int history) implements Protocol {
    @Override
    public String name() {
      return "loo-full";
    }

    @Override
    public boolean hasValidation() {
      return true;
    }

    @Override
    public Task task(Dataset data, FitOn fitOn) {
      if (data.test() != null) {
        throw new IllegalArgumentException(
            "protocol: loo-full on data with a test file (expected: one file of sequences)");
      }
      Interactions events = data.train();
      var queries = new ArrayList<Query>();
      int skipped = 0;
      int repeats = 0;
      for (int user = 0; user < events.users(); user++) {
        History all = events.history(user);
        if (all.size() < 2) {
          skipped++;
          continue;
        }
        History before = all.first(all.size() - 1);
        int wanted = all.newest(0);
        repeats += Arrays.stream(before.items()).anyMatch(item -> item == wanted) ? 1 : 0;
        queries.add(
            new Query(
                user, history == 0 ? before : before.last(history), new int[] {wanted}, null));
      }
      var notes = new ArrayList<String>();
      if (skipped > 0) {
        notes.add("%,d users with a single event are fitted on and not asked".formatted(skipped));
      }
      if (repeats > 0) {
        notes.add(
            "%,d users are asked for an item that they had before, which no list can hold"
                .formatted(repeats));
      }
      return new Task(events.withoutLast(fitOn == FitOn.TRAIN ? 2 : 1, 1), queries, true, notes);
    }
  }

  /** One held-out item a user among the 99 that NCF published (He et al. 2017). */
  record NcfNegatives() implements Protocol {
    private static final int NEGATIVES = 99;

    @Override
    public String name() {
      return "loo-ncf99";
    }

    @Override
    public Task task(Dataset data, FitOn fitOn) {
      if (!(data.test() instanceof TestPart.Sampled(Interactions candidates))) {
        throw new IllegalArgumentException(
            "protocol: loo-ncf99 (expected: a folder with NCF's *.test.negative)");
      }
      var queries = new ArrayList<Query>();
      for (int user = 0; user < candidates.users(); user++) {
        int[] among = Arrays.stream(candidates.history(user).items()).distinct().toArray();
        queries.add(new Query(user, data.train().history(user), new int[] {among[0]}, among));
      }
      return new Task(data.train(), queries, false, List.of());
    }

    /** Each user's last training item among 99 that they never had, drawn evenly as NCF's were. */
    @Override
    public Task validation(Dataset data) {
      Task whole = Protocol.super.validation(data);
      Interactions events = data.train();
      return new Task(
          whole.fit(),
          whole.queries().stream()
              .filter(query -> events.items() - events.history(query.user).size() > NEGATIVES)
              .map(query -> withNegatives(query, events))
              .toList(),
          false,
          List.of());
    }

    private static Query withNegatives(Query query, Interactions events) {
      var random = new SplittableRandom(query.user);
      int[] own = events.history(query.user).items();
      int[] among =
          IntStream.concat(
                  IntStream.of(query.targets[0]),
                  random
                      .ints(0, events.items())
                      .filter(item -> Arrays.stream(own).noneMatch(had -> had == item))
                      .distinct()
                      .limit(NEGATIVES))
              .toArray();
      return new Query(query.user, query.history, query.targets, among);
    }
  }

  /**
   * Every prefix of every test session is a question for the next item; the whole catalogue is
   * ranked, items of the session too (Ludewig and Jannach 2018).
   */
  record Sessions() implements Protocol {
    private static final int VALIDATION_PART = 10;

    @Override
    public String name() {
      return "sessions";
    }

    @Override
    public int usualK() {
      return 20;
    }

    @Override
    public Task task(Dataset data, FitOn fitOn) {
      return switch (data.test()) {
        case TestPart.Sessions(Interactions test) ->
            new Task(data.train(), prefixes(test, 1), false, List.of());
        case TestPart.Prefixes(Interactions test) ->
            new Task(data.train(), prefixes(test, Integer.MAX_VALUE), false, List.of());
        case TestPart.Sampled _ ->
            throw new IllegalArgumentException(
                "protocol: sessions on NCF's files (expected: sessions and --test FILE)");
        case null ->
            throw new IllegalArgumentException(
                "protocol: sessions without test sessions (expected: --test FILE)");
      };
    }

    /**
     * The newest tenth of the training sessions in the place of the test sessions; as there, only
     * items are asked that the others know.
     */
    @Override
    public Task validation(Dataset data) {
      Interactions all = data.train();
      boolean[] newest = new boolean[all.users()];
      IntStream.range(0, all.users())
          .filter(session -> all.start(session) < all.start(session + 1))
          .boxed()
          .sorted(
              Comparator.<Integer>comparingLong(
                      session -> all.timed() ? all.timeMillis(all.start(session)) : session)
                  .reversed())
          .limit(Math.max(1, all.users() / VALIDATION_PART))
          .forEach(session -> newest[session] = true);
      Interactions older = all.ofUsers(session -> !newest[session]);
      int[] known = older.itemCounts();
      List<Query> queries =
          prefixes(all.ofUsers(session -> newest[session]), 1).stream()
              .filter(query -> known[query.targets[0]] > 0)
              .toList();
      return new Task(older, queries, false, List.of());
    }

    /** Every prefix, or only the whole session but its last item. */
    private static List<Query> prefixes(Interactions test, int shortest) {
      var queries = new ArrayList<Query>();
      for (int session = 0; session < test.users(); session++) {
        History all = test.history(session);
        for (int size = Math.min(shortest, all.size() - 1); size > 0 && size < all.size(); size++) {
          History before = all.first(size);
          queries.add(
              new Query(History.NEW_USER, before.anonymous(), new int[] {all.item(size)}, null));
        }
      }
      return queries;
    }
  }

  /**
   * What happened before a moment is fitted on, what users did after it is asked: everything they
   * went for that they had not before.
   *
   * @param trainDays before the moment; 0 for all
   * @param testDays after the moment, to the end of the data
   */
  record TimeSplit(int trainDays, int testDays) implements Protocol {
    private static final long DAY = 86_400_000;

    @Override
    public String name() {
      return "time-split";
    }

    @Override
    public Task task(Dataset data, FitOn fitOn) {
      return split(data.train(), 0);
    }

    /** The same a test period earlier. */
    @Override
    public Task validation(Dataset data) {
      return split(data.train(), testDays);
    }

    private Task split(Interactions events, int daysEarlier) {
      if (!events.timed()) {
        throw new IllegalArgumentException(
            "protocol: time-split on data without times (expected: a column of times)");
      }
      long newest = Long.MIN_VALUE;
      for (int event = 0; event < events.size(); event++) {
        newest = Math.max(newest, events.timeMillis(event));
      }
      long end = Math.floorDiv(newest, DAY) * DAY + DAY - daysEarlier * DAY;
      long moment = end - testDays * DAY;
      long begin = trainDays == 0 ? Long.MIN_VALUE : moment - trainDays * DAY;
      Interactions before = events.between(begin, moment);
      var queries = new ArrayList<Query>();
      int newUsers = 0;
      int onlyRepeats = 0;
      for (int user = 0; user < events.users(); user++) {
        int from = events.start(user);
        while (from < events.start(user + 1) && events.timeMillis(from) < moment) {
          from++;
        }
        int until = from;
        while (until < events.start(user + 1) && events.timeMillis(until) < end) {
          until++;
        }
        History known = before.history(user);
        int[] seen = known.items();
        int[] later =
            Arrays.stream(events.history(user).items())
                .skip(from - events.start(user))
                .limit(until - from)
                .distinct()
                .filter(item -> Arrays.stream(seen).noneMatch(old -> old == item))
                .toArray();
        if (later.length > 0) {
          queries.add(new Query(user, known, later, null));
          newUsers += seen.length == 0 ? 1 : 0;
        } else if (from < until) {
          onlyRepeats++;
        }
      }
      return new Task(
          before,
          queries,
          true,
          List.of(
              "fitted on %,d events before %s, %,d users asked, %,d of them without a history, %,d with nothing but repeats left out"
                  .formatted(
                      before.size(),
                      Instant.ofEpochMilli(moment),
                      queries.size(),
                      newUsers,
                      onlyRepeats)));
    }
  }
}
