@NullMarked
package dev.imasugu.log;

import org.jspecify.annotations.NullMarked;
