package dev.imasugu.vector;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/*
 * Memory outside the Java heap, addressed by plain longs.
 *
 * A graph walk jumps to a random place hundreds of times a query, and with 4 KiB pages most jumps miss
 * the TLB, which costs 2-4x. So blocks from 2 MiB on are mapped at a 2 MiB boundary and offered to the
 * kernel as huge pages before they are first touched (mmap, madvise MADV_HUGEPAGE). Where those calls
 * do not exist the arena's own memory is used: slower, same answers.
 *
 * MEMORY is the whole address space as one segment. Its base, bound and (absent) scope are constants
 * for the JIT, so a load costs one instruction, as in C. The price is C's: nothing checks the address. Two
 * rules make it safe: addresses come only from PagedMemory, and memory is unmapped only when no reader
 * has a seat (ReaderSeats).
 */
@SuppressWarnings("restricted")
final class OffHeap {
  static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private static final long HUGE_PAGE = 2L << 20;
  private static final int READ_WRITE = 3;
  private static final int PRIVATE_ANONYMOUS = 0x22;
  private static final int MADV_RANDOM = 1;
  private static final int MADV_WILLNEED = 3;
  private static final int MADV_DONTNEED = 4;
  private static final int MADV_HUGEPAGE = 14;
  private static final int PAGE = 4096;

  private static final @Nullable MethodHandle MMAP;
  private static final @Nullable MethodHandle MADVISE;
  private static final @Nullable MethodHandle MUNMAP;

  static {
    boolean linux = "Linux".equals(System.getProperty("os.name"));
    var address = ValueLayout.JAVA_LONG;
    var number = ValueLayout.JAVA_INT;
    MMAP =
        linux
            ? find(
                "mmap",
                FunctionDescriptor.of(address, address, address, number, number, number, address))
            : null;
    MADVISE =
        linux ? find("madvise", FunctionDescriptor.of(number, address, address, number)) : null;
    MUNMAP = linux ? find("munmap", FunctionDescriptor.of(number, address, address)) : null;
  }

  private OffHeap() {}

  private static @Nullable MethodHandle find(String name, FunctionDescriptor shape) {
    Linker linker = Linker.nativeLinker();
    return linker
        .defaultLookup()
        .find(name)
        .map(symbol -> linker.downcallHandle(symbol, shape))
        .orElse(null);
  }

  /** Returns the address of {@code bytes} zeroed bytes that live as long as the arena. */
  static long allocate(Arena arena, long bytes) {
    if (bytes >= HUGE_PAGE && MMAP != null && MADVISE != null && MUNMAP != null) {
      long mapped = mapHuge(arena, bytes);
      if (mapped > 0) {
        return mapped;
      }
    }
    return arena.allocate(bytes, 64).address();
  }

  private static long mapHuge(Arena arena, long bytes) {
    MethodHandle mmap = MMAP;
    MethodHandle madvise = MADVISE;
    if (mmap == null || madvise == null) {
      return -1;
    }
    try {
      long length = bytes + HUGE_PAGE;
      long start = (long) mmap.invokeExact(0L, length, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0L);
      if (start == -1) {
        return -1;
      }
      MemorySegment.ofAddress(start).reinterpret(length, arena, segment -> unmap(segment));
      long aligned = (start + HUGE_PAGE - 1) & -HUGE_PAGE;
      // A refusal only means small pages.
      int _ = (int) madvise.invokeExact(aligned, bytes, MADV_HUGEPAGE);
      return aligned;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Says that pages of a mapped file will be read here and there: no reading ahead. */
  static void expectRandom(long address, long bytes) {
    advise(address, bytes, MADV_RANDOM);
  }

  /** Begins to read pages of a mapped file from disk without waiting for them. */
  static void prefetch(long address, long bytes) {
    advise(address, bytes, MADV_WILLNEED);
  }

  /** Gives back the memory of pages of a mapped file that were read and will not be again. */
  static void forget(long address, long bytes) {
    advise(address, bytes, MADV_DONTNEED);
  }

  private static void advise(long address, long bytes, int advice) {
    MethodHandle madvise = MADVISE;
    if (madvise == null || bytes == 0) {
      return;
    }
    long start = address & -PAGE;
    try {
      // Advice only: where it is refused, pages are read when they are touched.
      int _ = (int) madvise.invokeExact(start, address + bytes - start, advice);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private static void unmap(MemorySegment segment) {
    MethodHandle munmap = MUNMAP;
    if (munmap == null) {
      return;
    }
    try {
      int _ = (int) munmap.invokeExact(segment.address(), segment.byteSize());
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}
