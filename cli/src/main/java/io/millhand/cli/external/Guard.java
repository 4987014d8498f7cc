// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.external;

import io.millhand.cli.Escape;
import io.millhand.cli.external.FrontProxy.Caller;
import io.millhand.cli.http.Http;
import io.millhand.cli.http.Http.Answer;
import io.millhand.cli.http.Http.Request;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets those pass whom the aggregation layer has authenticated. The others get a 401; all get a 503
 * while it was never learnt whom to believe.
 */
final class Guard implements Http.Endpoint {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.external");

  private static final long TELL_EVERY = Duration.ofMinutes(10).toNanos();

  private final ProxyTrust trust;
  private final Http.Endpoint inside;
  private final AtomicLong mayTellAt = new AtomicLong(System.nanoTime());

  /** Before that. */
  Guard(ProxyTrust trust, Http.Endpoint inside) {
    this.trust = trust;
    this.inside = inside;
  }

  @Override
  public Answer answer(Request request) {
    var proxy = trust.current();
    if (proxy.isEmpty()) {
      return Status.answer(
          503, "it is not known yet whom to believe: the log of millhand serve says why");
    }
    return switch (proxy.get().caller(request)) {
      case Caller.User user -> inside.answer(request);
      case Caller.Nobody nobody -> refuse(nobody.why());
    };
  }

  /**
   * Told now and then, since kube-apiserver shows nothing but the number, and anybody can knock.
   */
  private Answer refuse(String why) {
    var now = System.nanoTime();
    var at = mayTellAt.get();
    if (now - at >= 0 && mayTellAt.compareAndSet(at, now + TELL_EVERY)) {
      log.warn(
          "external metrics: somebody was turned away (401): {}. If it is kube-apiserver, compare its --proxy-client-cert-file with --client-ca and --client-names, or with ConfigMap kube-system/extension-apiserver-authentication",
          Escape.line(why));
    }
    return Status.answer(401, "Unauthorized: " + why);
  }
}
