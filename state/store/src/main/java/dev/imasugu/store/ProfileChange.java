package dev.imasugu.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rows that one commit adds for one user to one profile table: one read, one write. */
final class ProfileChange {
  private record Place(String tableId, String user) {}

  private final ProfileRows rules;
  private final String user;
  private final List<byte[]> rows = new ArrayList<>();

  private ProfileChange(ProfileRows rules, String user) {
    this.rules = rules;
    this.user = user;
  }

  /**
   * Groups the rows of a commit.
   *
   * @throws IllegalArgumentException if a row does not fit its table, or that is no profile table
   */
  static Collection<ProfileChange> of(List<ProfileCommit.TableRow> rows) {
    var tables = new HashMap<String, ProfileRows>();
    Map<Place, ProfileChange> changes = new LinkedHashMap<>();
    for (ProfileCommit.TableRow each : rows) {
      FeatureTable table = each.table();
      String id = table.id();
      ProfileRows rules = tables.computeIfAbsent(id, _ -> new ProfileRows(table));
      byte[] row = rules.encode(each.row());
      String user = each.row().text(table.index(FeatureTable.USER));
      changes
          .computeIfAbsent(new Place(id, user), _ -> new ProfileChange(rules, user))
          .rows
          .add(row);
    }
    return changes.values();
  }

  FeatureTable table() {
    return rules.table();
  }

  String user() {
    return user;
  }

  /** Returns what the table keeps when these rows are added to what it kept, both encoded. */
  byte[] merge(byte @Nullable [] kept) {
    return rules.merge(kept, rows);
  }
}
