package dev.imasugu.shop;

/** A word in both languages. */
record Word(String en, String ja) {}
