// SPDX-License-Identifier: Apache-2.0
package io.millhand.inspect;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What a server tells of itself.
 *
 * @param product redis or valkey
 * @param version its version
 * @param time its clock
 * @param info the lines of INFO; empty where we may not ask
 * @param config settings; those that we may not ask for, or that it does not have, are missing
 */
public record ServerReport(
    String product,
    String version,
    Instant time,
    Map<String, String> info,
    Map<String, String> config) {

  /** Memory in use, in bytes; empty where it is not known. */
  public Optional<Long> used() {
    return number("used_memory");
  }

  Optional<Long> number(String name) {
    return Optional.ofNullable(info.get(name))
        .filter(text -> text.matches("\\d{1,18}"))
        .map(Long::parseLong);
  }

  Optional<String> setting(String name) {
    return Optional.ofNullable(config.get(name));
  }

  boolean says(String name, String value) {
    return value.equals(info.get(name));
  }
}
