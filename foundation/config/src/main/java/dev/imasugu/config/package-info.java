/**
 * The project folder and {@code platform.yaml} as records. Whatever is wrong in them is a {@link
 * dev.imasugu.config.ConfigException} with file, line, expectation and the nearest valid name.
 *
 * {@snippet :
 * Project project = Project.load(Path.of("shop"));
 * int port = project.platform().serve().port();
 * }
 */
@NullMarked
package dev.imasugu.config;

import org.jspecify.annotations.NullMarked;
