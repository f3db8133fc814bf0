package dev.imasugu.store;

import dev.imasugu.domain.AsOf;
import dev.imasugu.domain.ItemId;
import dev.imasugu.domain.Recommendation;
import dev.imasugu.domain.RecommendedItem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;

/**
 * The stored form of a list, without its owner and placement, which are its key. What fencing looks
 * at comes first; a source's name is written once. Instants are kept to the millisecond, scores to
 * the last bit. Safe for many threads.
 */
public final class RecommendationCodec {
  private static final int VERSION = 1;

  private RecommendationCodec() {}

  /** The bytes of a list, of this version. */
  public static byte[] encode(Recommendation list) {
    var out = new ByteWriter(64 + 24 * list.items().size());
    out.put(VERSION).signed(list.generation()).signed(list.revision());
    out.count(list.asOf().positions().size());
    new TreeMap<>(list.asOf().positions())
        .forEach((partition, position) -> out.count(partition).count(position));
    out.signed(list.computedAt().toEpochMilli());
    out.count(list.missingSources().size());
    list.missingSources().forEach(out::text);
    var sources = new LinkedHashMap<String, Integer>();
    list.items().forEach(item -> sources.putIfAbsent(item.source(), sources.size()));
    out.count(sources.size());
    sources.keySet().forEach(out::text);
    out.count(list.items().size());
    for (RecommendedItem item : list.items()) {
      out.text(item.item().value())
          .fixed(item.score())
          .count(sources.getOrDefault(item.source(), 0));
    }
    return out.toBytes();
  }

  /**
   * Reads a list.
   *
   * @throws IllegalStateException if the bytes are of another version
   */
  public static Recommendation decode(String placement, String owner, byte[] bytes) {
    return decode(placement, owner, bytes, true);
  }

  /** Reads all but items and missing sources, which come out empty: enough to compare lists. */
  static Recommendation decodeHead(String placement, String owner, byte[] bytes) {
    return decode(placement, owner, bytes, false);
  }

  private static Recommendation decode(
      String placement, String owner, byte[] bytes, boolean whole) {
    var in = new ByteReader(bytes);
    int version = in.read();
    if (version != VERSION) {
      throw new IllegalStateException("list version: " + version + " (expected: " + VERSION + ")");
    }
    long generation = in.signed();
    long revision = in.signed();
    var positions = new TreeMap<Integer, Long>();
    for (int left = in.length(); left > 0; left--) {
      positions.put((int) in.count(), in.count());
    }
    var computedAt = Instant.ofEpochMilli(in.signed());
    List<String> missing = whole ? texts(in) : List.of();
    List<RecommendedItem> items = whole ? items(in) : List.of();
    return new Recommendation(
        placement, owner, generation, new AsOf(positions), revision, computedAt, items, missing);
  }

  private static List<RecommendedItem> items(ByteReader in) {
    List<String> sources = texts(in);
    int size = in.length();
    var items = new ArrayList<RecommendedItem>(size);
    for (int i = 0; i < size; i++) {
      items.add(
          new RecommendedItem(
              new ItemId(in.text()), in.fixedDouble(), sources.get((int) in.count())));
    }
    return items;
  }

  private static List<String> texts(ByteReader in) {
    int size = in.length();
    var texts = new ArrayList<String>(size);
    for (int i = 0; i < size; i++) {
      texts.add(in.text());
    }
    return texts;
  }
}
