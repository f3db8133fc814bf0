package dev.imasugu.evaluate;

/** The comparison as one HTML page. */
final class Report {
  private Report() {}

  static String html(Comparison comparison, Dataset data) {
    return "<!doctype html>" + data.name() + comparison.names();
  }
}
