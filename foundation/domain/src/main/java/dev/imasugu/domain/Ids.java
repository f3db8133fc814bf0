package dev.imasugu.domain;

/** What every id has in common: 1 to 256 characters, none of them a control character. */
final class Ids {
  static final int MAX_LENGTH = 256;

  private Ids() {}

  static void check(String name, String value) {
    if (value.isBlank()) {
      throw new IllegalArgumentException(name + ": <blank> (expected: a non-blank id)");
    }
    if (value.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          name + ": " + value.length() + " characters (expected: at most " + MAX_LENGTH + ")");
    }
    for (int i = 0; i < value.length(); i++) {
      if (Character.isISOControl(value.charAt(i))) {
        throw new IllegalArgumentException(
            name + ": holds a control character (expected: printable characters)");
      }
    }
  }
}
