package dev.imasugu.console;

import dev.imasugu.domain.Item;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A picture of an item, drawn from what the catalogue says of it: the shape of its category in its
 * colour; a sheet of paper where the category is not one we can draw. Nothing of the item's own
 * text is in it, so it may stand in a page as it is.
 */
final class Picture {
  private static final Map<String, String> COLOURS =
      Map.ofEntries(
          Map.entry("black", "#3b3a3c"),
          Map.entry("white", "#f4f1ea"),
          Map.entry("grey", "#9a9c9f"),
          Map.entry("navy", "#26365e"),
          Map.entry("indigo", "#3f5b94"),
          Map.entry("sky", "#8fbfdc"),
          Map.entry("moss", "#6f7f4b"),
          Map.entry("mustard", "#d0a13a"),
          Map.entry("rust", "#b9562f"),
          Map.entry("sand", "#d3bd97"),
          Map.entry("rose", "#d98a92"),
          Map.entry("wine", "#76293a"));

  /** By category; c is the colour, drawn on a field of 100 by 100. */
  private static final Map<String, String> SHAPES =
      Map.ofEntries(
          Map.entry(
              "shirt",
              "<path class=c d='M36 20 14 32l8 18 10-5v37h36V45l10 5 8-18-22-12c-4 10-24 10-28"
                  + " 0Z'/><path class=s d='M50 30v52M46 42h0M46 56h0'/>"),
          Map.entry(
              "knit",
              "<path class=c d='M38 20 18 30l-6 46 12 3 8-28v31h36V51l8 28 12-3-6-46-20-10c-4 8-20"
                  + " 8-24 0Z'/><path class=s d='M32 76h36M34 58l6 5 6-5 6 5 6-5 6 5'/>"),
          Map.entry(
              "coat",
              "<path class=c d='M38 16 20 24l-8 44 10 3 8-24v39h40V47l8 24 10-3-8-44-18-8-12 12Z'/>"
                  + "<path class=s d='M50 28v58M56 42h0M56 56h0M36 60h8'/>"),
          Map.entry(
              "dress",
              "<path class=c d='M40 14v10c0 6 2 10 0 18L24 84h52L60 42c-2-8 0-12 0-18V14h-4c0 10-12"
                  + " 10-12 0Z'/><path class=s d='M40 42h20'/>"),
          Map.entry(
              "trousers",
              "<path class=c d='M32 14h36l6 72H56L50 40l-6 46H26Z'/><path class=s d='M32 22h36M50"
                  + " 22v16'/>"),
          Map.entry(
              "scarf",
              "<path class=c d='M30 22c12-8 28-8 40 0l-4 16 8 44H60l-8-36H44c-10 0-16-8-14-24Z'/><path"
                  + " class=s d='M32 28c10 8 26 8 36 0M62 74h10M61 68h10'/>"),
          Map.entry(
              "cap",
              "<path class=c d='M22 58c0-40 56-40 56 0Z'/><path class=c d='M20 58h68c2 10-12 12-34"
                  + " 10-18-2-34 0-34-10Z'/><path class=s d='M50 28v28M22 58h58'/>"),
          Map.entry(
              "sneakers",
              "<path class=c d='M12 44c8 6 18 4 24-8l24 22c10 6 28 4 28 16v4H12Z'/><path class=l d='M12"
                  + " 74h76v8H12Z'/><path class=s d='M38 46l8-5M46 53l8-5M54 60l8-5'/>"),
          Map.entry(
              "boots",
              "<path class=c d='M32 14h26v38c4 8 26 6 26 24v4H32Z'/><path class=l d='M32"
                  + " 80h52v7H32Z'/><path class=s d='M46 26h12M46 36h12M46 46h12'/>"),
          Map.entry(
              "backpack",
              "<path class=c d='M26 38c0-30 48-30 48 0v42c0 6-4 8-8 8H34c-4 0-8-2-8-8Z'/><path class=s"
                  + " d='M42 16c0-10 16-10 16 0M34 60h32v18H34ZM36 40h28'/>"),
          Map.entry(
              "tote",
              "<path class=c d='M20 38h60l-6 48H26Z'/><path class=s d='M36 46V30c0-18 28-18 28 0v16'/>"),
          Map.entry(
              "wallet",
              "<rect class=c x=16 y=30 width=68 height=44 rx=6 /><path class=s d='M16"
                  + " 42h68M60 52h24v12H60Z'/>"),
          Map.entry(
              "lamp",
              "<path class=c d='M34 18h32l14 34H20Z'/><path class=s d='M50 52v30M34 84h32'/>"),
          Map.entry(
              "chair",
              "<path class=c d='M30 14h8v34h32v8H30ZM28 56h44v6H28Z'/><path class=s d='M32 62l-4"
                  + " 26M68 62l4 26M34 22v20'/>"),
          Map.entry(
              "cushion",
              "<path class=c d='M20 22c20 8 40 8 60 0-6 18-6 38 0 56-20-8-40-8-60 0 6-18 6-38 0-56Z'/><path"
                  + " class=s d='M34 36l32 28M66 36 34 64'/>"),
          Map.entry(
              "blanket",
              "<path class=c d='M18 34h64v14H18ZM18 50h64v14H18ZM18 66h64v14H18Z'/><path class=s"
                  + " d='M28 34v14M28 50v14M28 66v14M72 34v14M72 50v14M72 66v14'/>"),
          Map.entry(
              "vase",
              "<path class=c d='M40 30h20c-4 14 14 20 12 38-2 14-8 20-22 20s-20-6-22-20c-2-18 16-24"
                  + " 12-38Z'/><path class=s d='M50 30V10M50 20l-12-8M50 24l14-8'/>"),
          Map.entry(
              "clock",
              "<circle class=c cx=50 cy=50 r=36 /><path class=s d='M50 26v24l16 10M50 18v2M50"
                  + " 80v2M18 50h2M80 50h2'/>"),
          Map.entry(
              "kettle",
              "<path class=c d='M30 40h38c10 8 12 42 6 44H26c-6-2-6-36 4-44ZM70 50l16-10 2 6-14"
                  + " 18Z'/><path class=s d='M32 40c0-28 34-28 34 0M44 38h12'/>"),
          Map.entry(
              "teapot",
              "<path class=c d='M28 44h44c10 14 4 38-8 38H36c-12 0-18-24-8-38ZM74 56l14-14 2 6-12"
                  + " 22Z'/><path class=s d='M24 54 8 50M34 44c4-10 28-10 32 0M50 34v-4'/>"),
          Map.entry(
              "mug",
              "<path class=c d='M24 28h42v46c0 6-4 10-10 10H34c-6 0-10-4-10-10Z'/><path class=s d='M66"
                  + " 38h8c12 0 12 26 0 26h-8M32 18c4-4-2-6 2-10M46 18c4-4-2-6 2-10'/>"),
          Map.entry(
              "bowl",
              "<path class=c d='M14 38h72c0 22-12 36-24 38v8H38v-8C26 74 14 60 14 38Z'/><path class=s"
                  + " d='M20 48h60'/>"),
          Map.entry(
              "pan",
              "<circle class=c cx=40 cy=54 r=30 /><circle class=l cx=40 cy=54 r=21 /><path class=s"
                  + " d='M62 34 86 12'/>"),
          Map.entry(
              "knife",
              "<path class=l d='M12 54 62 30c8 12 4 26-6 28Z'/><path class=c d='M62 30l26-14 4 8-26"
                  + " 20Z'/>"),
          Map.entry(
              "lunchbox",
              "<rect class=c x=16 y=34 width=68 height=46 rx=8 /><path class=s d='M16 48h68M50"
                  + " 34v46'/>"),
          Map.entry(
              "coffee",
              "<path class=c d='M28 22h44l4 62H24Z'/><path class=l d='M50 44c14 0 14 26 0 26s-14-26"
                  + " 0-26Z'/><path class=s d='M28 30h44M50 46c-6 8 6 14 0 22'/>"),
          Map.entry(
              "tea",
              "<path class=c d='M28 28h44v56H28ZM32 18h36v10H32Z'/><path class=l d='M36 64c0-16 14-20"
                  + " 28-18-2 14-12 24-28 18Z'/><path class=s d='M38 62l16-10'/>"),
          Map.entry(
              "jam",
              "<path class=c d='M28 34h44v42c0 6-4 8-8 8H36c-4 0-8-2-8-8Z'/><path class=l d='M26"
                  + " 20h48v14H26ZM34 48h32v20H34Z'/>"),
          Map.entry(
              "notebook",
              "<rect class=c x=24 y=14 width=54 height=72 rx=4 /><path class=s d='M36 14v72M46"
                  + " 34h22M46 44h22'/>"),
          Map.entry(
              "pen",
              "<path class=c d='M72 10 88 26 42 72 26 56Z'/><path class=l d='M26 56l16 16-26 12Z'/><path"
                  + " class=s d='M62 20l16 16M16 84l14-14'/>"),
          Map.entry(
              "soap",
              "<rect class=c x=16 y=40 width=68 height=38 rx=16 /><circle class=l cx=30 cy=26 r=8"
                  + " /><circle class=l cx=48 cy=20 r=5 /><path class=s d='M34 58h32'/>"),
          Map.entry(
              "candle",
              "<rect class=c x=32 y=40 width=36 height=44 rx=3 /><path class=l d='M50 12c8 8 8 18 0"
                  + " 20-8-2-8-12 0-20Z'/><path class=s d='M50 32v8'/>"),
          Map.entry(
              "tent",
              "<path class=c d='M50 18 90 82H10Z'/><path class=l d='M50 40 64 82H36Z'/><path class=s"
                  + " d='M50 18v-8'/>"),
          Map.entry(
              "lantern",
              "<path class=c d='M32 22h36v10H32ZM28 74h44v12H28Z'/><path class=l d='M34"
                  + " 32h32v42H34Z'/><path class=s d='M36 22c0-18 28-18 28 0M50 44v18'/>"),
          Map.entry(
              "bottle",
              "<path class=c d='M36 30h28c6 4 6 10 6 14v36c0 4-2 6-6 6H36c-4 0-6-2-6-6V44c0-4 0-10"
                  + " 6-14Z'/><path class=l d='M38 12h24v18H38Z'/><path class=s d='M30 54h40'/>"),
          Map.entry(
              "umbrella",
              "<path class=c d='M10 52c4-46 76-46 80 0-8-8-18-8-26 0-6-8-20-8-28 0-8-8-18-8-26"
                  + " 0Z'/><path class=s d='M50 14v62c0 12-16 12-16 0'/>"));

  private static final String SHEET =
      "<path class=c d='M26 12h34l16 16v60H26Z'/><path class=l d='M60 12l16 16H60Z'/><path class=s"
          + " d='M36 42h30M36 54h30M36 66h20'/>";

  private Picture() {}

  /**
   * Draws an item.
   *
   * @param item null when the catalogue has it no more
   */
  static String svg(String id, @Nullable Item item) {
    String category = item == null || item.category() == null ? "" : item.category();
    String named = item == null ? "" : item.fields().getOrDefault("colour", "");
    String family = item == null ? id : item.fields().getOrDefault("family", id);
    int hue = Math.floorMod(family.hashCode() * 31, 360);
    String colour = COLOURS.getOrDefault(named, "hsl(" + hue + " 45% 52%)");
    return "<svg class=\"picture\" viewBox=\"0 0 100 100\" aria-hidden=\"true\"><rect x=\"-100\""
        + " width=\"300\" height=\"100\" fill=\"hsl("
        + hue
        + " 32% 90%)\"/><g fill=\""
        + colour
        + "\">"
        + SHAPES.getOrDefault(category, SHEET)
        + "</g></svg>";
  }
}
