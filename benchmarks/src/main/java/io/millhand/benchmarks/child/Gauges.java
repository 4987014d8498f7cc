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
import java.util.concurrent.locks.LockSupport;

/** What this process has used. Heap counts what waits for collection, too. */
final class Gauges {

  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final double TICKS_PER_SECOND = 100;
  private static final long SETTLE_NANOS = 5_000_000;

  private Gauges() {}

  /** A moment. */
  record Moment(long nanos, long cpuNanos, long allocated, double machineSeconds) {
    /** Seconds from here to there. */
    double secondsTo(Moment later) {
      return (later.nanos - nanos) / 1e9;
    }

    /** CPU seconds of this process from here to there. */
    double cpuTo(Moment later) {
      return (later.cpuNanos - cpuNanos) / 1e9;
    }
  }

  /** Collects garbage, forgets peaks, and looks at the clocks. */
  static Moment begin() {
    System.gc();
    heapPools().forEach(MemoryPoolMXBean::resetPeakUsage);
    var allocated = allocated();
    return new Moment(System.nanoTime(), SYSTEM.getProcessCpuTime(), allocated, machineSeconds());
  }

  /** Looks at the clocks. */
  static Moment now() {
    var nanos = System.nanoTime();
    var cpu = SYSTEM.getProcessCpuTime();
    var machine = machineSeconds();
    return new Moment(nanos, cpu, allocated(), machine);
  }

  /** A thread that ends just now is counted a moment later. */
  private static long allocated() {
    LockSupport.parkNanos(SETTLE_NANOS);
    return THREADS.getTotalThreadAllocatedBytes();
  }

  /** CPU seconds that all processes of this machine have used; 0 where the system does not tell. */
  private static double machineSeconds() {
    try (var lines = Files.lines(Path.of("/proc/stat"))) {
      var words = lines.findFirst().orElse("").split(" +", -1);
      // user, nice, system; then idle and iowait, which are not used; irq, softirq, steal
      long ticks = 0;
      for (int i : new int[] {1, 2, 3, 6, 7, 8}) {
        ticks += Long.parseLong(words[i]);
      }
      return ticks / TICKS_PER_SECOND;
    } catch (IOException e) {
      return 0;
    }
  }

  /** What neither this process nor Redis used between two moments, as a share of one core, in %. */
  static double others(Moment from, Moment to, double redisSeconds) {
    var used = to.machineSeconds() - from.machineSeconds() - from.cpuTo(to) - redisSeconds;
    return Math.max(0, used / from.secondsTo(to) * 100);
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
