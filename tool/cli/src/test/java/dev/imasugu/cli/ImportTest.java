package dev.imasugu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imasugu.config.Project;
import dev.imasugu.log.EventCodec;
import dev.imasugu.log.LogCursor;
import dev.imasugu.log.StoredRecord;
import dev.imasugu.log.Topic;
import dev.imasugu.node.Node;
import dev.imasugu.node.NodeOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ImportTest {
  private static final int RATINGS = 12_345;

  @TempDir Path folder;

  @Test
  void import_cutOffThenTwice_isOnce() throws IOException {
    Path project = folder.resolve("shop");
    Init.create(project, Init.FIRST);
    var lines = new StringBuilder();
    for (int i = 0; i < RATINGS; i++) {
      lines.append("%d::%d::4::%d\n".formatted(i % 100, i % 300, 978_300_760 + i / 3));
    }
    Path ratings = Files.writeString(folder.resolve("ratings.dat"), lines + "not::a rating\n");
    Path films = Files.writeString(folder.resolve("movies.dat"), "7::Seven (1995)::Crime\n");
    try (Node node = Node.start(Project.load(project), new NodeOptions(true, 0, false, false));
        var api = new Api("http://127.0.0.1:" + node.port(), node.token())) {
      api.send("PUT", "/v1/items/8", "{\"title\":\"Eight\"}");
      ImportPosition position =
          ImportPosition.of(node.project().state(), "movielens\n", List.of(ratings, films));
      position.sent(12_000); // as if a first try had ended there
      assertThat(run(project, ratings, films))
          .contains("10,346 records: 10,345 new, 0 known already, 1 refused");
      assertThat(run(project, ratings, films))
          .contains("12,346 records: 2,000 new, 10,345 known already, 1 refused");
      assertThat(run(project, ratings, films))
          .contains("12,346 records: 0 new, 12,345 known already, 1 refused");
      assertThat(node.project().state().resolve("import-refused.txt"))
          .hasContent("ratings.dat:12346: fields: 2 (expected: 4): not::a rating");
      assertThat(node.catalog().find("7"))
          .extracting(item -> item.title())
          .isEqualTo("Seven (1995)");
      assertThat(node.catalog().find("8")).extracting(item -> item.title()).isEqualTo("Eight");
      assertThat(node.catalog().find("9")).extracting(item -> item.title()).isEqualTo("Film 9");
      try (LogCursor cursor = node.log().read(Topic.EVENTS, 0, 0)) {
        StoredRecord first = Objects.requireNonNull(cursor.next());
        assertThat(EventCodec.decode(first.value()).occurredAt())
            .isBetween(
                Instant.ofEpochSecond(978_300_760),
                Instant.ofEpochSecond(978_300_760 + RATINGS / 3));
        assertThat(EventCodec.decode(first.value()).receivedAt())
            .isAfter(Instant.parse("2026-01-01T00:00:00Z"));
      }
    }
  }

  private static String run(Path project, Path... files) {
    PrintStream before = System.out;
    var bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      assertThat(
              Imasugu.run(
                  "import",
                  "movielens",
                  project.toString(),
                  files[0].toString(),
                  files[1].toString(),
                  "--log-only"))
          .isEqualTo(1);
    } finally {
      System.setOut(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
