package dev.imasugu.functions;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/*
 * A map entry of the engine is several hundred bytes, and a million users would have one each. So users
 * share an entry, a shard: USER \n ITEM \n ITEM \0 USER \n ITEM \0 ... No id holds a control character,
 * and no byte of a longer UTF-8 sequence looks like one.
 */

/**
 * The state of {@link Transitions}: the last items of a shard's users, who was there longest ago
 * first. One array, for a heap holds one of these for each shard. Flink fills the field.
 */
public final class RecentItems {
  private static final byte END = 0;
  private static final byte SEPARATOR = '\n';

  /** At most {@link Transitions#USERS} users in UTF-8; null before the first. */
  public byte @Nullable [] users;

  public RecentItems() {}

  /** The user's items, oldest first; none for a user who is not here. */
  String[] read(String user) {
    byte[] stored = stored();
    byte[] name = bytes(user);
    int from = find(stored, name);
    if (from < 0) {
      return new String[0];
    }
    int items = from + name.length + 1;
    int end = end(stored, from);
    return new String(stored, items, end - items, StandardCharsets.UTF_8).split("\n");
  }

  /** Keeps a user's items, one or more; whoever was there longest ago goes when there are many. */
  void write(String user, String[] items) {
    byte[] stored = stored();
    byte[] name = bytes(user);
    int from = find(stored, name);
    int to = from < 0 ? stored.length : end(stored, from) + 1;
    int begin = from < 0 && count(stored) == Transitions.USERS ? end(stored, 0) + 1 : 0;
    var next = new ByteArrayOutputStream(stored.length + 64);
    next.write(stored, begin, (from < 0 ? stored.length : from) - begin);
    next.write(stored, to, stored.length - to);
    next.writeBytes(name);
    for (String item : items) {
      next.write(SEPARATOR);
      next.writeBytes(bytes(item));
    }
    next.write(END);
    users = next.toByteArray();
  }

  private byte[] stored() {
    byte[] stored = users;
    return stored == null ? new byte[0] : stored;
  }

  /** Where the user's part begins, or -1. */
  private static int find(byte[] stored, byte[] name) {
    for (int from = 0; from < stored.length; from = end(stored, from) + 1) {
      int after = from + name.length;
      if (after < stored.length
          && stored[after] == SEPARATOR
          && Arrays.equals(stored, from, after, name, 0, name.length)) {
        return from;
      }
    }
    return -1;
  }

  private static int end(byte[] stored, int from) {
    int end = from;
    while (stored[end] != END) {
      end++;
    }
    return end;
  }

  private static int count(byte[] stored) {
    int count = 0;
    for (byte each : stored) {
      if (each == END) {
        count++;
      }
    }
    return count;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
