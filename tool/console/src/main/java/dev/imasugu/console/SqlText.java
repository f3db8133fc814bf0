package dev.imasugu.console;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file's text.
 *
 * @param path as the project names it
 * @param html the text with comments and words of SQL marked; everything in it is escaped
 */
record SqlText(String path, String html) {
  private static final Pattern MARKED =
      Pattern.compile(
          "(?<comment>(?:--|#)[^\\n]*)|(?<text>'[^'\\n]*')|(?<word>\\b(?:SELECT|FROM|WHERE|GROUP"
              + " BY|INSERT INTO|CREATE|TEMPORARY|TABLE|VIEW|PRIMARY KEY|NOT ENFORCED|JOIN|ON|AS|AND|OR|"
              + "IN|IS|NOT|NULL|PARTITION BY|INTERVAL|STRING|DOUBLE|BIGINT|ARRAY|ROW|TIMESTAMP_LTZ|"
              + "CASE|WHEN|THEN|ELSE|END)\\b)");

  static SqlText of(String path, String text) {
    var html = new StringBuilder();
    Matcher found = MARKED.matcher(text);
    int from = 0;
    while (found.find()) {
      html.append(escaped(text.substring(from, found.start())))
          .append(
              found.group("comment") != null ? "<i>" : found.group("text") != null ? "<q>" : "<b>")
          .append(escaped(found.group()))
          .append(
              found.group("comment") != null
                  ? "</i>"
                  : found.group("text") != null ? "</q>" : "</b>");
      from = found.end();
    }
    return new SqlText(path, html.append(escaped(text.substring(from))).toString());
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
