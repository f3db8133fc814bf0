package dev.imasugu.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The keys of the column families. Rows start with their table's id and a zero byte, so that a
 * table is one range of keys.
 */
final class StoreKeys {
  private StoreKeys() {}

  static byte[] profile(String tableId, String user) {
    return table(tableId, 40).put(user.getBytes(StandardCharsets.UTF_8)).toBytes();
  }

  static byte[] statistics(String tableId, List<String> key) {
    ByteWriter out = table(tableId, 40);
    key.forEach(out::text);
    return out.toBytes();
  }

  /** The user of a {@link #profile} key. */
  static String user(String tableId, byte[] key) {
    int prefix = tableId.getBytes(StandardCharsets.UTF_8).length + 1;
    return new String(key, prefix, key.length - prefix, StandardCharsets.UTF_8);
  }

  /** The smallest key that a table may have. */
  static byte[] tableBegin(String tableId) {
    return table(tableId, 0).toBytes();
  }

  /** Greater than every key of a table, and not greater than any of the next. */
  static byte[] tableEnd(String tableId) {
    byte[] end = tableBegin(tableId);
    end[end.length - 1] = 1;
    return end;
  }

  /** The table of a row's key, or the query version of a {@link #progress} key. */
  static String prefix(byte[] key) {
    int zero = 0;
    while (key[zero] != 0) {
      zero++;
    }
    return new String(key, 0, zero, StandardCharsets.UTF_8);
  }

  static byte[] progress(String queryVersion, int partition) {
    return table(queryVersion, 8).fixed(partition).toBytes();
  }

  static byte[] dirty(String user) {
    return user.getBytes(StandardCharsets.UTF_8);
  }

  /** The user of a {@link #dirty} key. */
  static String userOf(byte[] dirtyKey) {
    return new String(dirtyKey, StandardCharsets.UTF_8);
  }

  static byte[] recommendation(String owner, String placement) {
    return new ByteWriter(64).text(owner).put(placement.getBytes(StandardCharsets.UTF_8)).toBytes();
  }

  /** What the keys of all lists of an owner start with, and no others. */
  static byte[] owner(String owner) {
    return new ByteWriter(64).text(owner).toBytes();
  }

  static boolean startsWith(byte[] key, byte[] prefix) {
    return key.length >= prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }

  private static ByteWriter table(String id, int more) {
    if (id.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("id: holds a zero character (expected: none)");
    }
    byte[] utf8 = id.getBytes(StandardCharsets.UTF_8);
    return new ByteWriter(utf8.length + 1 + more).put(utf8).put(0);
  }
}
