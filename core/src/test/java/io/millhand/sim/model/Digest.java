// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.model;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Names scripts. */
final class Digest {

  private static final Map<String, String> KNOWN = new ConcurrentHashMap<>();

  private Digest() {}

  static String sha1(String text) {
    return KNOWN.computeIfAbsent(text, Digest::compute);
  }

  private static String compute(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(ISO_8859_1)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}
