/** The {@code imasugu} command: one class a verb. */
@NullMarked
package dev.imasugu.cli;

import org.jspecify.annotations.NullMarked;
