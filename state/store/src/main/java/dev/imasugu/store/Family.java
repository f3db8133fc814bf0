package dev.imasugu.store;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The column families of a store. Their names are part of the stored format. */
enum Family {
  /** (table id, user) to the user's rows. */
  PROFILES,
  /** (table id, primary key) to one row. */
  STATISTICS,
  /** (query version, partition) to a position. */
  PROGRESS,
  /** user to stamp, since and reason. */
  DIRTY,
  /** (owner, placement) to a list. */
  RECOMMENDATIONS,
  /** anonymous id to whose it is. */
  OWNERS,
  /** user to their anonymous ids. */
  DEVICES,
  /** hash of an owner to their tombstone. */
  ERASED;

  byte[] storedName() {
    return name().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
  }
}
