package dev.imasugu.benchmark.vectors;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.Bits;
import org.jspecify.annotations.Nullable;

/**
 * Lucene's HNSW over floats, with its default graph (16 connections, beam 100), in one segment.
 *
 * <p>Searched below the query layer, which only helps it.
 */
final class LuceneEngine implements Engine {
  private static final String FIELD = "vector";
  private static final int MAX_CONNECTIONS = 16;
  private static final int BEAM_WIDTH = 100;
  private static final double RAM_BUFFER_MB = 2000;

  private final Path folder;
  private final FSDirectory directory;
  private @Nullable DirectoryReader reader;
  private @Nullable LeafReader leaf;
  private int count;
  private int dimension;

  LuceneEngine() throws IOException {
    folder = Files.createTempDirectory("lucene-vectors");
    directory = FSDirectory.open(folder);
  }

  @Override
  public String name() {
    return "lucene " + MAX_CONNECTIONS + "/" + BEAM_WIDTH;
  }

  @Override
  public void build(Dataset dataset) throws IOException {
    count = dataset.base().length;
    dimension = dataset.dimension();
    var codec =
        new Lucene104Codec() {
          @Override
          public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
            return new Lucene99HnswVectorsFormat(MAX_CONNECTIONS, BEAM_WIDTH);
          }
        };
    var config = new IndexWriterConfig(null).setCodec(codec).setRAMBufferSizeMB(RAM_BUFFER_MB);
    config.setUseCompoundFile(false);
    try (var writer = new IndexWriter(directory, config)) {
      for (float[] vector : dataset.base()) {
        var document = new Document();
        document.add(new KnnFloatVectorField(FIELD, vector, VectorSimilarityFunction.DOT_PRODUCT));
        writer.addDocument(document);
      }
      writer.forceMerge(1);
    }
    DirectoryReader opened = DirectoryReader.open(directory);
    reader = opened;
    leaf = opened.leaves().getFirst().reader();
  }

  @Override
  public int[] search(float[] query, int k, int beamWidth) throws IOException {
    return search(query, k, beamWidth, null);
  }

  int[] search(float[] query, int k, int beamWidth, @Nullable BitSet allowed) throws IOException {
    LeafReader known = leaf;
    if (known == null) {
      throw new IllegalStateException("lucene: not built (expected: built)");
    }
    var collector = new TopKnnCollector(Math.max(k, beamWidth), Integer.MAX_VALUE);
    known.searchNearestVectors(
        FIELD, query, collector, AcceptDocs.fromLiveDocs(bits(allowed), count));
    ScoreDoc[] found = collector.topDocs().scoreDocs;
    var rows = new int[Math.min(k, found.length)];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = found[i].doc;
    }
    return rows;
  }

  private @Nullable Bits bits(@Nullable BitSet allowed) {
    if (allowed == null) {
      return null;
    }
    return new Bits() {
      @Override
      public boolean get(int row) {
        return allowed.get(row);
      }

      @Override
      public int length() {
        return count;
      }
    };
  }

  @Override
  public double bytesPerVector() throws IOException {
    long bytes = 0;
    for (String file : directory.listAll()) {
      bytes += directory.fileLength(file);
    }
    return bytes / (double) count - 4.0 * dimension;
  }

  @Override
  public void close() throws IOException {
    DirectoryReader opened = reader;
    if (opened != null) {
      opened.close();
    }
    for (String file : directory.listAll()) {
      directory.deleteFile(file);
    }
    directory.close();
    Files.deleteIfExists(folder);
  }
}
