package dev.imasugu.query;

import dev.imasugu.store.FeatureTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What readers may use: one version of each table. Immutable; replaced whole by a swap.
 *
 * @param number grows with every swap
 * @param tables in no promised order
 * @param profileVersion under which the store keeps how far all profile tables have come
 */
public record LiveQueries(int number, List<FeatureTable> tables, String profileVersion) {
  public LiveQueries {
    tables = List.copyOf(tables);
  }

  /** Returns a table by its name, or null. */
  public @Nullable FeatureTable table(String name) {
    return tables.stream().filter(table -> table.name().equals(name)).findFirst().orElse(null);
  }
}
