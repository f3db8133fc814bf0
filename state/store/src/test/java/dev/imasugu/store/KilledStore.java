package dev.imasugu.store;

import dev.imasugu.store.ProfileCommit.Mark;
import dev.imasugu.store.ProfileCommit.TableRow;
import java.nio.file.Path;
import java.util.List;

/** A process that commits one user after another and prints each, until somebody kills it. */
final class KilledStore {
  private KilledStore() {}

  public static void main(String[] args) {
    try (RocksStore store = RocksStore.open(Path.of(args[0]))) {
      for (long i = 0; i < 10_000_000; i++) {
        String user = "u" + i;
        var row = new TableRow(Tables.RECENT, Tables.recentRow(user, "a", i, "e" + i));
        var mark = new Mark(user, "event", Tables.at(i));
        store.features().commit(new ProfileCommit("q", 0, i, i + 1, List.of(row), List.of(mark)));
        System.out.println(i + 1);
      }
    }
  }
}
