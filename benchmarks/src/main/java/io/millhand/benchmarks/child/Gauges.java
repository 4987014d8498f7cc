// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.child;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What this process has used. Heap counts what waits for collection, too. */
final class Gauges {

  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Gauges() {}

  /** A moment. */
  record Moment(long nanos, long cpuNanos, long allocated) {}

  /** Collects garbage, forgets peaks, and looks at the clocks. */
  static Moment begin() {
    System.gc();
    heapPools().forEach(MemoryPoolMXBean::resetPeakUsage);
    return now();
  }

  static Moment now() {
    return new Moment(
        System.nanoTime(), SYSTEM.getProcessCpuTime(), THREADS.getTotalThreadAllocatedBytes());
  }

  /** The sum of the heap pools' peaks, in MiB; they need not have been at one moment. */
  static double peakHeapMib() {
    return heapPools().stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum()
        / (1024.0 * 1024);
  }

  /** What is in use after a collection, in bytes. */
  static long liveHeap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** The most memory that was resident, in MiB; 0 where the system does not tell. */
  static double peakRssMib() {
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }

  private static List<MemoryPoolMXBean> heapPools() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .toList();
  }
}
