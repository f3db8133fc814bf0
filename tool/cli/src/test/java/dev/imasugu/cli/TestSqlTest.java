package dev.imasugu.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imasugu.config.ConfigException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(240)
class TestSqlTest {
  private static final String EVENT = "      - {user: mia, item: dress, type: view}\n";

  @TempDir Path folder;
  private Path project;

  @BeforeEach
  void makeProject() throws IOException {
    project = folder.resolve("shop");
    Init.create(project, Init.FIRST);
    Files.createDirectories(project.resolve("sql/tests"));
  }

  private void cases(String yaml) throws IOException {
    Files.writeString(project.resolve("sql/tests/t.yaml"), "cases:\n" + yaml);
  }

  private static String run(Path project, int failed) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      assertThat(TestSql.run(project, "", out)).as("%s", bytes).isEqualTo(failed);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void run_theDefaultProject_passes() throws IOException {
    String output = run(Path.of("../../examples/shop"), 0);
    assertThat(output).contains("ok    sql/tests/item_ctr.yaml: ").contains(" 0 failed");
  }

  @Test
  void run_theFilesOfInit_areAllOfTheExamples() throws IOException {
    try (var files = Files.walk(Path.of("../../examples/shop"))) {
      assertThat(
              files
                  .filter(Files::isRegularFile)
                  .map(file -> Path.of("../../examples/shop").relativize(file).toString())
                  .filter(file -> !file.startsWith(".imasugu")))
          .containsExactlyInAnyOrderElementsOf(Init.FILES);
    }
  }

  @Test
  void run_wrongExpectations_saysWhatCameOut() throws IOException {
    cases(
        """
          - name: wrong column
            events:
        %s    rows:
              recent_items: [{user_id: mia, item_id: hat}]
          - name: missing and superfluous
            events:
        %s    rows:
              recent_items: []
              excluded_items: [{user_id: mia, item_id: dress}]
          - name: from nothing
            events: []
            rows: {recent_items: []}
        """
            .formatted(EVENT, EVENT));
    assertThat(run(project, 2))
        .contains("recent_items, item_id: dress (expected: hat, sql/tests/t.yaml:6)")
        .contains("recent_items, a row too many: {user_id: mia, item_id: dress, type: view")
        .contains("excluded_items, no such row (expected by sql/tests/t.yaml:12)")
        .contains("ok    sql/tests/t.yaml: from nothing");
  }

  @Test
  void run_badFile_isAClearError() throws IOException {
    refused(
        "  - {name: a, rows: {recent_item: []}}\n",
        "Unknown table recent_item in sql/tests/t.yaml:2 (expected one of: excluded_items,"
            + " item_popularity, item_transitions, recent_items).\nMaybe you meant recent_items.");
    refused("  - {name: a, row: {}}\n", "Unknown key row in sql/tests/t.yaml:2");
    refused(
        "  - {name: a, rows: {recent_items: []}, events: [{user: mia, type: vieww, item: a}]}\n",
        "type: vieww (expected: one of");
    refused("  - {name: a}\n", "a in sql/tests/t.yaml:2 expects nothing");
  }

  private void refused(String yaml, String message) throws IOException {
    cases(yaml);
    assertThatThrownBy(() -> TestSql.run(project, "", System.out))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }
}
