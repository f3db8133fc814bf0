/** Vectors. */
@NullMarked
package dev.imasugu.vector;

import org.jspecify.annotations.NullMarked;
