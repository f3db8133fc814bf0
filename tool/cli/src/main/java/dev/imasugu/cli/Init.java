package dev.imasugu.cli;

import dev.imasugu.http.Keys;
import dev.imasugu.http.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code imasugu init DIR}. */
@Command(
    name = "init",
    description = "Makes a project folder with working SQL and placements.",
    footer = {"", "Example:   ./imasugu init shop"})
final class Init implements Callable<Integer> {
  /** What a first list needs: little enough to start in seconds. */
  static final List<String> FIRST =
      List.of(
          "imasugu.yaml",
          "platform.yaml",
          "placements/home.yaml",
          "placements/recently-viewed.yaml",
          "sql/excluded_items.sql",
          "sql/item_popularity.sql",
          "sql/item_transitions.sql",
          "sql/recent_items.sql");

  /** The project that is the start of every other: the above, and the other default statistics. */
  static final List<String> FILES =
      Stream.concat(
              FIRST.stream(),
              Stream.of(
                  "placements/bought-together.yaml",
                  "placements/trending.yaml",
                  "sql/item_co_purchases.sql",
                  "sql/item_ctr.sql",
                  "sql/item_purchases.sql",
                  "sql/item_trending.sql",
                  "sql/slot_ctr.sql",
                  "sql/user_categories.sql",
                  "sql/tests/item_co_purchases.yaml",
                  "sql/tests/item_ctr.yaml",
                  "sql/tests/item_popularity.yaml",
                  "sql/tests/item_transitions.yaml",
                  "sql/tests/item_trending.yaml",
                  "sql/tests/profiles.yaml",
                  "sql/tests/slot_ctr.yaml",
                  "sql/tests/user_categories.yaml"))
          .toList();

  @Parameters(paramLabel = "DIR", description = "A folder that is empty or not there yet.")
  private Path directory;

  @Override
  public Integer call() throws IOException {
    create(directory, FILES);
    System.out.printf("made %s%n", directory);
    FILES.forEach(file -> System.out.println("  " + file));
    System.out.println("keys, shown only now; on loopback none is needed:");
    Keys keys = Keys.open(directory.resolve(".imasugu"), InstantSource.system());
    for (Scope scope : List.of(Scope.INGEST, Scope.READ, Scope.ADMIN)) {
      KeysVerb.show(keys.create(scope, 0, new SecureRandom()));
    }
    System.out.printf("next: ./imasugu run %s%n", directory);
    return 0;
  }

  /**
   * Makes the project of some of {@link #FILES}.
   *
   * @throws IllegalStateException if the folder holds something
   */
  static void create(Path directory, List<String> files) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> inside = Files.list(directory)) {
        if (inside.findAny().isPresent()) {
          throw new IllegalStateException(
              directory + ": holds files (expected: an empty folder, or none)");
        }
      }
    }
    for (String file : files) {
      Path target = directory.resolve(file);
      Files.createDirectories(target.toAbsolutePath().getParent());
      try (var in = Init.class.getResourceAsStream("project/" + file)) {
        if (in == null) {
          throw new IllegalStateException("the program lacks its file project/" + file);
        }
        Files.copy(in, target);
      }
    }
  }
}
