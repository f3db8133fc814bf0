package dev.imasugu.store;

/** A name with a weight: one neighbour of an item, one category of a user. */
public record Weighted(String item, double weight) {}
