package dev.imasugu.log;

import java.nio.charset.StandardCharsets;

/**
 * FNV-1a over the key's UTF-8 bytes, then a final mix: part of the stored format, never change it.
 */
final class Partitioner {
  private Partitioner() {}

  static int partition(String key, int partitions) {
    int hash = 0x811c9dc5;
    for (byte b : key.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x01000193;
    }
    hash = (hash ^ (hash >>> 15)) * 0x2c1b3c6d;
    hash ^= hash >>> 13;
    return Math.floorMod(hash, partitions);
  }
}
