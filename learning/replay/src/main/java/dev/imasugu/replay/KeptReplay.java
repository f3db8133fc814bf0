package dev.imasugu.replay;

import dev.imasugu.domain.Recommendation;
import dev.imasugu.store.RecommendationCodec;
import dev.imasugu.store.RecommendationStore;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/*
 * What is kept is only what events do not give again at once: the lists, which know the statistics of
 * the moment they were computed at, the digest, and what the watcher has found. The tables are made
 * again from the events, thousands in a step, which takes a small part of the time.
 */

/**
 * The file in which a replay keeps how far it is, so that one that was cut off can go on and end as
 * if it had not been. A file of another replay is no error: nothing is read from it. For one
 * thread.
 */
public final class KeptReplay {
  private static final String VERSION = "2 ";

  /** Of the time, so much at most goes into keeping. */
  private static final int SHARE = 20;

  private final Path file;
  private final String key;
  private final long everyNanos;
  private long next;

  /**
   * Names a file, which need not exist.
   *
   * @param key of all that a replay depends on; a file with another one is not read
   * @param every how often it is written; less often where writing takes long
   */
  public KeptReplay(Path file, String key, Duration every) {
    this.file = file;
    this.key = digest(VERSION + key);
    everyNanos = every.toNanos();
    next = System.nanoTime() + everyNanos;
  }

  private static String digest(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Where a replay was when it was kept.
   *
   * @param events how many had been replayed
   * @param rankedEvents how many had been when popular items were last ranked
   * @param ranked the time of that, or null
   */
  record Place(int events, int rankedEvents, @Nullable Instant ranked) {}

  /** What is read before the events are given again, and what after. */
  static final class Contents implements AutoCloseable {
    final Place place;
    private final DataInputStream in;

    private Contents(Place place, DataInputStream in) {
      this.place = place;
      this.in = in;
    }

    void digest(ListDigest digest) throws IOException {
      digest.read(in);
    }

    void watcher(Replay.Watcher watcher) throws IOException {
      watcher.read(in);
    }

    void lists(RecommendationStore store) throws IOException {
      for (int left = in.readInt(); left > 0; left--) {
        store.put(List.of(readList(in)));
      }
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  /** Opens the file; null when there is none of this replay. */
  @Nullable Contents open() throws IOException {
    if (!Files.exists(file)) {
      return null;
    }
    var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16));
    if (!in.readUTF().equals(key)) {
      in.close();
      return null;
    }
    int events = in.readInt();
    int rankedEvents = in.readInt();
    long ranked = in.readLong();
    Instant rankedAt = ranked == Long.MIN_VALUE ? null : Instant.ofEpochMilli(ranked);
    return new Contents(new Place(events, rankedEvents, rankedAt), in);
  }

  boolean isDue() {
    return System.nanoTime() - next > 0;
  }

  /** Replaces the file by where the replay is now. */
  void write(Place place, ListDigest digest, Replay.Watcher watcher, RecommendationStore store) {
    long start = System.nanoTime();
    try {
      Path whole = file.resolveSibling(file.getFileName() + ".tmp");
      try (var out =
          new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(whole), 1 << 16))) {
        out.writeUTF(key);
        out.writeInt(place.events());
        out.writeInt(place.rankedEvents());
        Instant ranked = place.ranked();
        out.writeLong(ranked == null ? Long.MIN_VALUE : ranked.toEpochMilli());
        digest.write(out);
        watcher.write(out);
        List<Recommendation> heads = heads(store);
        out.writeInt(heads.size());
        for (Recommendation head : heads) {
          Recommendation list = store.find(head.placement(), head.owner());
          writeList(list == null ? head : list, out);
        }
      }
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("the state of the replay cannot be kept", e);
    }
    long end = System.nanoTime();
    next = end + Math.max(everyNanos, SHARE * (end - start));
  }

  private static List<Recommendation> heads(RecommendationStore store) {
    var heads = new ArrayList<Recommendation>();
    for (List<Recommendation> some = store.heads(null, 1_000);
        !some.isEmpty();
        some = store.heads(heads.getLast(), 1_000)) {
      heads.addAll(some);
    }
    return heads;
  }

  /** Removes the file: the replay has come to its end. */
  public void done() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("the kept state of the replay cannot be removed", e);
    }
  }

  private static void writeList(Recommendation list, DataOutputStream out) throws IOException {
    byte[] encoded = RecommendationCodec.encode(list);
    out.writeUTF(list.placement());
    out.writeUTF(list.owner());
    out.writeInt(encoded.length);
    out.write(encoded);
  }

  /** Its revision is 0, so that whatever is computed from now on takes its place. */
  private static Recommendation readList(DataInputStream in) throws IOException {
    String placement = in.readUTF();
    String owner = in.readUTF();
    byte[] encoded = in.readNBytes(in.readInt());
    Recommendation list = RecommendationCodec.decode(placement, owner, encoded);
    return new Recommendation(
        placement,
        owner,
        list.generation(),
        list.asOf(),
        0,
        list.computedAt(),
        list.items(),
        list.missingSources());
  }
}
