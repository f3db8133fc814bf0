package dev.imasugu.evaluate;

import dev.imasugu.model.Interactions;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * The files of He et al. 2017 (NCF): one test item and 99 negatives a user, ids from 0. Training
 * events come from {@code *.train.rating}, or from {@code ratings.csv} and {@code ncf_item_ids.txt}
 * without the test pairs.
 */
final class NcfFiles {
  private static final int MOST_ITEMS = 10_000_000;

  private NcfFiles() {}

  static Dataset read(Path folder, ItemFile known, String digest) throws IOException {
    Path negatives =
        DataReader.find(folder, ".test.negative")
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        folder + ": no *.test.negative (expected: a file, or NCF's folder)"));
    var candidates = new ArrayList<int[]>();
    try (BufferedReader in = DataFile.reader(negatives)) {
      int number = 0;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        number++;
        String[] cells = line.trim().split("\t", -1);
        String[] pair = cells[0].replaceAll("[()]", "").split(",", -1);
        if (pair.length != 2 || !pair[0].equals(Integer.toString(candidates.size()))) {
          throw new IllegalArgumentException(
              "%s:%d: %s (expected: (%d,item) and its negatives, users in order)"
                  .formatted(negatives, number, cells[0], candidates.size()));
        }
        int[] items = new int[cells.length];
        items[0] = number(negatives, number, pair[1], MOST_ITEMS);
        for (int i = 1; i < cells.length; i++) {
          items[i] = number(negatives, number, cells[i], MOST_ITEMS);
        }
        candidates.add(items);
      }
    }
    if (candidates.isEmpty()) {
      throw new IllegalArgumentException(negatives + ": empty (expected: a line for each user)");
    }
    var names = new ArrayList<String>();
    List<List<Integer>> train = train(folder, candidates, names);
    int items = 0;
    for (int user = 0; user < candidates.size(); user++) {
      for (int item : candidates.get(user)) {
        items = Math.max(items, item + 1);
      }
      for (int item : train.get(user)) {
        items = Math.max(items, item + 1);
      }
    }
    List<String> notes = flaws(candidates, train);
    var titles = new ArrayList<String>();
    for (int item = 0; item < items; item++) {
      String id = item < names.size() ? names.get(item) : Integer.toString(item);
      titles.add(known.title(id).orElse(id));
    }
    int[][] attributes = null;
    if (known.hasAttributes()) {
      attributes = new int[items][];
      for (int item = 0; item < items; item++) {
        attributes[item] =
            known.attributes(item < names.size() ? names.get(item) : Integer.toString(item));
      }
    }
    Interactions events =
        Interactions.of(
                items,
                train.stream()
                    .map(list -> list.stream().mapToInt(Integer::intValue).toArray())
                    .toArray(int[][]::new))
            .withItems(items, attributes);
    return new Dataset(
        String.valueOf(folder.getFileName()),
        digest,
        events,
        new Dataset.TestPart.Sampled(Interactions.of(items, candidates.toArray(int[][]::new))),
        titles,
        notes);
  }

  /** Published negatives are meant to be items that the user did not rate; some are. */
  private static List<String> flaws(List<int[]> candidates, List<List<Integer>> train) {
    int rated = 0;
    int asked = 0;
    for (int user = 0; user < candidates.size(); user++) {
      int[] items = candidates.get(user);
      var known = new HashSet<>(train.get(user));
      for (int i = 1; i < items.length; i++) {
        rated += known.contains(items[i]) ? 1 : 0;
        asked += items[i] == items[0] ? 1 : 0;
      }
    }
    return rated + asked == 0
        ? List.of()
        : List.of(
            "%,d of the published negatives are items that the user did rate, %,d of them the very item asked for; kept as published, an item being ranked once"
                .formatted(rated + asked, asked));
  }

  private static List<List<Integer>> train(Path folder, List<int[]> candidates, List<String> names)
      throws IOException {
    List<List<Integer>> train = new ArrayList<>();
    for (int user = 0; user < candidates.size(); user++) {
      train.add(new ArrayList<>());
    }
    var published = DataReader.find(folder, ".train.rating");
    if (published.isPresent()) {
      try (BufferedReader in = DataFile.reader(published.get())) {
        int number = 0;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          number++;
          List<String> cells = cells("\t", published.get(), number, line, "user, item, ...");
          train
              .get(number(published.get(), number, cells.get(0), train.size()))
              .add(number(published.get(), number, cells.get(1), MOST_ITEMS));
        }
      }
      return train;
    }
    Path ids =
        DataReader.find(folder, "ncf_item_ids.txt")
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        folder + ": no *.train.rating and no ncf_item_ids.txt (expected: one)"));
    Path ratings =
        DataReader.find(folder, "ratings.csv")
            .orElseThrow(
                () -> new IllegalArgumentException(folder + ": no ratings.csv (expected: one)"));
    Map<String, Integer> rows = new HashMap<>();
    try (BufferedReader in = DataFile.reader(ids)) {
      int number = 0;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        number++;
        List<String> cells = cells("\t", ids, number, line, "NCF's number of an item, its id");
        int row = number(ids, number, cells.get(0), MOST_ITEMS);
        rows.put(cells.get(1), row);
        while (names.size() <= row) {
          names.add("");
        }
        names.set(row, cells.get(1));
      }
    }
    record Rated(int item, int place) {}
    List<List<Rated>> rated = new ArrayList<>();
    candidates.forEach(_ -> rated.add(new ArrayList<>()));
    try (BufferedReader in = DataFile.reader(ratings)) {
      String first = in.readLine();
      int place = first == null ? -1 : Cells.of(",").split(first).indexOf("seq");
      int number = 1;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        number++;
        List<String> cells = cells(",", ratings, number, line, "user, item, ...");
        int user = number(ratings, number, cells.get(0), candidates.size() + 1) - 1;
        if (user < 0) {
          throw new IllegalArgumentException(
              "%s:%d: user 0 (expected: users from 1)".formatted(ratings, number));
        }
        Integer item = rows.get(cells.get(1));
        if (item == null || item == candidates.get(user)[0]) {
          continue;
        }
        String at = place < 0 || place >= cells.size() ? "" : cells.get(place);
        rated
            .get(user)
            .add(
                new Rated(item, at.isEmpty() ? 0 : number(ratings, number, at, Integer.MAX_VALUE)));
      }
    }
    for (int user = 0; user < candidates.size(); user++) {
      rated.get(user).sort((a, b) -> Integer.compare(a.place, b.place));
      for (Rated one : rated.get(user)) {
        train.get(user).add(one.item);
      }
    }
    return train;
  }

  private static List<String> cells(
      String separator, Path file, int line, String text, String expected) {
    List<String> cells = Cells.of(separator).split(text);
    if (cells.size() < 2) {
      throw new IllegalArgumentException(
          "%s:%d: %s (expected: %s)".formatted(file, line, text, expected));
    }
    return cells;
  }

  private static int number(Path file, int line, String text, int limit) {
    try {
      int number = Integer.parseInt(text.trim());
      if (number >= 0 && number < limit) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // said below
    }
    throw new IllegalArgumentException(
        "%s:%d: %s (expected: a number from 0 to %,d)".formatted(file, line, text, limit - 1));
  }
}
