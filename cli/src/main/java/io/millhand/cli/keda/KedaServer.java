// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.keda;

import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.millhand.cli.CommandFailure;
import io.millhand.cli.ExitCode;
import io.millhand.cli.autoscale.Signals;
import io.millhand.cli.http.HttpFront;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The gRPC server, on virtual threads. A question of KEDA's is a few hundred bytes, and it keeps
 * one connection for all its ScaledObjects: the limits leave room for that and not much more.
 */
final class KedaServer implements Keda {

  private static final int MOST_CALLS_PER_CONNECTION = 1_000;
  private static final int MOST_REQUEST_BYTES = 64 * 1024;
  private static final int MOST_HEADER_BYTES = 8 * 1024;
  private static final Duration LEAVE = Duration.ofSeconds(2);

  private final Settings settings;
  private final Server server;
  private final Pushes pushes;
  private final ScheduledExecutorService clock;

  private KedaServer(Settings settings, Signals signals) throws IOException {
    this.settings = settings;
    clock =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("millhand-keda").daemon().factory());
    Executor threads = Thread.ofVirtual().name("millhand-keda-", 0)::start;
    pushes = new Pushes(signals, settings.keepAlive(), threads, clock);
    server =
        limited(settings).executor(threads).addService(new ScalerService(signals, pushes)).build();
    try {
      server.start();
    } catch (IOException | RuntimeException e) {
      pushes.close();
      clock.shutdownNow();
      throw e;
    }
  }

  /**
   * How to serve.
   *
   * @param address where to listen
   * @param tls with which certificates; empty: without TLS
   * @param keepAlive how often a state is pushed that has not changed; KEDA needs it less than the
   *     proxies in between
   */
  record Settings(InetSocketAddress address, Optional<Tls> tls, Duration keepAlive) {

    static Settings of(InetSocketAddress address, Optional<Tls> tls) {
      return new Settings(address, tls, Duration.ofSeconds(30));
    }
  }

  private static NettyServerBuilder limited(Settings settings) {
    var credentials =
        settings.tls().map(Tls::credentials).orElseGet(InsecureServerCredentials::create);
    return NettyServerBuilder.forAddress(settings.address(), credentials)
        .maxConcurrentCallsPerConnection(MOST_CALLS_PER_CONNECTION)
        .maxInboundMessageSize(MOST_REQUEST_BYTES)
        .maxInboundMetadataSize(MOST_HEADER_BYTES)
        .maxRstFramesPerWindow(MOST_CALLS_PER_CONNECTION, 10)
        .handshakeTimeout(10, TimeUnit.SECONDS)
        // finds those that went without a word, and the streams they left
        .keepAliveTime(1, TimeUnit.MINUTES)
        .keepAliveTimeout(20, TimeUnit.SECONDS)
        .maxConnectionIdle(10, TimeUnit.MINUTES)
        // gRPC in Go pings no more often than every 10 s, with calls or without
        .permitKeepAliveTime(5, TimeUnit.SECONDS)
        .permitKeepAliveWithoutCalls(true);
  }

  /**
   * Serves from now on.
   *
   * @throws CommandFailure when the port cannot be had
   */
  static KedaServer start(Settings settings, Signals signals) {
    try {
      return new KedaServer(settings, signals);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "cannot listen on %s (%s): choose another address with --keda-bind, or another port with --keda-port"
              .formatted(HttpFront.shown(settings.address()), why(e)),
          e);
    }
  }

  /** gRPC's own text only says the address again. */
  private static String why(IOException e) {
    var cause = e.getCause();
    return String.valueOf(cause == null ? e.getMessage() : cause.getMessage());
  }

  /** Where it listens: on the address that was asked for; the port is the real one. */
  InetSocketAddress address() {
    return new InetSocketAddress(settings.address().getAddress(), server.getPort());
  }

  @Override
  public Optional<String> description() {
    var who =
        settings
            .tls()
            .map(tls -> tls.theirs().isPresent() ? "TLS and a certificate" : "TLS")
            .orElse("no TLS");
    return Optional.of("%s, over gRPC with %s".formatted(HttpFront.shown(address()), who));
  }

  /** How many states are pushed now. */
  int pushes() {
    return pushes.size();
  }

  /** Ends what is pushed, and waits for two seconds at most for those who read slowly. */
  @Override
  public void close() {
    server.shutdown();
    pushes.close();
    try {
      if (!server.awaitTermination(LEAVE.toMillis(), TimeUnit.MILLISECONDS)) {
        server.shutdownNow();
        server.awaitTermination(LEAVE.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
    clock.shutdownNow();
  }
}
