// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.rig;

import java.util.List;
import java.util.Map;

/**
 * What a worker's process runs in.
 *
 * @param options of its Java, such as {@code -Xmx64m}
 * @param environment variables that it has besides ours
 */
public record Surroundings(List<String> options, Map<String, String> environment) {

  /** As usual. */
  static final Surroundings USUAL = new Surroundings(List.of(), Map.of());

  /** Its Java has these options. */
  public static Surroundings java(String... options) {
    return new Surroundings(List.of(options), Map.of());
  }
}
