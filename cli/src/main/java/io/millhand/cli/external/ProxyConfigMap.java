// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.external;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.cli.Escape;
import io.millhand.cli.Json;
import io.millhand.cli.kubernetes.ClusterApi;
import io.millhand.cli.kubernetes.ClusterException;
import io.millhand.tls.Authorities;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Whom to believe stands in a ConfigMap that kube-apiserver writes for servers such as this one.
 *
 * <p>Threads: its own loop reads it; any may ask.
 *
 * <p>Failure: what was read last holds; while nothing was ever read, nobody is believed. An outage
 * is told when it begins and when it ends.
 */
final class ProxyConfigMap implements ProxyTrust {

  /** Where it stands. */
  static final String PATH =
      "/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication";

  private static final Logger log = LoggerFactory.getLogger("io.millhand.external");
  private static final int FORBIDDEN = 403;

  private final ClusterApi api;
  private final Times times;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread loop;
  private volatile Optional<FrontProxy> current = Optional.empty(); // written by the loop
  private boolean isTold; // confined to the loop

  /**
   * When to read it.
   *
   * @param every when that went well
   * @param again when it did not
   */
  record Times(Duration every, Duration again) {

    /** Each minute, and after a failure in five seconds. */
    static final Times USUAL = new Times(Duration.ofMinutes(1), Duration.ofSeconds(5));
  }

  private ProxyConfigMap(ClusterApi api, Times times) {
    this.api = api;
    this.times = times;
    this.loop = Thread.ofPlatform().name("millhand-front-proxy").daemon().unstarted(this::run);
  }

  /** Reads it at once and then again and again until it is closed. It closes that API, too. */
  static ProxyConfigMap start(ClusterApi api, Times times) {
    var map = new ProxyConfigMap(api, times);
    map.loop.start();
    return map;
  }

  @Override
  public Optional<FrontProxy> current() {
    return current;
  }

  private void run() {
    try {
      var wait = Duration.ZERO;
      while (!closed.await(wait.toNanos(), TimeUnit.NANOSECONDS)) {
        wait = read() ? times.every() : times.again();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean read() {
    try {
      current = Optional.of(proxy(api.get(PATH).path("data")));
      if (isTold) {
        isTold = false;
        log.info("whom to believe is read again from {}", PATH);
      }
      return true;
    } catch (GeneralSecurityException | RuntimeException e) {
      // Whatever it is, this loop must not end.
      tell(e);
      return false;
    }
  }

  private void tell(Exception error) {
    if (isTold || closed.getCount() == 0) {
      return;
    }
    isTold = true;
    var known = current.isPresent() ? "what was read last holds" : "until then nobody is answered";
    log.error(
        "cannot read whom to believe: {}. Tried again and again; {}. {}",
        Escape.line(String.valueOf(error.getMessage())),
        known,
        advice(error));
  }

  private static String advice(Exception error) {
    return error instanceof ClusterException refused && refused.status().orElse(0) == FORBIDDEN
        ? "Bind the Role extension-apiserver-authentication-reader of kube-system to this pod's service account, or give --client-ca"
        : "Or give --client-ca";
  }

  private static FrontProxy proxy(JsonNode data) throws GeneralSecurityException {
    var authorities = data.path("requestheader-client-ca-file").asString("");
    if (authorities.isBlank()) {
      throw new GeneralSecurityException(
          "the ConfigMap has no requestheader-client-ca-file: kube-apiserver runs without --requestheader-client-ca-file, so without an aggregation layer");
    }
    var headers = list(data, "requestheader-username-headers");
    return new FrontProxy(
        Authorities.read(authorities.getBytes(UTF_8)),
        Set.copyOf(list(data, "requestheader-allowed-names")),
        headers.isEmpty() ? FrontProxy.USER_HEADERS : headers);
  }

  /** A JSON array of texts that stands there as a text; what is something else is no empty list. */
  private static List<String> list(JsonNode data, String key) throws GeneralSecurityException {
    var text = data.path(key).asString("");
    if (text.isBlank()) {
      return List.of();
    }
    var node = Json.tree(text);
    var isList = node.isArray() && node.valueStream().allMatch(JsonNode::isString);
    if (!isList) {
      throw new GeneralSecurityException("the ConfigMap's %s is no list of texts".formatted(key));
    }
    return node.valueStream().map(JsonNode::asString).toList();
  }

  @Override
  public void close() {
    closed.countDown();
    api.close();
  }
}
