package dev.imasugu.evaluate;

import dev.imasugu.domain.Event;
import dev.imasugu.domain.EventTypes;
import dev.imasugu.domain.ItemId;
import dev.imasugu.domain.RecommendedItem;
import dev.imasugu.evaluate.Answers.Kind;
import dev.imasugu.evaluate.Rival.DecayedPopularity;
import dev.imasugu.evaluate.Rival.LastItemTransition;
import dev.imasugu.evaluate.Rival.Popularity;
import dev.imasugu.evaluate.Rival.WindowPopularity;
import dev.imasugu.replay.Moment;
import dev.imasugu.replay.Recording;
import dev.imasugu.replay.Replay;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/*
 * Test, then learn (Gama, Sebastiao and Rodrigues 2013): every line is asked before an event and
 * learns from it afterwards, so nothing is fitted on what it is asked. The one thing that is chosen,
 * the half-life of decayed popularity, is chosen on the first part, which is not scored.
 */

/**
 * Scores the lists of a replay as they stood just before each event, beside plain rivals that are
 * asked the same. For one thread.
 */
public final class Prequential implements Replay.Watcher {
  /** The part of the events on which what is chosen is chosen. */
  public static final double TUNING_SHARE = 0.3;

  /** What is known of nobody in particular, and then what is. */
  static final List<String> RIVALS =
      List.of("popularity", "popularity7Days", "popularityDecayed", "lastItemTransition");

  private static final int DEPTH = Answers.DEPTH;
  private static final int TOP = 10;
  private static final int SAMPLES = 12;
  private static final int SAMPLE_HISTORY = 6;

  private static final List<Duration> HALF_LIVES =
      List.of(
          Duration.ofMinutes(20),
          Duration.ofHours(1),
          Duration.ofHours(3),
          Duration.ofHours(6),
          Duration.ofHours(12),
          Duration.ofDays(1),
          Duration.ofDays(2),
          Duration.ofDays(4),
          Duration.ofDays(7),
          Duration.ofDays(14),
          Duration.ofDays(30),
          Duration.ofDays(90));

  /**
   * A real person before and after what they did.
   *
   * @param history titles of what they touched before, newest last
   * @param hitSource the source that gave what they went for, or null when it was not in the list
   */
  record Person(
      String user,
      Instant at,
      List<String> history,
      List<String> wanted,
      List<Shown> before,
      List<Shown> after,
      @Nullable String hitSource) {
    private void write(DataOutputStream out) throws IOException {
      out.writeUTF(user);
      out.writeLong(at.toEpochMilli());
      writeTexts(history, out);
      writeTexts(wanted, out);
      Shown.write(before, out);
      Shown.write(after, out);
      out.writeUTF(hitSource == null ? "" : hitSource);
    }

    private static Person read(DataInputStream in) throws IOException {
      String user = in.readUTF();
      Instant at = Instant.ofEpochMilli(in.readLong());
      List<String> history = readTexts(in);
      List<String> wanted = readTexts(in);
      List<Shown> before = Shown.read(in);
      List<Shown> after = Shown.read(in);
      String source = in.readUTF();
      return new Person(user, at, history, wanted, before, after, source.isEmpty() ? null : source);
    }
  }

  /** An item of a list. */
  record Shown(String title, String source, boolean wanted) {
    private static void write(List<Shown> list, DataOutputStream out) throws IOException {
      out.writeInt(list.size());
      for (Shown each : list) {
        out.writeUTF(each.title);
        out.writeUTF(each.source);
        out.writeBoolean(each.wanted);
      }
    }

    private static List<Shown> read(DataInputStream in) throws IOException {
      var list = new ArrayList<Shown>();
      for (int left = in.readInt(); left > 0; left--) {
        list.add(new Shown(in.readUTF(), in.readUTF(), in.readBoolean()));
      }
      return list;
    }
  }

  private static final class Visitor {
    final int number;
    final BitSet seen = new BitSet();
    final List<Integer> recent = new ArrayList<>();
    int interactions;

    Visitor(int number) {
      this.number = number;
    }

    int last() {
      return recent.isEmpty() ? -1 : recent.getLast();
    }
  }

  private record Waiting(
      String user, List<String> history, List<Integer> wanted, List<Shown> before, String source) {}

