package dev.imasugu.log;

/** A named sequence of records. */
public enum Topic {
  /** What users did. Record ids are unique per key; all records are kept until retention. */
  EVENTS(0, false),
  /** What can be recommended. Only the newest record of a key is kept; older ones leave gaps. */
  ITEMS(1, true),
  /** Events that were refused, in one partition, until somebody corrects or drops them. */
  QUARANTINE(2, false),
  /** What is known of users. As of items, only the newest record of a key is kept. */
  USERS(3, true);

  private final byte code;
  private final boolean compacted;

  Topic(int code, boolean compacted) {
    this.code = (byte) code;
    this.compacted = compacted;
  }

  /** What stands for the topic in the stored format. */
  byte code() {
    return code;
  }

  /** Whether a record replaces the older records of its key. Ids are not looked at then. */
  public boolean compacted() {
    return compacted;
  }
}
