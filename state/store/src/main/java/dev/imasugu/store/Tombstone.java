package dev.imasugu.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What stays of somebody erased.
 *
 * @param number which erasure it was, 1 is the first
 * @param stamp lists computed for a mark up to this one are not theirs any more
 * @param hiddenBefore records with a smaller offset are not to be seen
 */
record Tombstone(long number, long stamp, long hiddenBefore) {
  byte[] encode() {
    return new ByteWriter(30).count(number).count(stamp).count(hiddenBefore).toBytes();
  }

  static @Nullable Tombstone decode(byte @Nullable [] bytes) {
    if (bytes == null) {
      return null;
    }
    var in = new ByteReader(bytes);
    return new Tombstone(in.count(), in.count(), in.count());
  }

  /** The key of an owner's tombstone, which does not tell who they were. */
  static byte[] key(String owner) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(owner.getBytes(StandardCharsets.UTF_8));
      return Arrays.copyOf(hash, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
