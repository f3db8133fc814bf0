package dev.imasugu.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** How much the state's folders hold on disk; looked up at most every ten seconds. */
final class Folders {
  private static final Duration KEPT = Duration.ofSeconds(10);

  private final InstantSource clock;
  private Instant until = Instant.EPOCH;
  private List<Operators.Fact> known = List.of();

  Folders(InstantSource clock) {
    this.clock = clock;
  }

  synchronized List<Operators.Fact> sizes(Path state) {
    if (clock.instant().isAfter(until)) {
      var facts = new ArrayList<Operators.Fact>();
      for (String folder : List.of("log", "store", "queries")) {
        facts.add(new Operators.Fact(folder, mebibytes((double) bytes(state.resolve(folder)))));
      }
      known = facts;
      until = clock.instant().plus(KEPT);
    }
    return known;
  }

  static String mebibytes(double bytes) {
    return String.format(Locale.ROOT, "%,.1f MiB", bytes / (1 << 20));
  }

  private static long bytes(Path folder) {
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.mapToLong(Folders::size).sum();
    } catch (IOException | UncheckedIOException e) {
      // Files come and go while we walk; the next look will say.
      return 0;
    }
  }

  private static long size(Path file) {
    try {
      return Files.isRegularFile(file) ? Files.size(file) : 0;
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
