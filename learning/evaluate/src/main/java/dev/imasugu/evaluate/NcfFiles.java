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
        items[0] = Integer.parseInt(pair[1]);
        for (int i = 1; i < cells.length; i++) {
          items[i] = Integer.parseInt(cells[i]);
        }
        candidates.add(items);
      }
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
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          String[] cells = line.split("\t", -1);
          train.get(Integer.parseInt(cells[0])).add(Integer.parseInt(cells[1]));
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
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] cells = line.split("\t", -1);
        rows.put(cells[1], Integer.parseInt(cells[0]));
        while (names.size() <= Integer.parseInt(cells[0])) {
          names.add("");
        }
        names.set(Integer.parseInt(cells[0]), cells[1]);
      }
    }
    record Rated(int item, int place) {}
    List<List<Rated>> rated = new ArrayList<>();
    candidates.forEach(_ -> rated.add(new ArrayList<>()));
    try (BufferedReader in = DataFile.reader(ratings)) {
      List<String> header = Cells.of(",").split(in.readLine());
      int place = header.indexOf("seq");
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        List<String> cells = Cells.of(",").split(line);
        int user = Integer.parseInt(cells.get(0)) - 1;
        Integer item = rows.get(cells.get(1));
        if (item == null || item == candidates.get(user)[0]) {
          continue;
        }
        String at = place < 0 ? "" : cells.get(place);
        rated.get(user).add(new Rated(item, at.isEmpty() ? 0 : Integer.parseInt(at)));
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
}
