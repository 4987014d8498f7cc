// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.report;

import java.util.Arrays;
import java.util.Optional;

/** What is measured, with its unit. */
public enum Metric {
  /** Entries a second. */
  RATE("rate", "entries/s", 0),
  /** The rate, as a share of what handlers at once and their time allow. */
  OF_THEORY("of_theory_percent", "% of theory", 1),
  /** Entries of that run. */
  ENTRIES("entries", "entries", 0),
  /** Seconds it took. */
  SECONDS("seconds", "s", 2),
  /** From the kill of a worker to the first of its entries in another's handler. */
  NOTICED("noticed_seconds", "until noticed s", 2),
  /** A moment of the monotonic clock; only on its way from child to parent. */
  FIRST_AT("first_at_seconds", "first at", 6),
  /** A moment of the monotonic clock; only on its way from child to parent. */
  LAST_AT("last_at_seconds", "last at", 6),
  /** CPU seconds of the client per million entries. */
  CLIENT_CPU("client_cpu_s_per_million", "client CPU s/million", 2),
  /** CPU seconds of Redis, or of a broker, per million entries. */
  SERVER_CPU("server_cpu_s_per_million", "server CPU s/million", 2),
  /** Bytes allocated per entry. */
  ALLOCATED("allocated_bytes_per_entry", "allocated B/entry", 0),
  /** Peak heap, garbage included. */
  PEAK_HEAP("peak_heap_mib", "peak heap MiB", 0),
  /** Peak resident memory, warm-up included. */
  PEAK_RSS("peak_rss_mib", "peak RSS MiB", 0),
  /** Latency: median. */
  P50("p50_ms", "p50 ms", 3),
  /** Latency: 99 %. */
  P99("p99_ms", "p99 ms", 3),
  /** Latency: 99.9 %. */
  P999("p999_ms", "p99.9 ms", 3),
  /** Latency: the longest. */
  MAX("max_ms", "max ms", 2),
  /** Entries that were not handled when the producer had ended. */
  BACKLOG("backlog", "backlog", 0),
  /** How late the producer's own sends were, against their schedule. */
  SEND_LATE_P99("send_late_p99_ms", "send late p99 ms", 3),
  /** Entries that were neither handled nor acked at the end. */
  LEFT("left", "left", 0),
  /** Another client's latency: median. */
  PING_P50("ping_p50_ms", "ping p50 ms", 3),
  /** Another client's latency: 99 %. */
  PING_P99("ping_p99_ms", "ping p99 ms", 3),
  /** Another client's latency: the longest. */
  PING_MAX("ping_max_ms", "ping max ms", 2),
  /** Another client's latency while nothing happens: 99 %. */
  PING_IDLE_P99("ping_idle_p99_ms", "idle ping p99 ms", 3),
  /** CPU of the client, as a share of one core. */
  CLIENT_SHARE("client_core_percent", "client % of a core", 2),
  /** CPU of Redis, as a share of one core. */
  REDIS_SHARE("redis_core_percent", "Redis % of a core", 2),
  /** CPU that neither Redis nor the client used meanwhile, as a share of one core: the noise. */
  OTHERS("others_core_percent", "others % of a core", 0),
  /** Heap for each entry in flight. */
  HEAP_PER_ENTRY("heap_bytes_per_entry", "heap B/entry in flight", 0),
  /** Memory of Redis per entry of a stream. */
  REDIS_PER_ENTRY("redis_bytes_per_entry", "Redis B/entry", 0),
  /** How many there were. */
  COUNT("count", "count", 0);

  private final String key;
  private final String heading;
  private final int decimals;

  Metric(String key, String heading, int decimals) {
    this.key = key;
    this.heading = heading;
    this.decimals = decimals;
  }

  /** Its name in JSON. */
  public String key() {
    return key;
  }

  /** Its name in tables, with the unit. */
  public String heading() {
    return heading;
  }

  /** A value of it, as text. */
  public String text(double value) {
    return String.format(java.util.Locale.ROOT, "%,." + decimals + "f", value);
  }

  /** The one with that key. */
  public static Optional<Metric> of(String key) {
    return Arrays.stream(values()).filter(each -> each.key.equals(key)).findFirst();
  }
}
