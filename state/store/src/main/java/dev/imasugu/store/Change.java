package dev.imasugu.store;

/** One part of an atomic write to a {@link StoreDatabase}. */
@SuppressWarnings("ArrayRecordComponent") // never compared
sealed interface Change {
  Family family();

  record Put(Family family, byte[] key, byte[] value) implements Change {}

  record Delete(Family family, byte[] key) implements Change {}

  /** Deletes the keys from {@code from}, inclusive, to {@code to}, exclusive. */
  record DeleteRange(Family family, byte[] from, byte[] to) implements Change {}
}
