// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import io.millhand.delivery.EntryId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a worker tells of itself in the {@code workers:info} hash: lines {@code key=value}, its boot
 * id first, the suspect it runs last.
 *
 * @param bootId of this run
 * @param host its host
 * @param pid its process
 * @param version of this library
 * @param since wall clock of its host when it started, for people only
 * @param lease how long it may be silent
 * @param runId the server run that its heartbeat connection belongs to; empty where unknown
 * @param clientId that connection; empty where unknown
 * @param suspect the suspect that it runs
 * @param terms the settings that it works by; empty where it does not tell
 */
public record Registration(
    String bootId,
    String host,
    long pid,
    String version,
    String since,
    Duration lease,
    Optional<String> runId,
    Optional<Long> clientId,
    Optional<EntryId> suspect,
    Optional<Terms> terms) {

  /**
   * Settings of a worker that others may want to know.
   *
   * @param concurrency handlers at once, at most
   * @param maxInFlight entries held, at most
   * @param handlerTimeout how long a handler may run
   * @param reclaimAfter how long a client of another kind may hold an entry
   * @param sharedWith by which idle time such clients claim, if that is known
   */
  public record Terms(
      int concurrency,
      int maxInFlight,
      Duration handlerTimeout,
      Duration reclaimAfter,
      Optional<Duration> sharedWith) {}

  /** Of a worker that tells no settings. */
  public Registration(
      String bootId,
      String host,
      long pid,
      String version,
      String since,
      Duration lease,
      Optional<String> runId,
      Optional<Long> clientId,
      Optional<EntryId> suspect) {
    this(bootId, host, pid, version, since, lease, runId, clientId, suspect, Optional.empty());
  }

  /** The same, with those settings. */
  public Registration with(Terms all) {
    return new Registration(
        bootId, host, pid, version, since, lease, runId, clientId, suspect, Optional.of(all));
  }

  /** Whether it registered with that run of the server; false where either is not known. */
  public boolean isOfRun(Optional<String> run) {
    return runId.isPresent() && runId.equals(run);
  }

  /** As it is stored. */
  public String text() {
    var text =
        new StringBuilder()
            .append("boot=")
            .append(bootId)
            .append('\n')
            .append("host=")
            .append(line(host))
            .append('\n')
            .append("pid=")
            .append(pid)
            .append('\n')
            .append("version=")
            .append(version)
            .append('\n')
            .append("since=")
            .append(since)
            .append('\n')
            .append("lease=")
            .append(lease.toMillis())
            .append('\n');
    terms.ifPresent(all -> write(all, text));
    runId.ifPresent(id -> text.append("run=").append(id).append('\n'));
    clientId.ifPresent(id -> text.append("client=").append(id).append('\n'));
    suspect.ifPresent(id -> text.append("suspect=").append(id).append('\n'));
    return text.toString();
  }

  private static void write(Terms terms, StringBuilder text) {
    text.append("concurrency=").append(terms.concurrency()).append('\n');
    text.append("inflight=").append(terms.maxInFlight()).append('\n');
    text.append("timeout=").append(terms.handlerTimeout().toMillis()).append('\n');
    text.append("reclaim=").append(terms.reclaimAfter().toMillis()).append('\n');
    terms
        .sharedWith()
        .ifPresent(idle -> text.append("shared=").append(idle.toMillis()).append('\n'));
  }

  /** Reads what is stored; what is missing or cannot be read takes a harmless value. */
  public static Registration parse(String text) {
    Map<String, String> values = new HashMap<>();
    text.lines()
        .filter(line -> line.indexOf('=') > 0)
        .forEach(
            line ->
                values.put(
                    line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1)));
    return new Registration(
        values.getOrDefault("boot", ""),
        values.getOrDefault("host", "?"),
        number(values, "pid").orElse(-1L),
        values.getOrDefault("version", "?"),
        values.getOrDefault("since", "?"),
        Duration.ofMillis(number(values, "lease").map(Registration::lease).orElse(15_000L)),
        Optional.ofNullable(values.get("run")),
        number(values, "client"),
        id(values, "suspect"),
        terms(values));
  }

  /** No worker's is outside that: whoever wrote it, it must not stop the keeper. */
  private static long lease(long millis) {
    return Math.clamp(millis, 200, 3_600_000);
  }

  /** All or nothing: half of them would be misread. */
  private static Optional<Terms> terms(Map<String, String> values) {
    var numbers =
        Stream.of("concurrency", "inflight", "timeout", "reclaim")
            .flatMap(key -> number(values, key).stream())
            .toList();
    if (numbers.size() < 4) {
      return Optional.empty();
    }
    return Optional.of(
        new Terms(
            (int) Math.min(Integer.MAX_VALUE, numbers.get(0)),
            (int) Math.min(Integer.MAX_VALUE, numbers.get(1)),
            Duration.ofMillis(numbers.get(2)),
            Duration.ofMillis(numbers.get(3)),
            number(values, "shared").map(Duration::ofMillis)));
  }

  private static Optional<Long> number(Map<String, String> values, String key) {
    var text = values.get(key);
    return text != null && text.matches("\\d{1,18}")
        ? Optional.of(Long.parseLong(text))
        : Optional.empty();
  }

  private static Optional<EntryId> id(Map<String, String> values, String key) {
    try {
      return Optional.ofNullable(values.get(key)).map(EntryId::parse);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String line(String text) {
    return text.replaceAll("[\\r\\n]", " ");
  }
}
