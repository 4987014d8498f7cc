// SPDX-License-Identifier: Apache-2.0
package io.millhand.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** What stands in a PEM text: blocks of Base64, each with a label. Text between them is passed. */
final class Pem {

  private static final String BEGIN = "-----BEGIN ";
  private static final String END = "-----END ";
  private static final String DASHES = "-----";

  private Pem() {}

  /**
   * One block.
   *
   * @param label such as CERTIFICATE
   * @param text between its lines of dashes
   */
  record Block(String label, String text) {

    /**
     * What it holds.
     *
     * @throws GeneralSecurityException when it is no Base64
     */
    byte[] content() throws GeneralSecurityException {
      try {
        return Base64.getDecoder().decode(text.replaceAll("\\s", ""));
      } catch (IllegalArgumentException e) {
        // Not as the cause: it quotes what may belong to a key.
        throw new GeneralSecurityException("the block " + label + " is no Base64");
      }
    }
  }

  /** All blocks, in their order; one without an end is none. */
  static List<Block> blocks(byte[] file) {
    var text = new String(file, ISO_8859_1);
    var blocks = new ArrayList<Block>();
    var begin = text.indexOf(BEGIN);
    while (begin >= 0) {
      var from = begin + BEGIN.length();
      var dashes = text.indexOf(DASHES, from);
      var label = dashes < 0 ? "" : text.substring(from, dashes);
      var end = dashes < 0 ? -1 : text.indexOf(END + label + DASHES, dashes);
      if (end >= 0) {
        blocks.add(new Block(label, text.substring(dashes + DASHES.length(), end)));
      }
      begin = text.indexOf(BEGIN, end >= 0 ? end : from);
    }
    return blocks;
  }

  /**
   * The certificates, in their order; at least one.
   *
   * @throws GeneralSecurityException when there is none, or one cannot be read
   */
  static List<X509Certificate> certificates(byte[] file) throws GeneralSecurityException {
    var certificates = new ArrayList<X509Certificate>();
    var factory = CertificateFactory.getInstance("X.509");
    for (var block : blocks(file)) {
      if (block.label().equals("CERTIFICATE")) {
        var one = new ByteArrayInputStream(block.content());
        certificates.add((X509Certificate) factory.generateCertificate(one));
      }
    }
    if (certificates.isEmpty()) {
      throw new CertificateException("there is no block BEGIN CERTIFICATE");
    }
    return List.copyOf(certificates);
  }
}
