package dev.imasugu.log;

import dev.imasugu.domain.User;
import dev.imasugu.domain.UserId;

/** The stored form of what is known of a user, version 1. Instants are kept to the millisecond. */
public final class UserCodec {
  private static final int VERSION = 1;

  private UserCodec() {}

  public static byte[] encode(User user) {
    var out = new FieldWriter(VERSION);
    out.text(user.id().value());
    out.texts(user.attributes());
    out.millis(user.changedAt());
    return out.bytes();
  }

  /**
   * Reads a stored user.
   *
   * @throws RuntimeException if the bytes are not a user of this version
   */
  public static User decode(byte[] value) {
    var in = new FieldReader(value, VERSION);
    return new User(new UserId(in.text()), in.texts(), in.millis());
  }
}
