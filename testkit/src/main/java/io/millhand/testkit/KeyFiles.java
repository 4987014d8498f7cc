// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import java.nio.file.Path;

/**
 * A certificate with its private key, twice: as PEM and as PKCS12.
 *
 * @param certificate the certificate, in PEM
 * @param key its key, in PEM (PKCS8), not encrypted
 * @param pkcs12 both in one file
 * @param password of that file
 */
public record KeyFiles(Path certificate, Path key, Path pkcs12, String password) {

  @Override
  public String toString() {
    return certificate.toString();
  }
}
