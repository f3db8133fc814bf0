package dev.imasugu.imports;

import dev.imasugu.config.Nearest;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The formats by the names that the command line has for them. */
public final class Formats {
  /** Every name. */
  public static final List<String> NAMES =
      List.of(
          "deskdrop",
          "movielens",
          "online-retail",
          "yoochoose",
          "retailrocket",
          "obd",
          "ga4-export",
          "users",
          "jsonl",
          "csv");

  private Formats() {}

  /**
   * Returns a format.
   *
   * @param mapping of {@code jsonl} and {@code csv} only; null: columns have our names
   * @param makeItems likewise: whether items that only events name are made; the published data
   *     sets always do
   * @throws IllegalArgumentException for another name, or a mapping that it cannot have
   */
  public static Format named(String name, @Nullable Mapping mapping, boolean makeItems) {
    boolean mapped = name.equals("csv") || name.equals("jsonl");
    if (!mapped && (mapping != null || makeItems)) {
      throw new IllegalArgumentException(
          "FORMAT: %s with --mapping or --make-items (expected: csv or jsonl)".formatted(name));
    }
    return switch (name) {
      case "deskdrop" -> new Deskdrop();
      case "movielens" -> new MovieLens(Times.UTC);
      case "online-retail" -> new OnlineRetail(Times.in(ZoneId.of("Europe/London")));
      case "yoochoose" -> new Yoochoose();
      case "retailrocket" -> new RetailRocket();
      case "obd" -> new OpenBandit();
      case "ga4-export" -> new ExportedRows("/v1/import/ga4", "event_timestamp");
      case "users" -> new ExportedRows("/v1/users", "");
      case "csv", "jsonl" -> new MappedRows(mapping, makeItems);
      default ->
          throw new IllegalArgumentException(
              "FORMAT: %s (expected one of: %s)%s"
                  .formatted(name, String.join(", ", NAMES), Nearest.advice(name, NAMES)));
    };
  }
}
