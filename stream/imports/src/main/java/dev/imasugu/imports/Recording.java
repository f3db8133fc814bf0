package dev.imasugu.imports;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/**
 * The records of an import's files: items, and events sorted by time. Files are read when it is
 * made; more than {@value #MEMORY} bytes of events wait on disk. For one thread.
 */
public final class Recording implements AutoCloseable {
  private static final long MEMORY = 64 << 20;

  /** Sees how far reading is. */
  public interface Watcher {
    /** So many bytes of a file, as it lies on disk, have been read. */
    void read(Path file, long bytes);
  }

  /** Is handed the events in order. */
  public interface Events {
    /**
     * Takes the next one.
     *
     * @param number counted from 0
     * @param json one line
     */
    void event(long number, String json) throws IOException;
  }

  private final Records records;
  private final EventSort sort;

  private Recording(Records records, EventSort sort) {
    this.records = records;
    this.sort = sort;
  }

  /**
   * Reads files, which are taken together.
   *
   * @param name of the format: the prefix of ids made here
   * @param folder for what does not fit into memory; removed by {@link #close}
   * @throws UnknownFileException if a file is not of this format; of an archive's files those are
   *     left out, unless all are
   */
  public static Recording read(
      String name,
      Format format,
      List<Path> files,
      Path folder,
      Records.Refusals refusals,
      Watcher watcher)
      throws IOException {
    var sort = new EventSort(folder, MEMORY);
    try {
      var records = new Records(name, sort, refusals);
      for (Path file : files) {
        if (String.valueOf(file.getFileName()).endsWith(".zip")) {
          archive(format, file, records, watcher);
        } else {
          DataFile.open(
              file, bytes -> watcher.read(file, bytes), data -> format.read(data, records));
        }
      }
      return new Recording(records, sort);
    } catch (IOException | RuntimeException e) {
      sort.close();
      throw e;
    }
  }

  private static void archive(Format format, Path file, Records records, Watcher watcher)
      throws IOException {
    int[] known = {0};
    DataFile.open(
        file,
        bytes -> watcher.read(file, bytes),
        data -> {
          try {
            format.read(data, records);
            known[0]++;
          } catch (UnknownFileException e) {
            records.leaveOut(data.name() + " in " + file.getFileName() + ": not of this format");
          }
        });
    if (known[0] == 0) {
      throw new IllegalArgumentException(
          file + ": no file of this format (expected: at least one; see docs/imports.md)");
    }
  }

  /** What files say of items, by id. */
  public List<ObjectNode> described() {
    return List.copyOf(records.described().values());
  }

  /** Items that events name and no file describes: for a catalogue that does not have them. */
  public List<ObjectNode> named() {
    return records.named().entrySet().stream()
        .filter(entry -> !records.described().containsKey(entry.getKey()))
        .map(Map.Entry::getValue)
        .toList();
  }

  public long events() {
    return sort.size();
  }

  /** Hands over the events from a number on; may be called once. */
  public void events(long from, Events sink) throws IOException {
    sort.forEach(from, sink::event);
  }

  /** How many lines the format does not take, by reason. */
  public SortedMap<String, Long> leftOut() {
    return Collections.unmodifiableSortedMap(records.leftOut());
  }

  /** What one should know of how the files were read. */
  public Set<String> notes() {
    return Set.copyOf(records.notes());
  }

  /** How many lines were no records. */
  public long refused() {
    return records.refused();
  }

  @Override
  public void close() throws IOException {
    sort.close();
  }
}
