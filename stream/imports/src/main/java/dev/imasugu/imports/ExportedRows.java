package dev.imasugu.imports;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;

/**
 * Rows that the server itself knows how to read.
 *
 * @param target the path of the API that takes them
 * @param micros the column with their time in microseconds; empty: they keep their order
 */
record ExportedRows(String target, String micros) implements Format {
  @Override
  public void read(DataFile file, Records out) throws IOException {
    RowFile.read(
        file,
        out,
        row -> {
          JsonNode time = micros.isEmpty() ? null : row.find(micros);
          out.asItIs(time == null ? 0 : time.asLong() / 1_000, row.json());
        });
  }
}
