package dev.imasugu.imports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imasugu.imports.EventSort.Dated;
import dev.imasugu.testing.Randomized;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Randomized
class EventSortTest {
  @TempDir Path folder;

  @Test
  void forEach_moreThanMemoryHolds_isSortedAndStable(RandomGenerator random) throws IOException {
    Path parts = folder.resolve("parts");
    var expected = new ArrayList<Dated>();
    var seen = new ArrayList<String>();
    try (var sort = new EventSort(parts, 2_000)) {
      for (int i = 0; i < 500; i++) {
        Dated event = Dated.withId(random.nextInt(50), "{\"n\":" + i + "}");
        expected.add(event);
        sort.add(event);
      }
      try (var files = Files.list(parts)) {
        assertThat(files.count()).isGreaterThan(10);
      }
      sort.forEach(0, (number, json) -> seen.add(number + json));
    }
    expected.sort(Comparator.comparingLong(Dated::millis));
    var numbered = new ArrayList<String>();
    for (int i = 0; i < expected.size(); i++) {
      numbered.add(i + expected.get(i).json());
    }
    assertThat(seen).isEqualTo(numbered);
    assertThat(parts).doesNotExist();
  }

  @Test
  void forEach_fromTheMiddle_givesTheSameIds() throws IOException {
    assertThat(lines(2)).isEqualTo(lines(0).subList(2, 4));
    assertThat(lines(0))
        .containsExactly(
            "{\"eventId\":\"x:%s\",\"a\":1}".formatted(EventSort.hash("line\nview")),
            "{\"eventId\":\"x:%s:2\",\"a\":1}".formatted(EventSort.hash("line\nview")),
            "{\"eventId\":\"x:%s:3\",\"a\":1}".formatted(EventSort.hash("line\nview")),
            "{\"eventId\":\"x:%s\",\"a\":1}".formatted(EventSort.hash("other\nview")));
  }

  private List<String> lines(long from) throws IOException {
    var lines = new ArrayList<String>();
    try (var sort = new EventSort(folder, 1_000_000)) {
      for (String line : List.of("line", "line", "line", "other")) {
        sort.add(Dated.of(line.equals("line") ? 1 : 2, "{\"a\":1}", "x", line, "view"));
      }
      sort.forEach(from, (_, json) -> lines.add(json));
    }
    return lines;
  }
}
