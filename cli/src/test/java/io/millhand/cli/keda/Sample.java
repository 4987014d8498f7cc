// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.keda;

import io.millhand.autoscale.Advice;
import io.millhand.cli.autoscale.Signal;
import io.millhand.cli.autoscale.Signals;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Signals of stream "orders", group "processing", and servers that tell them. */
final class Sample {

  private Sample() {}

  static Signals board() {
    return new Signals(Duration.ofMinutes(5));
  }

  /** A server on a free port of this machine. */
  static KedaServer server(Signals signals) {
    return server(signals, Optional.empty());
  }

  static KedaServer server(Signals signals, Optional<Tls> tls) {
    return KedaServer.start(
        new KedaServer.Settings(anyPort(), tls, Duration.ofSeconds(30)), signals);
  }

  static KedaServer server(Signals signals, Duration keepAlive) {
    return KedaServer.start(
        new KedaServer.Settings(anyPort(), Optional.empty(), keepAlive), signals);
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /** Ten entries of backlog, the oldest of 12.5 s, two workers. */
  static Signal needs(int workers) {
    return orders(new Advice.Need(workers, "as the test has it"), true);
  }

  static Signal idle() {
    return new Signal(
        "orders",
        "processing",
        Instant.EPOCH,
        new Advice.Need(0, "nothing to do"),
        2,
        false,
        OptionalLong.of(0),
        0,
        OptionalLong.of(0),
        OptionalDouble.empty(),
        OptionalDouble.of(0),
        OptionalDouble.of(0));
  }

  static Signal unsure(boolean hasWork) {
    return orders(new Advice.Unknown("one look cannot tell how much comes"), hasWork);
  }

  private static Signal orders(Advice advice, boolean hasWork) {
    return of("processing", advice, hasWork);
  }

  /** The stream's other group, with work. */
  static Signal billing() {
    return of("billing", new Advice.Need(1, "as the test has it"), true);
  }

  private static Signal of(String group, Advice advice, boolean hasWork) {
    return new Signal(
        "orders",
        group,
        Instant.EPOCH,
        advice,
        2,
        hasWork,
        OptionalLong.of(7),
        3,
        OptionalLong.of(10),
        OptionalDouble.of(12.5),
        OptionalDouble.of(3),
        OptionalDouble.of(0.5));
  }

  /** Work there is, but nothing of it could be measured, or only nonsense. */
  static Signal immeasurable(OptionalLong lag, OptionalDouble oldest) {
    return new Signal(
        "orders",
        "processing",
        Instant.EPOCH,
        new Advice.Unknown("lag is not known"),
        2,
        true,
        lag,
        3,
        OptionalLong.empty(),
        oldest,
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  static void publish(Signals signals, Signal signal) {
    signals.publish(List.of(signal));
  }
}