  private final Replay replay;
  private final List<String> placements;
  private final EventTypes types;
  private final Instant scoreFrom;
  private final Map<String, Visitor> visitors = new HashMap<>();
  private final Map<ItemId, Integer> items = new HashMap<>();
  private final List<String> itemIds = new ArrayList<>();
  private final List<Long> firstTouched = new ArrayList<>();
  private final Popularity popularity = new Popularity();
  private final WindowPopularity week = new WindowPopularity(Duration.ofDays(7));
  private final LastItemTransition transition = new LastItemTransition();
  private final List<DecayedPopularity> candidates =
      new ArrayList<>(HALF_LIVES.stream().map(DecayedPopularity::new).toList());
  private final double[] candidateHits = new double[HALF_LIVES.size()];
  private final Answers answers;
  private final long[][] shown;
  private final Map<String, Long> hitSources = new LinkedHashMap<>();
  private final List<Person> people = new ArrayList<>();
  private final long scoredSpan;
  private @Nullable DecayedPopularity decayed;
  private long tuningQuestions;
  private @Nullable Waiting waiting;

  /**
   * Prepares to score a replay.
   *
   * @param placements whose lists are scored, the first being the one that is looked at closely
   * @param types say which events are interactions: those with a weight and an item
   * @param from questions before it are not scored; null for the end of the tuning part
   */
  public Prequential(
      Replay replay,
      Recording recording,
      List<String> placements,
      EventTypes types,
      @Nullable Instant from) {
    this.replay = replay;
    this.placements = List.copyOf(placements);
    int lines = placements.size() + RIVALS.size();
    answers = new Answers(lines);
    shown = new long[lines][64];
    this.types = types;
    int events = recording.events();
    Instant tuned =
        events == 0 ? Instant.EPOCH : recording.time((int) (TUNING_SHARE * (events - 1)));
    scoreFrom = from == null ? tuned : from;
    Instant end = events == 0 ? scoreFrom : recording.time(events - 1);
    scoredSpan = Math.max(1, Duration.between(scoreFrom, end).toMillis());
  }

  @Override
  public void before(Moment moment) {
    through(moment, false);
  }

  /** Learns without asking; what was found is in what was read. */
  @Override
  public void again(Moment moment) {
    through(moment, true);
  }

  private void through(Moment moment, boolean again) {
    Map<String, List<Event>> byOwner =
        moment.events().stream()
            .filter(this::isInteraction)
            .collect(
                Collectors.groupingBy(
                    event -> event.owner().value(), LinkedHashMap::new, Collectors.toList()));
    boolean scored = !moment.at().isBefore(scoreFrom);
    if (scored && decayed == null) {
      choose();
    }
    byOwner.forEach(
        (owner, events) -> {
          Visitor visitor = visitors.get(owner);
          if (visitor != null && !(scored && again)) {
            ask(visitor, owner, moment.at(), events, scored);
          }
        });
    byOwner.forEach((owner, events) -> learn(owner, events));
  }

  private boolean isInteraction(Event event) {
    return event.item() != null && types.weight(event.type()) > 0;
  }

  private int number(Event event) {
    ItemId item = event.item();
    if (item == null) {
      throw new IllegalArgumentException("event " + event.eventId() + " has no item");
    }
    return number(item);
  }

  private int number(ItemId item) {
    return items.computeIfAbsent(
        item,
        id -> {
          itemIds.add(id.value());
          firstTouched.add(-1L);
          return itemIds.size() - 1;
        });
  }

