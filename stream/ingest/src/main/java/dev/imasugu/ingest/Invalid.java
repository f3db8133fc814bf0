package dev.imasugu.ingest;

/** A record is not what it should be. Never leaves this module: it becomes a verdict. */
final class Invalid extends Exception {
  private static final long serialVersionUID = 1L;

  private final String field;
  private final String value;
  private final String expected;

  Invalid(String field, String value, String expected) {
    super(field, null, false, false);
    this.field = field;
    this.value = value;
    this.expected = expected;
  }

  String field() {
    return field;
  }

  String value() {
    return value;
  }

  String expected() {
    return expected;
  }
}
