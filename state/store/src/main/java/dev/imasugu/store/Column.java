package dev.imasugu.store;

/** A named column of a feature table. */
public record Column(String name, ColumnType type) {}
