/** tmp */
@NullMarked
package dev.imasugu.query;

import org.jspecify.annotations.NullMarked;
