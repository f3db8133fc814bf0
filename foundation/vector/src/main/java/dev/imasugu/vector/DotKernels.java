package dev.imasugu.vector;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.util.concurrent.ConcurrentHashMap;
import jdk.incubator.vector.VectorShape;

/**
 * Finds the kernel for a dimension: one hidden class each, made when first asked for.
 *
 * <p>Machines without 512-bit vectors get the portable one; so does everybody with {@code
 * -Ddev.imasugu.vector.portable=true}.
 */
final class DotKernels {
  private static final ConcurrentHashMap<Integer, DotKernel> SIMD = new ConcurrentHashMap<>();
  private static final boolean WIDE =
      VectorShape.preferredShape().vectorBitSize() >= 512
          && !Boolean.getBoolean("dev.imasugu.vector.portable");

  private DotKernels() {}

  static DotKernel forDimension(int paddedDimension) {
    return WIDE ? simd(paddedDimension) : new PortableKernel(paddedDimension);
  }

  static boolean wide() {
    return WIDE;
  }

  static DotKernel simd(int paddedDimension) {
    return SIMD.computeIfAbsent(paddedDimension, DotKernels::specialise);
  }

  private static DotKernel specialise(int paddedDimension) {
    try (InputStream template = DotKernels.class.getResourceAsStream("SimdKernel.class")) {
      if (template == null) {
        throw new IllegalStateException("SimdKernel.class: missing (expected: beside its package)");
      }
      return (DotKernel)
          MethodHandles.lookup()
              .defineHiddenClassWithClassData(template.readAllBytes(), paddedDimension, true)
              .lookupClass()
              .getDeclaredConstructor()
              .newInstance();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("kernel for dimension " + paddedDimension, e);
    }
  }
}
