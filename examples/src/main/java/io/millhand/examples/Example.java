// SPDX-License-Identifier: Apache-2.0
package io.millhand.examples;

/** What every example needs to know. */
final class Example {

  private Example() {}

  /** The first argument, else {@code REDIS_URL}, else a Redis on this host. */
  static String url(String... args) {
    return args.length > 0
        ? args[0]
        : System.getenv().getOrDefault("REDIS_URL", "redis://localhost:6379");
  }
}
