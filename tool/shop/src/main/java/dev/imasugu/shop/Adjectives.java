package dev.imasugu.shop;

import java.util.List;

/** What titles say of a thing's style: other words for cloth than for coffee. */
enum Adjectives {
  SOFT(
      new Word("plain", "プレーン"), new Word("slim", "スリム"),
      new Word("classic", "クラシック"), new Word("heritage", "定番"),
      new Word("washed", "洗いざらし"), new Word("undyed", "生成り"),
      new Word("vintage", "ヴィンテージ"), new Word("faded", "古着風"),
      new Word("light", "軽量"), new Word("packable", "コンパクト"),
      new Word("striped", "しましま"), new Word("dotted", "水玉"),
      new Word("hand-woven", "手織り"), new Word("hand-dyed", "手染め"),
      new Word("two-tone", "バイカラー"), new Word("structured", "構築的な")),
  HARD(
      new Word("plain", "プレーン"), new Word("slim", "スリム"),
      new Word("classic", "クラシック"), new Word("heritage", "定番"),
      new Word("natural", "ナチュラル"), new Word("soft-edged", "やわらかな"),
      new Word("vintage", "ヴィンテージ"), new Word("retro", "レトロ"),
      new Word("light", "軽量"), new Word("sturdy", "頑丈な"),
      new Word("rounded", "まんまる"), new Word("dotted", "水玉"),
      new Word("handmade", "手作り"), new Word("hammered", "槌目の"),
      new Word("two-tone", "バイカラー"), new Word("sculpted", "彫刻的な")),
  TASTE(
      new Word("pure", "ピュア"), new Word("single-origin", "単一農園"),
      new Word("house", "店主おすすめ"), new Word("traditional", "昔ながらの"),
      new Word("organic", "有機"), new Word("sun-grown", "陽だまり育ちの"),
      new Word("aged", "熟成"), new Word("old-fashioned", "懐かしい"),
      new Word("everyday", "毎日の"), new Word("light", "あっさり"),
      new Word("bright", "はなやか"), new Word("fruity", "フルーティ"),
      new Word("hand-picked", "手摘み"), new Word("small-batch", "少量仕込み"),
      new Word("bold", "濃いめ"), new Word("new-season", "新物")),
  SCENTED(
      new Word("pure", "無添加"), new Word("mild", "マイルド"),
      new Word("traditional", "昔ながらの"), new Word("house", "定番"),
      new Word("organic", "オーガニック"), new Word("botanical", "ボタニカル"),
      new Word("old-fashioned", "懐かしい"), new Word("antique", "アンティーク"),
      new Word("fresh", "さっぱり"), new Word("cool", "ひんやり"),
      new Word("sweet", "甘い"), new Word("marbled", "マーブル"),
      new Word("hand-poured", "手作り"), new Word("small-batch", "少量仕込み"),
      new Word("deep", "深い"), new Word("smoky", "スモーキー"));

  private static final int PER_STYLE = 2;

  /** Two for each style, in the order of the styles. */
  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<Word> words;

  Adjectives(Word... words) {
    this.words = List.of(words);
  }

  List<Word> of(Style style) {
    int from = PER_STYLE * List.of(Style.values()).indexOf(style);
    return words.subList(from, from + PER_STYLE);
  }
}
