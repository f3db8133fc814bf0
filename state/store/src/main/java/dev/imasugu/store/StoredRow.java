package dev.imasugu.store;

import java.util.Arrays;
import java.util.Comparator;

/**
 * A profile row in its stored form, and where in it the order's columns are: rows are compared and
 * copied without being decoded. Texts compare by code point.
 *
 * @param from where the row starts in {@code bytes}, inclusive
 * @param to where it ends, exclusive
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as records
record StoredRow(byte[] bytes, int from, int to, long occurredAtMillis, Text eventId, Text by) {
  /** A part of {@code bytes}; {@link #NULL} comes before all others. */
  record Text(int from, int to) {
    static final Text NULL = new Text(0, -1);
  }

  /** See {@link TableKind.Recent}. */
  static final Comparator<StoredRow> RECENT_FIRST =
      Comparator.comparing(StoredRow::occurredAtMillis, Comparator.reverseOrder())
          .thenComparing((a, b) -> compare(a, a.eventId, b, b.eventId))
          .thenComparing((a, b) -> compare(a, a.by, b, b.by))
          .thenComparing(StoredRow::compareContent);

  /** See {@link TableKind.Latest}. */
  static final Comparator<StoredRow> LATEST_FIRST =
      Comparator.comparing(StoredRow::occurredAtMillis, Comparator.reverseOrder())
          .thenComparing((a, b) -> compare(b, b.eventId, a, a.eventId))
          .thenComparing(StoredRow::compareContent);

  boolean hasSameBy(StoredRow other) {
    return compare(this, by, other, other.by) == 0;
  }

  private static int compare(StoredRow a, Text textA, StoredRow b, Text textB) {
    if (textA.to < 0 || textB.to < 0) {
      return Integer.compare(textA.to < 0 ? 0 : 1, textB.to < 0 ? 0 : 1);
    }
    return Arrays.compareUnsigned(a.bytes, textA.from, textA.to, b.bytes, textB.from, textB.to);
  }

  private static int compareContent(StoredRow a, StoredRow b) {
    return Arrays.compareUnsigned(a.bytes, a.from, a.to, b.bytes, b.from, b.to);
  }
}
