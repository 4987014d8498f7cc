// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.external;

import io.millhand.cli.Escape;
import io.millhand.cli.external.FrontProxy.Caller;
import io.millhand.cli.http.Http;
import io.millhand.cli.http.Http.Answer;
import io.millhand.cli.http.Http.Request;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets those pass whom the aggregation layer has authenticated. The others get a 401; all get a 503
 * while it was never learnt whom to believe.
 */
final class Guard implements Http.Endpoint {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.external");

  private final ProxyTrust trust;
  private final Http.Endpoint inside;
  private final AtomicBoolean isTold = new AtomicBoolean();

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
      case Caller.User user -> {
        isTold.set(false);
        yield inside.answer(request);
      }
      case Caller.Nobody nobody -> refuse(nobody.why());
    };
  }

  /** Told once until somebody is believed: kube-apiserver shows nothing but the number. */
  private Answer refuse(String why) {
    if (isTold.compareAndSet(false, true)) {
      log.warn(
          "external metrics: somebody was turned away (401): {}. If it is kube-apiserver, compare its --proxy-client-cert-file with --client-ca and --client-names, or with ConfigMap kube-system/extension-apiserver-authentication",
          Escape.line(why));
    }
    return Status.answer(401, "Unauthorized: " + why);
  }
}