  private void ask(Visitor visitor, String owner, Instant at, List<Event> events, boolean scored) {
    int[] next = events.stream().mapToInt(this::number).distinct().toArray();
    int[] unseen = Arrays.stream(next).filter(item -> !visitor.seen.get(item)).toArray();
    int[] again = Arrays.stream(next).filter(visitor.seen::get).toArray();
    long now = at.toEpochMilli();
    if (!scored) {
      if (unseen.length > 0 && decayed == null) {
        tuningQuestions++;
        for (int i = 0; i < candidates.size(); i++) {
          int[] list = candidates.get(i).list(-1, now, TOP, item -> !visitor.seen.get(item));
          candidateHits[i] += ranks(list, unseen)[0] > 0 ? 1 : 0;
        }
      }
      return;
    }
    List<List<RecommendedItem>> served =
        placements.stream().map(placement -> replay.served(placement, owner)).toList();
    int[][] servedItems =
        served.stream()
            .map(list -> list.stream().mapToInt(item -> number(item.item())).toArray())
            .toArray(int[][]::new);
    int[][] whole = lists(visitor, now, servedItems, _ -> true);
    answer(Kind.ANY, visitor, now, next, whole);
    if (again.length > 0) {
      answer(Kind.REPEAT, visitor, now, again, whole);
    }
    if (unseen.length > 0) {
      int[][] lists = lists(visitor, now, servedItems, item -> !visitor.seen.get(item));
      answer(Kind.NEW, visitor, now, unseen, lists);
      count(lists);
      source(served.getFirst(), lists[0], unseen);
      sample(visitor, owner, now, unseen, served.getFirst());
    }
  }

  private int[][] lists(Visitor visitor, long now, int[][] served, IntPredicate passes) {
    DecayedPopularity chosen = decayed == null ? candidates.getFirst() : decayed;
    var lists = new ArrayList<int[]>();
    for (int[] list : served) {
      lists.add(Arrays.stream(list).filter(passes).limit(DEPTH).toArray());
    }
    for (Rival rival : List.of(popularity, week, chosen, transition)) {
      lists.add(rival.list(visitor.last(), now, DEPTH, passes));
    }
    return lists.toArray(int[][]::new);
  }

  private void answer(Kind kind, Visitor visitor, long now, int[] wanted, int[][] lists) {
    byte[][] found = new byte[lists.length][];
    for (int line = 0; line < lists.length; line++) {
      found[line] = ranks(lists[line], wanted);
    }
    long first = firstTouched.get(wanted[0]);
    answers.add(
        kind, visitor.number, now, visitor.interactions, first < 0 ? -1 : now - first, found);
  }

  /** The ranks of what is wanted, those found first and ascending, then zeros. */
  private static byte[] ranks(int[] list, int[] wanted) {
    byte[] found = new byte[wanted.length];
    int count = 0;
    for (int rank = 1; rank <= list.length && count < wanted.length; rank++) {
      for (int item : wanted) {
        if (list[rank - 1] == item) {
          found[count++] = (byte) rank;
        }
      }
    }
    return found;
  }

  private void count(int[][] lists) {
    for (int line = 0; line < lists.length; line++) {
      for (int i = 0; i < Math.min(TOP, lists[line].length); i++) {
        int item = lists[line][i];
        if (item >= shown[line].length) {
          shown[line] = Arrays.copyOf(shown[line], Math.max(item + 1, 2 * shown[line].length));
        }
        shown[line][item]++;
      }
    }
  }

  private void source(List<RecommendedItem> served, int[] list, int[] wanted) {
    for (int i = 0; i < Math.min(TOP, list.length); i++) {
      int item = list[i];
      if (Arrays.stream(wanted).anyMatch(each -> each == item)) {
        served.stream()
            .filter(each -> number(each.item()) == item)
            .findFirst()
            .ifPresent(each -> hitSources.merge(each.source(), 1L, Long::sum));
      }
    }
  }

  /** Takes somebody now and then: as many who found what they went for as who did not. */
  private void sample(
      Visitor visitor, String owner, long now, int[] wanted, List<RecommendedItem> served) {
    long due = scoreFrom.toEpochMilli() + scoredSpan * (people.size() + 1) / (SAMPLES + 2);
    if (people.size() >= SAMPLES || waiting != null || now < due || visitor.interactions < 3) {
      return;
    }
    List<Integer> wants = Arrays.stream(wanted).boxed().toList();
    List<Shown> before = shown(served, visitor.seen, wants);
    boolean wantsHit = people.size() % 3 != 2;
    if (before.stream().anyMatch(Shown::wanted) == wantsHit) {
      String source =
          before.stream().filter(Shown::wanted).map(Shown::source).findFirst().orElse("");
      List<String> history =
          visitor.recent.stream().map(item -> replay.title(itemIds.get(item))).toList();
      waiting = new Waiting(owner, history, wants, before, source);
    }
  }

