package dev.imasugu.retrieve;

import dev.imasugu.store.FeatureStore;
import dev.imasugu.store.FeatureTable;
import dev.imasugu.store.Row;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** One user's profile rows for the time of one recompute; a table is read once. For one thread. */
public final class Profile {
  private final FeatureStore features;
  private final List<String> owners;
  private final Map<String, List<Row>> read = new HashMap<>();

  Profile(FeatureStore features, List<String> owners) {
    this.features = features;
    this.owners = owners;
  }

  /** The user's rows of a profile table, newest first. */
  List<Row> rows(FeatureTable table) {
    return read.computeIfAbsent(table.id(), _ -> features.find(table, owners));
  }

  /** The user's rows of a statistics table whose key is the user: one for each of their ids. */
  List<Row> statistics(FeatureTable table) {
    return owners.stream()
        .map(owner -> features.findRow(table, List.of(owner)))
        .filter(Objects::nonNull)
        .toList();
  }

  /** Whether no profile table that was read so far has a row of this user. */
  public boolean isEmpty() {
    return read.values().stream().allMatch(List::isEmpty);
  }
}
