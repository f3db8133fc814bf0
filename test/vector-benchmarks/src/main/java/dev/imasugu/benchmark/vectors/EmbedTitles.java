package dev.imasugu.benchmark.vectors;

import com.github.luben.zstd.ZstdInputStream;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Embeds titles with all-MiniLM-L6-v2 (int8, 384 dimensions) on one thread.
 *
 * <p>Reads {@code base_texts.tsv.zst} and {@code query_texts.tsv.zst} (source, id, text) of a
 * folder and writes {@code base.f32} and {@code query.f32} (row-major, little endian, unit length)
 * to another. Which titles are taken is decided by the seed alone.
 */
public final class EmbedTitles {
  private static final String HELP =
      """
      Embeds titles with a bundled encoder (all-MiniLM-L6-v2, 384 dimensions).

        --data DIR    folder with base_texts.tsv.zst and query_texts.tsv.zst
        --out DIR     where base.f32 and query.f32 are written
        --count N     base titles to embed (default 100000)
        --queries N   query titles to embed (default 2000)
        --seed N      decides which titles are taken (default 1)
      """;

  private EmbedTitles() {}

  public static void main(String[] args) throws IOException {
    Options options = Options.parse(args, HELP, "data", "out", "count", "queries", "seed");
    if (options.helped()) {
      return;
    }
    Path data = options.path("data");
    Path out = Files.createDirectories(options.path("out"));
    var random = new Random(options.number("seed", 1));
    var model = new AllMiniLmL6V2QuantizedEmbeddingModel(Runnable::run);
    List<String> base = titles(data.resolve("base_texts.tsv.zst"));
    Collections.shuffle(base, random);
    List<String> queries = titles(data.resolve("query_texts.tsv.zst"));
    int count = (int) Math.min(base.size(), options.number("count", 100_000));
    int queryCount = (int) Math.min(queries.size(), options.number("queries", 2_000));
    embed(model, queries.subList(0, queryCount), out.resolve("query.f32"));
    embed(model, base.subList(0, count), out.resolve("base.f32"));
    System.out.printf(
        "{\"base\":%d,\"queries\":%d,\"dimension\":%d}%n", count, queryCount, model.dimension());
  }

  private static List<String> titles(Path file) throws IOException {
    var titles = new ArrayList<String>();
    try (var in = new ZstdInputStream(Files.newInputStream(file));
        var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        titles.add(line.substring(line.lastIndexOf('\t') + 1));
      }
    }
    return titles;
  }

  private static void embed(
      AllMiniLmL6V2QuantizedEmbeddingModel model, List<String> titles, Path file)
      throws IOException {
    var progress = new Progress("embed " + file.getFileName(), titles.size());
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(partial), 1 << 20)) {
      for (String title : titles) {
        float[] vector = model.embed(title.isBlank() ? "-" : title).content().vector();
        ByteBuffer bytes = ByteBuffer.allocate(4 * vector.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        out.write(bytes.array());
        progress.step(1);
      }
    }
    progress.end();
    Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
  }
}
