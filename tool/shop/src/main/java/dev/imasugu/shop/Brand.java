package dev.imasugu.shop;

import dev.imasugu.shop.Kind.Department;
import java.util.List;
import java.util.Set;

/**
 * A maker, invented. {@code level} is what its things cost, as a factor of the usual.
 *
 * @param departments what it makes
 */
record Brand(Word name, Style style, double level, Set<Department> departments) {
  Brand {
    departments = Set.copyOf(departments);
  }

  static final List<Brand> ALL =
      List.of(
          of("Asanagi", "朝凪", Style.NATURAL, 1.1, Department.FASHION, Department.HOME),
          of("Tsukiha", "月葉", Style.MINIMAL, 1.2, Department.FASHION, Department.SHOES_AND_BAGS),
          of("Kazeoto", "風音", Style.SPORTY, 1.0, Department.FASHION, Department.OUTDOORS),
          of("Fuyugumo", "冬雲", Style.CLASSIC, 1.5, Department.FASHION, Department.HOME),
          of("Komaori", "小間織", Style.CRAFT, 1.4, Department.FASHION, Department.HOME),
          of("Pokari", "ぽかり", Style.PLAYFUL, 0.7, Department.FASHION, Department.CARE),
          of("Yorimichi", "寄り道", Style.VINTAGE, 0.8, Department.FASHION, Department.DESK),
          of("Shirokage", "白影", Style.MODERN, 1.6, Department.FASHION, Department.HOME),
          of("Ishidatami", "石畳", Style.CLASSIC, 1.3, Department.SHOES_AND_BAGS, Department.DESK),
          of("Hayakaze", "早風", Style.SPORTY, 0.9, Department.SHOES_AND_BAGS, Department.OUTDOORS),
          of("Nukumori", "ぬくもり工房", Style.CRAFT, 1.2, Department.SHOES_AND_BAGS, Department.HOME),
          of("Tobira", "とびら", Style.VINTAGE, 1.0, Department.SHOES_AND_BAGS, Department.KITCHEN),
          of("Minamo", "水面", Style.MINIMAL, 1.0, Department.HOME, Department.KITCHEN),
          of("Komorebi Lab", "木漏れ日研究所", Style.NATURAL, 1.0, Department.HOME, Department.CARE),
          of("Kadomaru", "角丸", Style.MODERN, 1.3, Department.HOME, Department.KITCHEN),
          of("Hidamari", "陽だまり", Style.PLAYFUL, 0.7, Department.HOME, Department.KITCHEN),
          of("Kamado-ya", "竈屋", Style.CRAFT, 1.5, Department.KITCHEN, Department.PANTRY),
          of("Yugeya", "湯気屋", Style.CLASSIC, 0.9, Department.KITCHEN, Department.PANTRY),
          of("Hatsuyuki", "初雪", Style.MINIMAL, 0.8, Department.KITCHEN, Department.CARE),
          of("Mugiho", "麦穂", Style.NATURAL, 0.9, Department.PANTRY, Department.CARE),
          of("Chabako", "茶箱", Style.VINTAGE, 1.1, Department.PANTRY, Department.KITCHEN),
          of("Koyomi", "こよみ", Style.CLASSIC, 1.0, Department.DESK, Department.HOME),
          of("Sumiiro", "墨色", Style.MODERN, 1.4, Department.DESK, Department.PANTRY),
          of("Tanemaki", "種蒔", Style.NATURAL, 0.8, Department.CARE, Department.PANTRY),
          of("Kanata", "彼方", Style.MODERN, 1.3, Department.OUTDOORS, Department.SHOES_AND_BAGS),
          of("Takibi", "焚火", Style.VINTAGE, 1.0, Department.OUTDOORS, Department.KITCHEN),
          of("Amaoto", "雨音", Style.MINIMAL, 0.9, Department.OUTDOORS, Department.FASHION),
          of("Kusamakura", "草枕", Style.PLAYFUL, 0.8, Department.OUTDOORS, Department.DESK));

  private static Brand of(
      String en, String ja, Style style, double level, Department one, Department other) {
    return new Brand(new Word(en, ja), style, level, Set.of(one, other));
  }
}
