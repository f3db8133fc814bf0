package dev.imasugu.evaluate;

import dev.imasugu.evaluate.Dataset.TestPart;
import dev.imasugu.model.Interactions;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads files of events line by line, whatever their form, into one numbering of items. */
final class EventLines {
  private static final Set<String> USER =
      Set.of(
          "user",
          "userid",
          "person",
          "personid",
          "customer",
          "customerid",
          "visitorid",
          "uid",
          "session",
          "sessionid");
  private static final Set<String> ITEM =
      Set.of(
          "item",
          "itemid",
          "movieid",
          "contentid",
          "articleid",
          "productid",
          "product",
          "stockcode",
          "iid");
  private static final Set<String> TIME =
      Set.of("time", "timestamp", "occurredat", "date", "datetime", "invoicedate", "ts");
  private static final Set<String> CLICK = Set.of("click", "clicked", "isclick");
  private static final Pattern WHITE = Pattern.compile("[ \t]+");
  private static final int MOST_NOTES = 5;
  private static final int MOST_SHOWN = 80;

  private final ItemNames items;
  private final List<String> notes = new ArrayList<>();
  private @Nullable Interactions train;

  /** What was shown, as of one user, where a column tells clicks from impressions. */
  private final EventTable shown = new EventTable();

  private boolean timed;
  private final EventTable tested = new EventTable();
  private boolean prefixes;

  EventLines(ItemFile known) {
    this.items = new ItemNames(known);
  }

  /** Reads what models are fitted on; returns how many events there are. */
  int train(Path file, BufferedReader in) {
    var table = new EventTable();
    timed = read(file, in, table);
    Interactions events = table.interactions(items, timed);
    train = shown.size() == 0 ? events : events.withImpressions(shown.interactions(items, timed));
    return events.size();
  }

  /** Reads what is asked; returns how many events there are. */
  int test(Path file, BufferedReader in) {
    int known = items.size();
    read(file, in, tested);
    if (items.size() > known) {
      notes.add(
          "%,d items of the test file are not in the training file"
              .formatted(items.size() - known));
    }
    return tested.size();
  }

  Dataset dataset(String name, String digest) {
    Interactions events = train;
    if (events == null) {
      throw new IllegalStateException("train was not read");
    }
    TestPart part = null;
    if (tested.size() > 0) {
      Interactions test = tested.interactions(items, timed && !prefixes);
      part = prefixes ? new TestPart.Prefixes(test) : new TestPart.Sessions(test);
      events = events.withItems(items.size(), items.attributes());
    }
    return new Dataset(name, digest, events, part, items.titles(), notes);
  }

  /** Returns whether the events have times. */
  private boolean read(Path file, BufferedReader in, EventTable table) {
    List<String> lines = in.lines().filter(line -> !line.isBlank()).toList();
    if (lines.isEmpty()) {
      throw new IllegalArgumentException(file + ": empty (expected: events)");
    }
    String first = lines.getFirst();
    Cells cells = Cells.of(first);
    List<String> header = cells.split(first);
    int item = column(header, ITEM);
    if (column(header, USER) >= 0 && item >= 0) {
      return table(file, lines, cells, header, table);
    }
    if (first.indexOf(',') >= 0 || first.contains("::")) {
      throw new IllegalArgumentException(
          "%s:1: %s (expected: a header that names user and item, or lines of ids and spaces)"
              .formatted(file, shown(first)));
    }
    boolean tabs = lines.stream().allMatch(line -> line.indexOf('\t') > 0);
    boolean spaces = lines.stream().anyMatch(line -> line.trim().indexOf(' ') > 0);
    if (tabs && spaces) {
      prefixes(lines, table);
      return false;
    }
    boolean pairs = lines.stream().allMatch(line -> WHITE.split(line.trim(), -1).length == 2);
    int number = 0;
    boolean anonymous = !pairs && train == null && sessionsWithoutUser(file);
    for (String line : lines) {
      number++;
      String[] tokens = WHITE.split(line.trim(), -1);
      if (tokens.length < 2 && !anonymous) {
        throw new IllegalArgumentException(
            "%s:%d: %s (expected: a user and at least one item)"
                .formatted(file, number, shown(line)));
      }
      int user = table.user(anonymous ? Integer.toString(number) : tokens[0]);
      for (int i = anonymous ? 0 : 1; i < tokens.length; i++) {
        table.add(user, items.row(tokens[i]), 0);
      }
    }
    return false;
  }

