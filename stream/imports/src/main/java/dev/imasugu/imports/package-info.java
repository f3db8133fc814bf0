/**
 * Recorded files in other people's formats, as records of our API in the order of their time.
 *
 * <p>A {@link dev.imasugu.imports.Format} reads one kind of file and hands over items and events; a
 * {@link dev.imasugu.imports.Recording} reads all files of an import, refuses what is no record
 * with its line and reason, and gives the events sorted by {@code occurredAt}, lines of equal time
 * in the order of the files. Memory is bounded: events beyond a few ten thousand are sorted on
 * disk.
 *
 * {@snippet :
 * Format format = Formats.named("movielens", null, false);
 * var files = List.of(Path.of("ml-1m.zip"));
 * try (var all = Recording.read("movielens", format, files, folder, refusals, watcher)) {
 *   all.described().forEach(System.out::println);
 *   all.events(0, (number, json) -> System.out.println(json));
 * }
 * }
 */
@NullMarked
package dev.imasugu.imports;

import org.jspecify.annotations.NullMarked;
