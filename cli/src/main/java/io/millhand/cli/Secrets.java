// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import io.millhand.config.RedisUri;
import io.millhand.error.SettingsException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What of our environment is a secret: what a handler prints ends up in logs and dead letters. */
public final class Secrets {

  private static final List<String> PASSWORDS =
      List.of("REDIS_PASSWORD", "REDIS_SENTINEL_PASSWORD");

  /** Options of our JVM, among which may be the password of a key store. */
  private static final List<String> OPTIONS =
      List.of("MILLHAND_JAVA_OPTS", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

  private Secrets() {}

  /** Takes out each variable of ours that is a password, or holds one. */
  public static void removeFrom(Map<String, String> environment) {
    environment.keySet().removeAll(PASSWORDS);
    environment.computeIfPresent("REDIS_URL", (name, url) -> mayHoldPassword(url) ? null : url);
    environment
        .entrySet()
        .removeIf(each -> OPTIONS.contains(each.getKey()) && namesPassword(each.getValue()));
  }

  /** By the same parser that connects: java.net.URI sees no user before several hosts. */
  private static boolean mayHoldPassword(String url) {
    try {
      var uri = RedisUri.parse(url.contains("://") ? url : "redis://" + url.strip());
      return uri.credentials().password().isPresent();
    } catch (SettingsException e) {
      return true; // unreadable, so perhaps
    }
  }

  private static boolean namesPassword(String options) {
    return options.toLowerCase(Locale.ROOT).contains("password");
  }
}
