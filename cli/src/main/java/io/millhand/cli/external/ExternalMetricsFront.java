// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.external;

import io.millhand.cli.autoscale.Signals;
import io.millhand.cli.http.Http.Answer;
import io.millhand.cli.http.Http.Endpoint;
import io.millhand.cli.http.Http.Offer;
import io.millhand.cli.http.Http.Request;
import io.millhand.cli.http.HttpFront;
import java.net.InetSocketAddress;
import java.util.Map;
import javax.net.ssl.SSLContext;

/**
 * external.metrics.k8s.io/v1beta1 over TLS. Several replicas may serve it: each answers from its
 * own board.
 */
public final class ExternalMetricsFront implements AutoCloseable {

  /** How it speaks of itself. */
  static final HttpFront.Names NAMES =
      new HttpFront.Names(
          "millhand serve",
          "--external-metrics-bind",
          "--external-metrics-port",
          "/apis/" + Discovery.GROUP_VERSION);

  private final ProxyTrust trust;
  private final HttpFront front;

  private ExternalMetricsFront(
      InetSocketAddress address, SSLContext tls, ProxyTrust trust, Signals signals) {
    this.trust = trust;
    var api = new Guard(trust, new ExternalApi(new Values(signals)));
    var routes =
        Map.<String, Endpoint>of(
            "healthz", ExternalMetricsFront::lives,
            "livez", ExternalMetricsFront::lives,
            "readyz", this::readyz,
            "version", request -> Answer.json(200, Discovery.version()));
    this.front = HttpFront.startTls(address, new Offer(routes, api, Status::answer), NAMES, tls);
  }

  /**
   * Answers from now on.
   *
   * @param tls with which certificate
   * @param trust whom to believe; it is closed with this
   * @param signals what is told
   * @throws io.millhand.cli.CommandFailure when the port cannot be had
   */
  static ExternalMetricsFront start(
      InetSocketAddress address, SSLContext tls, ProxyTrust trust, Signals signals) {
    return new ExternalMetricsFront(address, tls, trust, signals);
  }

  /** Where it listens; the port is the real one. */
  public InetSocketAddress address() {
    return front.address();
  }

  private static Answer lives(Request request) {
    return Answer.text(200, "ok");
  }

  /**
   * Whether anybody can be answered. That Redis is away does not count: whoever asks for a value is
   * told that, and would otherwise be told only that nobody is there.
   */
  private Answer readyz(Request request) {
    return trust.current().isPresent()
        ? Answer.text(200, "ok")
        : Answer.text(503, "it is not known yet whom to believe");
  }

  @Override
  public void close() {
    front.close();
    trust.close();
  }
}
