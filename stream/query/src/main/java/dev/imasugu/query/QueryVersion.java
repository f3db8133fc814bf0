package dev.imasugu.query;

import dev.imasugu.store.FeatureTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One version of a query: what its file said when it was applied.
 *
 * @param number 1 for the first of its name, never given twice
 * @param since by partition, the first event it was given
 * @param broken whether it was taken out of its job, and so lacks what came since
 */
record QueryVersion(ParsedQuery query, int number, List<Long> since, boolean broken) {
  QueryVersion {
    since = List.copyOf(since);
  }

  String name() {
    return query.name();
  }

  /** The table of this version alone, or null if it only fills triggers. */
  @Nullable FeatureTable table() {
    FeatureTable table = query.table();
    if (table == null || number == 1) {
      return table;
    }
    return new FeatureTable(
        table.name(), table.version() + "." + number, table.kind(), table.columns(), table.key());
  }

  QueryVersion asBroken() {
    return new QueryVersion(query, number, since, true);
  }
}
