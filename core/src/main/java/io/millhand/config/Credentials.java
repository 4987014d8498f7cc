// SPDX-License-Identifier: Apache-2.0
package io.millhand.config;

import java.util.Optional;

/**
 * Who we are to Redis. Never printed.
 *
 * @param user the ACL user; empty for the default one
 * @param password the password; empty where there is none
 */
public record Credentials(Optional<String> user, Optional<String> password) {

  /** Neither user nor password. */
  public static final Credentials NONE = new Credentials(Optional.empty(), Optional.empty());

  @Override
  public String toString() {
    return "Credentials[hidden]";
  }
}