  /** A line as a message can hold it: not too long, and nothing a terminal would obey. */
  private static String shown(String line) {
    String cut = line.length() > MOST_SHOWN ? line.substring(0, MOST_SHOWN) + "..." : line;
    return cut.replaceAll("[\\p{Cntrl}\uFFFD&&[^\t]]", "?");
  }

  /** Files of bare sessions say so by name: nothing else tells a user from an item. */
  private static boolean sessionsWithoutUser(Path file) {
    return String.valueOf(file.getFileName()).contains("sessions");
  }

  /** Lines {@code item item ...<TAB>item}. */
  private void prefixes(List<String> lines, EventTable table) {
    prefixes = true;
    int number = 0;
    for (String line : lines) {
      int user = table.user(Integer.toString(number++));
      for (String token : WHITE.split(line.trim(), -1)) {
        table.add(user, items.row(token), 0);
      }
    }
  }

  private boolean table(
      Path file, List<String> lines, Cells cells, List<String> header, EventTable table) {
    int user = column(header, USER);
    int item = column(header, ITEM);
    int time = column(header, TIME);
    int click = column(header, CLICK);
    int width = Math.max(Math.max(user, item), Math.max(time, click)) + 1;
    int withoutUser = 0;
    for (int i = 1; i < lines.size(); i++) {
      List<String> row = cells.split(lines.get(i));
      if (row.size() < width || row.get(item).isBlank()) {
        throw new IllegalArgumentException(
            "%s:%d: %s (expected: %d cells, an item among them)"
                .formatted(file, i + 1, shown(lines.get(i)), header.size()));
      }
      if (row.get(user).isBlank()) {
        withoutUser++;
        continue;
      }
      long millis = time < 0 ? 0 : millis(file, i + 1, row.get(time).trim());
      int shownItem = items.row(row.get(item));
      int shownTo = table.user(row.get(user));
      if (click < 0 || isClick(file, i + 1, row.get(click).trim())) {
        table.add(shownTo, shownItem, millis);
      }
      if (click >= 0 && train == null) {
        shown.add(shown.user(""), shownItem, millis);
      }
    }
    if (withoutUser > 0 && notes.size() < MOST_NOTES) {
      notes.add("%,d lines without a user left out".formatted(withoutUser));
    }
    if (table.size() == 0) {
      throw new IllegalArgumentException(file + ": no event (expected: lines below the header)");
    }
    return time >= 0;
  }

  private static boolean isClick(Path file, int line, String text) {
    return switch (text) {
      case "1", "true" -> true;
      case "0", "false" -> false;
      default ->
          throw new IllegalArgumentException(
              "%s:%d: click %s (expected: 0 or 1)".formatted(file, line, text));
    };
  }

  private static long millis(Path file, int line, String text) {
    try {
      double number = Double.parseDouble(text);
      if (!Double.isFinite(number)) {
        throw new NumberFormatException(text);
      }
      return (long) (number < 1e11 ? number * 1000 : number);
    } catch (NumberFormatException notSeconds) {
      try {
        if (text.length() == 10) {
          return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
        }
        return text.endsWith("Z")
            ? Instant.parse(text).toEpochMilli()
            : LocalDateTime.parse(text.replace(' ', 'T')).toInstant(ZoneOffset.UTC).toEpochMilli();
      } catch (DateTimeException neither) {
        throw new IllegalArgumentException(
            "%s:%d: time %s (expected: seconds since 1970, or 2016-03-14 12:00:00)"
                .formatted(file, line, text));
      }
    }
  }

  private static int column(List<String> header, Set<String> names) {
    for (int i = 0; i < header.size(); i++) {
      String name =
          header
              .get(i)
              .replaceFirst(":.*", "")
              .replaceAll("[^A-Za-z]", "")
              .toLowerCase(Locale.ROOT);
      if (names.contains(name)) {
        return i;
      }
    }
    return -1;
  }
}
