// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

/** Whether a server with TLS wants to know by a certificate who its clients are. */
public enum ClientCertificates {
  /** Who shows none, or one of another authority, is sent away. */
  REQUIRED("yes"),

  /** One that is shown must be good. */
  OPTIONAL("optional"),

  /** None is asked for. */
  NONE("no");

  private final String word;

  ClientCertificates(String word) {
    this.word = word;
  }

  /** As {@code tls-auth-clients} has it. */
  String word() {
    return word;
  }
}
