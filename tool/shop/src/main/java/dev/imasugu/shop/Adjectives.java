package dev.imasugu.shop;

import java.util.List;

/** What titles say of a thing's style: other words for cloth than for coffee. */
enum Adjectives {
  SOFT(
      pair(new Word("plain", "プレーン"), new Word("slim", "スリム")),
      pair(new Word("classic", "クラシック"), new Word("heritage", "定番")),
      pair(new Word("washed", "洗いざらし"), new Word("undyed", "生成り")),
      pair(new Word("vintage", "ヴィンテージ"), new Word("faded", "古着風")),
      pair(new Word("light", "軽量"), new Word("packable", "コンパクト")),
      pair(new Word("striped", "しましま"), new Word("dotted", "水玉")),
      pair(new Word("hand-woven", "手織り"), new Word("hand-dyed", "手染め")),
      pair(new Word("two-tone", "バイカラー"), new Word("structured", "構築的な"))),
  HARD(
      pair(new Word("plain", "プレーン"), new Word("slim", "スリム")),
      pair(new Word("classic", "クラシック"), new Word("heritage", "定番")),
      pair(new Word("natural", "ナチュラル"), new Word("soft-edged", "やわらかな")),
      pair(new Word("vintage", "ヴィンテージ"), new Word("retro", "レトロ")),
      pair(new Word("light", "軽量"), new Word("sturdy", "頑丈な")),
      pair(new Word("rounded", "まんまる"), new Word("dotted", "水玉")),
      pair(new Word("handmade", "手作り"), new Word("hammered", "槌目の")),
      pair(new Word("two-tone", "バイカラー"), new Word("sculpted", "彫刻的な"))),
  TASTE(
      pair(new Word("pure", "ピュア"), new Word("single-origin", "単一農園")),
      pair(new Word("house", "店主おすすめ"), new Word("traditional", "昔ながらの")),
      pair(new Word("organic", "有機"), new Word("sun-grown", "陽だまり育ちの")),
      pair(new Word("aged", "熟成"), new Word("old-fashioned", "懐かしい")),
      pair(new Word("everyday", "毎日の"), new Word("light", "あっさり")),
      pair(new Word("bright", "はなやか"), new Word("fruity", "フルーティ")),
      pair(new Word("hand-picked", "手摘み"), new Word("small-batch", "少量仕込み")),
      pair(new Word("bold", "濃いめ"), new Word("new-season", "新物"))),
  SCENTED(
      pair(new Word("pure", "無添加"), new Word("mild", "マイルド")),
      pair(new Word("traditional", "昔ながらの"), new Word("house", "定番")),
      pair(new Word("organic", "オーガニック"), new Word("botanical", "ボタニカル")),
      pair(new Word("old-fashioned", "懐かしい"), new Word("antique", "アンティーク")),
      pair(new Word("fresh", "さっぱり"), new Word("cool", "ひんやり")),
      pair(new Word("sweet", "甘い"), new Word("marbled", "マーブル")),
      pair(new Word("hand-poured", "手作り"), new Word("small-batch", "少量仕込み")),
      pair(new Word("deep", "深い"), new Word("smoky", "スモーキー")));

  /** In the order of {@link Style}. */
  private final List<List<Word>> byStyle;

  @SafeVarargs
  @SuppressWarnings("varargs")
  Adjectives(List<Word>... byStyle) {
    this.byStyle = List.of(byStyle);
  }

  private static List<Word> pair(Word one, Word other) {
    return List.of(one, other);
  }

  List<Word> of(Style style) {
    return byStyle.get(style.ordinal());
  }
}
