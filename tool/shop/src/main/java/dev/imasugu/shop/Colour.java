package dev.imasugu.shop;

/** A colour an article comes in. */
enum Colour {
  BLACK("黒"),
  WHITE("白"),
  GREY("グレー"),
  NAVY("ネイビー"),
  INDIGO("藍"),
  SKY("空色"),
  MOSS("モスグリーン"),
  MUSTARD("からし色"),
  RUST("テラコッタ"),
  SAND("サンド"),
  ROSE("ローズ"),
  WINE("ワイン");

  private final String ja;

  Colour(String ja) {
    this.ja = ja;
  }

  Word word() {
    return new Word(Names.lower(this), ja);
  }
}
