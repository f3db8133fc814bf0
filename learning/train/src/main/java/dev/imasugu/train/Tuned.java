package dev.imasugu.train;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The range in which a search looks for a parameter. */
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface Tuned {
  double from();

  double to();

  /** Whether values are drawn evenly by order of magnitude; {@code from} is then above 0. */
  boolean log() default false;
}
