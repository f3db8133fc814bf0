@NullMarked
package dev.imasugu.store;

import org.jspecify.annotations.NullMarked;