  private List<Shown> shown(List<RecommendedItem> list, BitSet seen, List<Integer> wanted) {
    return list.stream()
        .filter(item -> !seen.get(number(item.item())))
        .limit(TOP)
        .map(
            item ->
                new Shown(
                    replay.title(item.item().value()),
                    item.source(),
                    wanted.contains(number(item.item()))))
        .toList();
  }

  private void choose() {
    int best = 0;
    for (int i = 1; i < candidateHits.length; i++) {
      best = candidateHits[i] > candidateHits[best] ? i : best;
    }
    decayed = candidates.get(best);
    candidates.retainAll(List.of(decayed));
  }

  private void learn(String owner, List<Event> events) {
    Visitor visitor = visitors.computeIfAbsent(owner, _ -> new Visitor(visitors.size()));
    for (Event event : events) {
      int item = number(event);
      long at = event.occurredAt().toEpochMilli();
      int last = visitor.last();
      popularity.learn(last, item, at);
      week.learn(last, item, at);
      transition.learn(last, item, at);
      candidates.forEach(candidate -> candidate.learn(last, item, at));
      if (firstTouched.get(item) < 0) {
        firstTouched.set(item, at);
      }
      visitor.seen.set(item);
      visitor.interactions++;
      visitor.recent.removeIf(each -> each == item);
      visitor.recent.add(item);
      if (visitor.recent.size() > SAMPLE_HISTORY) {
        visitor.recent.removeFirst();
      }
    }
  }

  @Override
  public void after(Moment moment) {
    Waiting found = waiting;
    if (found == null) {
      return;
    }
    waiting = null;
    Visitor visitor = visitors.get(found.user);
    BitSet seen = visitor == null ? new BitSet() : visitor.seen;
    people.add(
        new Person(
            found.user,
            moment.at(),
            found.history,
            found.wanted.stream().map(item -> replay.title(itemIds.get(item))).toList(),
            found.before,
            shown(replay.served(placements.getFirst(), found.user), seen, List.of()),
            found.source.isEmpty() ? null : found.source));
  }

  /** Items have numbers in the order in which they came up, in lists too, so these are written. */
  @Override
  public void write(DataOutputStream out) throws IOException {
    writeTexts(itemIds, out);
    answers.write(out);
    for (long[] line : shown) {
      out.writeInt(line.length);
      for (long times : line) {
        out.writeLong(times);
      }
    }
    out.writeInt(hitSources.size());
    for (Map.Entry<String, Long> source : hitSources.entrySet()) {
      out.writeUTF(source.getKey());
      out.writeLong(source.getValue());
    }
    out.writeInt(people.size());
    for (Person person : people) {
      person.write(out);
    }
  }

  @Override
  public void read(DataInputStream in) throws IOException {
    readTexts(in).forEach(id -> number(new ItemId(id)));
    answers.read(in);
    for (int line = 0; line < shown.length; line++) {
      shown[line] = new long[in.readInt()];
      for (int i = 0; i < shown[line].length; i++) {
        shown[line][i] = in.readLong();
      }
    }
    for (int left = in.readInt(); left > 0; left--) {
      hitSources.put(in.readUTF(), in.readLong());
    }
    for (int left = in.readInt(); left > 0; left--) {
      people.add(Person.read(in));
    }
  }

  private static void writeTexts(List<String> texts, DataOutputStream out) throws IOException {
    out.writeInt(texts.size());
    for (String text : texts) {
      out.writeUTF(text);
    }
  }

  private static List<String> readTexts(DataInputStream in) throws IOException {
    var texts = new ArrayList<String>();
    for (int left = in.readInt(); left > 0; left--) {
      texts.add(in.readUTF());
    }
    return texts;
  }

  /** Returns what came out; call it after the replay. */
  public PrequentialResult result() {
    int[] known = new int[itemIds.size()];
    visitors.values().forEach(visitor -> visitor.seen.stream().forEach(item -> known[item]++));
    for (int line = 0; line < shown.length; line++) {
      shown[line] = Arrays.copyOf(shown[line], itemIds.size());
    }
    DecayedPopularity chosen = decayed == null ? candidates.getFirst() : decayed;
    return new PrequentialResult(
        placements,
        scoreFrom,
        chosen.halfLife(),
        tuningQuestions,
        answers,
        shown,
        known,
        visitors.size(),
        hitSources,
        people);
  }
}
