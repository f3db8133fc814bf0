package dev.imasugu.imports;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a file, each a JSON object: lines of JSON, a table with a header, or Parquet, whose rows
 * DuckDB turns into JSON. Reads as it goes; holds a few thousand rows at most.
 */
final class RowFile {
  /** Makes records of a row, or throws an {@link IllegalArgumentException} that says why not. */
  interface Rows {
    void row(JsonRow row) throws IOException;
  }

  private RowFile() {}

  /** Reads a file by the ending of its name. */
  static void read(DataFile file, Records out, Rows rows) throws IOException {
    String name = file.name();
    if (name.endsWith(".parquet")) {
      parquet(file, out, rows);
    } else if (name.matches(".*\\.(csv|tsv|txt)")) {
      table(file, out, rows);
    } else if (name.matches(".*\\.(jsonl|ndjson|json)")) {
      lines(file, out, rows);
    } else {
      throw new UnknownFileException(
          file,
          First.line(file),
          "a name that ends in .jsonl, .ndjson, .json, .csv, .tsv or .parquet");
    }
  }

  private static void take(JsonRow row, Records out, Rows rows) throws IOException {
    try {
      rows.row(row);
    } catch (IllegalArgumentException e) {
      out.refuse(row, String.valueOf(e.getMessage()));
    }
  }

  private static void lines(DataFile file, Records out, Rows rows) throws IOException {
    Lines lines = file.lines();
    for (String text = lines.next(); text != null; text = lines.next()) {
      if (text.isBlank()) {
        continue;
      }
      ObjectNode json = object(text);
      if (json == null) {
        out.refuse(
            new JsonRow(lines.place(), lines.number(), text, Records.JSON.createObjectNode()),
            "line (expected: a JSON object)");
      } else {
        take(new JsonRow(lines.place(), lines.number(), text, json), out, rows);
      }
    }
  }

  private static @Nullable ObjectNode object(String text) {
    try {
      return Records.JSON.readTree(text) instanceof ObjectNode object ? object : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  private static void table(DataFile file, Records out, Rows rows) throws IOException {
    String header = file.lines().next();
    if (header == null) {
      return;
    }
    Table table = Table.of(header);
    List<String> columns = table.columns();
    table.read(
        file,
        out,
        row -> {
          ObjectNode json = Records.JSON.createObjectNode();
          for (String column : columns) {
            String cell = row.find(column);
            if (cell != null) {
              json.put(column, cell);
            }
          }
          take(new JsonRow(row.place(), row.number(), row.text(), json), out, rows);
        });
  }

  private static void parquet(DataFile file, Records out, Rows rows) throws IOException {
    Path path = file.path();
    if (!path.endsWith(file.name())) {
      throw new IllegalArgumentException(
          path + ": compressed (expected: a Parquet file as it is, which is compressed already)");
    }
    var settings = new Properties();
    settings.put("threads", "1");
    settings.put("memory_limit", "512MB");
    settings.put("autoinstall_known_extensions", "false");
    settings.put("autoload_known_extensions", "false");
    settings.put("jdbc_stream_results", "true");
    String sql =
        "SELECT to_json(r)::VARCHAR FROM read_parquet('%s') r"
            .formatted(path.toAbsolutePath().toString().replace("'", "''"));
    try (Connection database = DriverManager.getConnection("jdbc:duckdb:", settings);
        Statement statement = database.createStatement();
        ResultSet found = statement.executeQuery(sql)) {
      long number = 0;
      while (found.next()) {
        number++;
        String text = found.getString(1);
        ObjectNode json = (ObjectNode) Records.JSON.readTree(text);
        take(new JsonRow(file.name() + ":" + number, number, text, json), out, rows);
      }
    } catch (SQLException e) {
      throw new IllegalArgumentException(
          "%s: %s (expected: a Parquet file)".formatted(path, e.getMessage()), e);
    }
  }
}
