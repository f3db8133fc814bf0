package dev.imasugu.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imasugu.evaluate.DataFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * Rows of a file, each a JSON object: lines of JSON ({@code .jsonl}, {@code .ndjson}, {@code
 * .json}) and CSV with a header, plain or {@code .gz} or {@code .zst}, and Parquet, whose rows
 * DuckDB turns into JSON. Reads as it goes; holds a few thousand rows at most.
 */
final class RowFile {
  /** Is handed the rows, in order. */
  interface Rows {
    void row(ObjectNode row) throws IOException;
  }

  private RowFile() {}

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException if there is no such file, or a line of it is no row
   */
  static void read(Path file, Rows rows) throws IOException {
    String name = String.valueOf(file.getFileName()).replaceAll("\\.(gz|zst)$", "");
    if (name.endsWith(".parquet")) {
      parquet(file, rows);
    } else if (name.endsWith(".csv")) {
      csv(file, rows);
    } else if (name.matches(".*\\.(jsonl|ndjson|json)")) {
      lines(file, rows);
    } else {
      throw new IllegalArgumentException(
          file + ": unknown kind (expected: .jsonl, .ndjson, .json, .csv or .parquet)");
    }
  }

  private static void lines(Path file, Rows rows) throws IOException {
    try (BufferedReader reader = DataFile.reader(file)) {
      long number = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        if (line.isBlank()) {
          continue;
        }
        if (!(readable(line) instanceof ObjectNode row)) {
          throw new IllegalArgumentException(
              "%s:%d: %.80s (expected: a JSON object a line)".formatted(file, number, line));
        }
        rows.row(row);
      }
    }
  }

  private static Object readable(String line) {
    try {
      return Api.JSON.readTree(line);
    } catch (IOException e) {
      return line;
    }
  }

  private static void csv(Path file, Rows rows) throws IOException {
    try (BufferedReader reader = DataFile.reader(file)) {
      List<String> header = csvLine(reader, file);
      for (List<String> line = csvLine(reader, file);
          !line.isEmpty();
          line = csvLine(reader, file)) {
        if (line.size() != header.size()) {
          throw new IllegalArgumentException(
              "%s: %s (expected: %d fields, as in the header)"
                  .formatted(file, String.join(",", line), header.size()));
        }
        ObjectNode row = Api.JSON.createObjectNode();
        for (int i = 0; i < header.size(); i++) {
          if (!line.get(i).isEmpty()) {
            row.put(header.get(i), line.get(i));
          }
        }
        rows.row(row);
      }
    }
  }

  /**
   * The fields of the next record after RFC 4180; empty at the end. Empty lines are passed over.
   */
  private static List<String> csvLine(BufferedReader reader, Path file) throws IOException {
    var fields = new ArrayList<String>();
    var field = new StringBuilder();
    boolean quoted = false;
    String line = reader.readLine();
    while (line != null && line.isEmpty()) {
      line = reader.readLine();
    }
    while (line != null) {
      for (int i = 0; i < line.length(); i++) {
        char c = line.charAt(i);
        if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
          field.append('"');
          i++;
        } else if (c == '"') {
          quoted = !quoted;
        } else if (c == ',' && !quoted) {
          fields.add(field.toString());
          field.setLength(0);
        } else {
          field.append(c);
        }
      }
      if (!quoted) {
        fields.add(field.toString());
        return fields;
      }
      field.append('\n');
      line = reader.readLine();
    }
    if (quoted) {
      throw new IllegalArgumentException(file + ": a quote that does not end (expected: \")");
    }
    return fields;
  }

  private static void parquet(Path file, Rows rows) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(file + ": no such file (expected: a file to read)");
    }
    var settings = new Properties();
    settings.put("threads", "1");
    settings.put("memory_limit", "512MB");
    settings.put("autoinstall_known_extensions", "false");
    settings.put("autoload_known_extensions", "false");
    settings.put("jdbc_stream_results", "true");
    String sql =
        "SELECT to_json(r)::VARCHAR FROM read_parquet('%s') r"
            .formatted(file.toAbsolutePath().toString().replace("'", "''"));
    try (Connection database = DriverManager.getConnection("jdbc:duckdb:", settings);
        Statement statement = database.createStatement();
        ResultSet found = statement.executeQuery(sql)) {
      while (found.next()) {
        rows.row((ObjectNode) Api.JSON.readTree(found.getString(1)));
      }
    } catch (SQLException e) {
      throw new IllegalArgumentException(
          "%s: %s (expected: a Parquet file)".formatted(file, e.getMessage()), e);
    }
  }
}
