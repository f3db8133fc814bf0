package dev.imasugu.query;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One operator of a plan, as Flink prints it: {@code +- GroupAggregate(groupBy=[item_id], ...)}.
 *
 * @param arguments what stands in its parentheses
 */
record PlanLine(String operator, String arguments) {
  private static final String SECTION = "== Optimized Execution Plan ==";
  private static final Pattern LINE = Pattern.compile("[\\s:+-]*([A-Z]\\w+)\\((.*)\\).*");

  /** Reads an explanation: sinks first, each operator before its inputs. */
  static List<PlanLine> read(String explanation) {
    var lines = new ArrayList<PlanLine>();
    int begin = explanation.indexOf(SECTION);
    if (begin < 0) {
      throw new IllegalStateException("no plan in " + explanation);
    }
    explanation
        .substring(begin + SECTION.length())
        .lines()
        .map(LINE::matcher)
        .filter(Matcher::matches)
        .forEach(line -> lines.add(new PlanLine(line.group(1), line.group(2))));
    return lines;
  }

  /** Returns what stands in {@code name=[...]}, or nothing. */
  String argument(String name) {
    int begin = arguments.indexOf(name + "=[");
    if (begin < 0) {
      return "";
    }
    int depth = 0;
    for (int i = begin + name.length() + 1; i < arguments.length(); i++) {
      char c = arguments.charAt(i);
      depth += c == '[' ? 1 : c == ']' ? -1 : 0;
      if (depth == 0) {
        return arguments.substring(begin + name.length() + 2, i);
      }
    }
    return arguments.substring(begin);
  }
}
