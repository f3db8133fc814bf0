package dev.imasugu.train;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/** The parameters of a trainer as something to draw from and to write down. */
public final class Parameters {
  private Parameters() {}

  /** The keys that have a range to search, those of a blend's parts among them. */
  public static Set<String> searched(Trainer trainer) {
    var keys = new TreeSet<String>();
    for (RecordComponent component : trainer.getClass().getRecordComponents()) {
      Object value = value(trainer, component);
      if (component.isAnnotationPresent(Tuned.class) && !isOff(value)) {
        keys.add(kebab(component.getName()));
      } else if (value instanceof List<?> parts) {
        for (Object part : parts) {
          if (part instanceof Trainer inner) {
            keys.addAll(searched(inner));
          }
        }
      }
    }
    return keys;
  }

  /**
   * Returns a trainer with other values of its tuned parameters.
   *
   * @param held keys that stay as they are
   * @param reach how far from the given values, as share of each range: 1 is anywhere
   */
  public static Trainer draw(
      Trainer around, Set<String> held, double reach, RandomGenerator random) {
    RecordComponent[] components = around.getClass().getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      Object old = value(around, components[i]);
      Tuned range = components[i].getAnnotation(Tuned.class);
      boolean free = !held.contains(kebab(components[i].getName()));
      if (range != null && free && !isOff(old)) {
        values[i] = draw(old, range, reach, random);
      } else if (old instanceof List<?> parts) {
        values[i] =
            parts.stream()
                .map(
                    part -> part instanceof Trainer inner ? draw(inner, held, reach, random) : part)
                .toList();
      } else {
        values[i] = old;
      }
    }
    try {
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      Constructor<? extends Trainer> constructor = around.getClass().getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(around + ": cannot be made anew", e);
    }
  }

  private static Object draw(Object old, Tuned range, double reach, RandomGenerator random) {
    double from = range.log() ? Math.log(range.from()) : range.from();
    double to = range.log() ? Math.log(range.to()) : range.to();
    double middle = number(old);
    middle = range.log() ? Math.log(Math.max(middle, range.from())) : middle;
    double width = reach * (to - from);
    double low = reach >= 1 ? from : Math.max(from, middle - width / 2);
    double high = reach >= 1 ? to : Math.min(to, middle + width / 2);
    double drawn = low + (high - low) * random.nextDouble();
    double value = Math.clamp(range.log() ? Math.exp(drawn) : drawn, range.from(), range.to());
    return switch (old) {
      case Integer _ -> (int) Math.round(value);
      case Duration _ -> Duration.ofSeconds(Math.max(1, Math.round(value / 1_000)));
      default -> Double.parseDouble(String.format(Locale.ROOT, "%.4g", value));
    };
  }

  /** A duration of zero switches something off; it stays so. */
  private static boolean isOff(Object value) {
    return value instanceof Duration duration && duration.isZero();
  }

  private static double number(Object value) {
    return value instanceof Duration duration
        ? duration.toMillis()
        : ((Number) value).doubleValue();
  }

  /** Returns the YAML that {@link Trainers#parse} makes the trainer of. */
  public static String yaml(Trainer trainer) {
    return String.join("\n", lines(trainer)) + "\n";
  }

  private static List<String> lines(Trainer trainer) {
    var lines = new ArrayList<String>();
    lines.add("kind: " + kebab(trainer.getClass().getSimpleName()));
    for (RecordComponent component : trainer.getClass().getRecordComponents()) {
      Object value = value(trainer, component);
      String key = kebab(component.getName());
      if (value instanceof List<?> list && list.stream().allMatch(Trainer.class::isInstance)) {
        lines.add(key + ":");
        for (Object part : list) {
          String indent = "  - ";
          for (String line : lines((Trainer) part)) {
            lines.add(indent + line);
            indent = "    ";
          }
        }
      } else if (value instanceof Duration duration) {
        boolean whole = duration.toMillis() % 1_000 == 0;
        lines.add(key + ": " + (whole ? duration.toSeconds() + "s" : duration.toMillis() + "ms"));
      } else if (value instanceof Enum<?> one) {
        lines.add(key + ": " + one.name().toLowerCase(Locale.ROOT).replace('_', '-'));
      } else {
        lines.add(key + ": " + value);
      }
    }
    return lines;
  }

  private static Object value(Trainer trainer, RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(trainer);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(component.getName() + ": cannot be read", e);
    }
  }

  private static String kebab(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
  }
}
