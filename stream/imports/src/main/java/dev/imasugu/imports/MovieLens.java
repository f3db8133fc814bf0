package dev.imasugu.imports;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;

/**
 * Ratings and films of MovieLens in its three dresses: {@code ratings.dat} and {@code movies.dat}
 * (separated by {@code ::}), {@code ratings.csv} and {@code movies.csv}, RecBole's {@code .inter}
 * and {@code .item}; and {@code u.data} of 1998. A file of ratings without times keeps its order:
 * see {@link Times#ofRow}.
 */
final class MovieLens implements Format {
  private static final List<String> RATINGS = List.of("user", "item", "rating", "time");
  private static final List<String> FILMS = List.of("item", "title", "genres");

  private final Times times;

  MovieLens(Times times) {
    this.times = times;
  }

  @Override
  public void read(DataFile file, Records out) throws IOException {
    String first = First.line(file);
    if (first.matches("\\d+::\\d+::[\\d.]+::\\d+")) {
      new Table("::", RATINGS).read(file, out, row -> rating(row, out));
    } else if (first.matches("\\d+::.+::[^:]+") && first.split("::", -1).length == 3) {
      new Table("::", FILMS).read(file, out, row -> film(row, out));
    } else if (first.matches("\\d+\\t\\d+\\t[\\d.]+\\t\\d+")) {
      new Table("\t", RATINGS).read(file, out, row -> rating(row, out));
    } else {
      named(file, first, out);
    }
  }

  private void named(DataFile file, String first, Records out) throws IOException {
    Table given = Table.of(first);
    var table =
        new Table(given.separator(), given.columns().stream().map(MovieLens::plain).toList());
    if (table.has("user", "item") && !table.columns().contains("tag")) {
      file.lines().next();
      if (!table.has("time")) {
        out.note(
            "%s has no times: its rows keep their order, %d s apart, from %s"
                .formatted(file.name(), times.step().toSeconds(), times.start()));
      }
      table.read(file, out, row -> rating(row, out));
    } else if (table.has("item", "title")) {
      file.lines().next();
      table.read(file, out, row -> film(row, out));
    } else {
      throw new UnknownFileException(
          file,
          first,
          "ratings or films: 1::1193::5::978300760, userId,movieId,rating,timestamp,"
              + " user_id:token<TAB>item_id:token<TAB>..., movieId,title,genres");
    }
  }

  /** One name for what the three call differently. */
  private static String plain(String column) {
    String name = column.replaceFirst(":.*", "").replace("_", "");
    return switch (name) {
      case "userId", "userid" -> "user";
      case "movieId", "itemid" -> "item";
      case "timestamp" -> "time";
      case "movietitle" -> "title";
      case "class" -> "genres";
      default -> name;
    };
  }

  private void rating(Row row, Records out) throws IOException {
    String item = row.get("item");
    ObjectNode event =
        Records.JSON
            .createObjectNode()
            .put("user", row.get("user"))
            .put("item", item)
            .put("type", row.find("rating") == null ? "view" : "rating")
            .put(
                "occurredAt",
                row.columns().containsKey("time")
                    ? row.millis("time", times)
                    : times.ofRow(row.number()))
            .put("service", "movielens");
    if (row.find("rating") != null) {
      event.put("value", row.number("rating"));
    }
    out.item(item, "Film " + item);
    out.event(row, event);
  }

  private static void film(Row row, Records out) {
    String year = row.find("releaseyear");
    ObjectNode item =
        out.describe(row.get("item"))
            .put("title", row.get("title") + (year == null ? "" : " (" + year + ")"));
    String genres = row.find("genres");
    if (genres != null && !genres.startsWith("(")) {
      item.put("category", genres.split("[| ]", 2)[0]);
      item.withObjectProperty("fields").put("genres", genres);
    }
  }
}
