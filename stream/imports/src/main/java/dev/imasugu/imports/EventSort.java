package dev.imasugu.imports;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Sorts records by time, those of equal time in the order they came in. What does not fit the bound
 * is sorted in parts, in files, and merged. For one thread.
 */
final class EventSort implements AutoCloseable {
  private static final int BUFFER = 1 << 15;

  /**
   * A record with its time.
   *
   * @param id made of its line; empty when it brings its own
   */
  record Dated(long millis, String id, String json) {
    static Dated withId(long millis, String json) {
      return new Dated(millis, "", json);
    }

    /** A record whose id is a hash of its line and of which of the line's records it is. */
    static Dated of(long millis, String json, String prefix, String line, String which) {
      return new Dated(millis, prefix + ":" + hash(line + "\n" + which), json);
    }

    private int bytes() {
      return json.length() + id.length() + 96;
    }
  }

  /** The first half of a text's SHA-256, as 32 hexadecimal digits. */
  static String hash(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A part on its way into the merge. */
  private static final class Run {
    private final int number;
    private final DataInputStream in;
    private Dated head;

    Run(int number, Path file) throws IOException {
      this.number = number;
      this.in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER));
      this.head = read(in);
    }

    private static Dated read(DataInputStream in) throws IOException {
      long millis = in.readLong();
      String id = in.readUTF();
      byte[] json = new byte[in.readInt()];
      in.readFully(json);
      return new Dated(millis, id, new String(json, StandardCharsets.UTF_8));
    }

    /** Steps on; false at the end. */
    boolean next() throws IOException {
      try {
        head = read(in);
        return true;
      } catch (EOFException e) {
        in.close();
        return false;
      }
    }

    long millis() {
      return head.millis;
    }

    int number() {
      return number;
    }
  }

  /** Is handed the records in order. */
  interface Sink {
    void event(long number, String json) throws IOException;
  }

  private final Path folder;
  private final long mostBytes;
  private final List<Path> files = new ArrayList<>();
  private List<Dated> part = new ArrayList<>();
  private long bytes;
  private long size;

  /**
   * Makes an empty sort.
   *
   * @param folder where parts go; made when needed
   * @param mostBytes what may be in memory
   */
  EventSort(Path folder, long mostBytes) {
    this.folder = folder;
    this.mostBytes = mostBytes;
  }

  void add(Dated event) throws IOException {
    part.add(event);
    size++;
    bytes += event.bytes();
    if (bytes > mostBytes) {
      spill();
    }
  }

  long size() {
    return size;
  }

  private void sortPart() {
    part.sort(Comparator.comparingLong(Dated::millis));
  }

  private void spill() throws IOException {
    sortPart();
    Files.createDirectories(folder);
    Path file = folder.resolve("part-" + files.size());
    files.add(file);
    try (var out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), BUFFER))) {
      for (Dated event : part) {
        out.writeLong(event.millis);
        out.writeUTF(event.id);
        byte[] json = event.json.getBytes(StandardCharsets.UTF_8);
        out.writeInt(json.length);
        out.write(json);
      }
    }
    part = new ArrayList<>();
    bytes = 0;
  }

  /** Hands over the records from a number on, counted from 0; once. */
  void forEach(long from, Sink sink) throws IOException {
    var numbered = new Numbered(from, sink);
    if (files.isEmpty()) {
      sortPart();
      for (Dated event : part) {
        numbered.take(event);
      }
      return;
    }
    spill();
    var runs =
        new PriorityQueue<Run>(Comparator.comparingLong(Run::millis).thenComparingInt(Run::number));
    try {
      for (Path file : files) {
        if (Files.size(file) > 0) {
          runs.add(new Run(runs.size(), file));
        }
      }
      for (Run run = runs.poll(); run != null; run = runs.poll()) {
        numbered.take(run.head);
        if (run.next()) {
          runs.add(run);
        }
      }
    } finally {
      for (Run run : runs) {
        run.in.close();
      }
    }
  }

  /** Gives equal lines, which have equal times, ids of their own. */
  private static final class Numbered {
    private final long from;
    private final Sink sink;
    private final Map<String, Integer> ofThisTime = new HashMap<>();
    private @Nullable Dated last;
    private long number;

    Numbered(long from, Sink sink) {
      this.from = from;
      this.sink = sink;
    }

    void take(Dated event) throws IOException {
      if (last == null || last.millis != event.millis) {
        ofThisTime.clear();
      }
      last = event;
      String json = event.json;
      if (!event.id.isEmpty()) {
        int ordinal = ofThisTime.merge(event.id, 1, Integer::sum);
        String id = ordinal == 1 ? event.id : event.id + ":" + ordinal;
        json = "{\"eventId\":\"" + id + "\"," + json.substring(1);
      }
      if (number >= from) {
        sink.event(number, json);
      }
      number++;
    }
  }

  @Override
  public void close() throws IOException {
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
    Files.deleteIfExists(folder);
  }
}
