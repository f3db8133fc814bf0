package dev.imasugu.shop;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Everything the shop sells or will sell, from a seeded grammar: a maker, a word for the style,
 * what it is made of, the kind, then colour and size. Families of 1 to 12 siblings, of what is
 * eaten or burnt by size only; one family in twenty comes on the shelf later than the first day.
 */
final class Assortment {
  private static final List<Kind> KINDS = List.of(Kind.values());
  private static final List<Style> STYLES = List.of(Style.values());
  private static final double LATER_SHARE = 0.05;
  private static final double LAST_OPENING_DAY = 30;

  private final List<Article> articles;
  private final Map<Kind, List<Article>> byKind = new EnumMap<>(Kind.class);
  private final List<List<Article>> families = new ArrayList<>();

  Assortment(int size, SplittableRandom random) {
    var all = new ArrayList<Article>(size);
    var titles = new HashSet<String>();
    for (int family = 0; all.size() < size; family++) {
      Kind kind = KINDS.get(family % KINDS.size());
      List<Article> siblings = siblings(family, kind, all.size(), random, titles);
      List<Article> kept = siblings.subList(0, Math.min(siblings.size(), size - all.size()));
      families.add(List.copyOf(kept));
      all.addAll(kept);
    }
    articles = List.copyOf(all);
    for (Article article : articles) {
      byKind.computeIfAbsent(article.kind(), _ -> new ArrayList<>()).add(article);
    }
  }

  private static List<Article> siblings(
      int family, Kind kind, int from, SplittableRandom random, Set<String> titles) {
    List<Brand> makers =
        Brand.ALL.stream()
            .filter(brand -> brand.departments().contains(kind.department()))
            .toList();
    Brand brand = makers.get(random.nextInt(makers.size()));
    Style style =
        random.nextInt(10) < 7 ? brand.style() : STYLES.get(random.nextInt(STYLES.size()));
    Word stuff = kind.stuff().words().get(random.nextInt(kind.stuff().words().size()));
    List<Word> adjectives = kind.stuff().adjectives().of(style);
    Word adjective = adjectives.get(random.nextInt(adjectives.size()));
    Word name = name(brand, adjective, stuff, kind);
    for (int number = 2; !titles.add(name.en()); number++) {
      Word plain = name(brand, adjective, stuff, kind);
      name = new Word(plain.en() + " No. " + number, plain.ja() + " " + number + "号");
    }
    double price = kind.price() * brand.level() * Math.exp(0.25 * random.nextGaussian());
    double quality = random.nextGaussian();
    double opens = random.nextDouble() < LATER_SHARE ? random.nextDouble(LAST_OPENING_DAY) : 0;
    var siblings = new ArrayList<Article>();
    List<String> sizes = kind.sizes().names();
    boolean coloured = kind.stuff().coloured();
    for (Colour colour : colours(kind, random)) {
      for (int size = 0; size < Math.max(1, sizes.size()); size++) {
        int index = from + siblings.size();
        String ofSize = sizes.isEmpty() ? "" : sizes.get(size);
        double packed = kind.sizes() == Sizes.PACKS && size == 1 ? 2.2 : 1;
        siblings.add(
            new Article(
                index,
                family,
                "%s-%04d-%s%s"
                    .formatted(
                        Names.lower(kind),
                        family,
                        Names.lower(colour),
                        ofSize.isEmpty() ? "" : "-" + ofSize.replace(".", "_")),
                new Word(
                    sibling(name.en(), ", ", coloured ? colour.word().en() : "", ofSize),
                    sibling(name.ja(), " ", coloured ? colour.word().ja() : "", ofSize)),
                kind,
                style,
                colour,
                sizes.isEmpty() ? -1 : size,
                brand,
                yen(price * packed),
                quality + 0.3 * random.nextGaussian(),
                opens));
      }
    }
    return siblings;
  }

  private static Word name(Brand brand, Word adjective, Word stuff, Kind kind) {
    return new Word(
        "%s %s %s %s".formatted(brand.name().en(), adjective.en(), stuff.en(), kind.word().en()),
        "%s %s%s%s".formatted(brand.name().ja(), adjective.ja(), stuff.ja(), kind.word().ja()));
  }

  private static String sibling(String name, String between, String colour, String size) {
    return name
        + (colour.isEmpty() ? "" : between + colour)
        + (size.isEmpty() ? "" : between + size);
  }

  /** Prices end in 80, as they do. */
  private static int yen(double price) {
    return (int) Math.max(280, Math.round(price / 100) * 100 - 20);
  }

  private static List<Colour> colours(Kind kind, SplittableRandom random) {
    int count =
        !kind.stuff().coloured()
            ? 1
            : kind.sizes().mustFit() ? 1 + random.nextInt(3) : 2 + random.nextInt(4);
    var left = new ArrayList<>(List.of(Colour.values()));
    var chosen = new ArrayList<Colour>();
    while (chosen.size() < count) {
      chosen.add(left.remove(random.nextInt(left.size())));
    }
    return chosen;
  }

  List<Article> articles() {
    return articles;
  }

  List<Article> of(Kind kind) {
    return byKind.getOrDefault(kind, List.of());
  }

  /** Siblings of an article, itself among them. */
  List<Article> family(Article article) {
    return families.get(article.family());
  }
}
