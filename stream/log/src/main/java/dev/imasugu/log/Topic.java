package dev.imasugu.log;

/** A named sequence of records. The order here is part of the stored format. */
public enum Topic {
  /** What users did. Record ids are unique per key; all records are kept until retention. */
  EVENTS(false),
  /** What can be recommended. Only the newest record of a key is kept; older ones leave gaps. */
  ITEMS(true);

  private final boolean compacted;

  Topic(boolean compacted) {
    this.compacted = compacted;
  }

  /** Whether a record replaces the older records of its key. Ids are not looked at then. */
  public boolean compacted() {
    return compacted;
  }
}
