package dev.imasugu.console;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the pages are written in. */
enum Language {
  EN,
  JA;

  String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  String say(String en, String ja) {
    return this == EN ? en : ja;
  }

  Language other() {
    return this == EN ? JA : EN;
  }

  /** As asked for, English if that is not one of ours; else as the browser prefers. */
  static Language of(@Nullable String asked, @Nullable String accepted) {
    if (asked != null) {
      return asked.equals("ja") ? JA : EN;
    }
    return accepted != null && accepted.toLowerCase(Locale.ROOT).startsWith("ja") ? JA : EN;
  }
}
