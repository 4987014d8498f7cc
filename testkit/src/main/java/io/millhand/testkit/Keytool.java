// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The JDK's {@code keytool} at work on one key store. */
record Keytool(Path store, String password) {

  private static final String PASSWORD = "MILLHAND_STORE_PASSWORD";
  private static final Path PROGRAM = Path.of(System.getProperty("java.home"), "bin", "keytool");

  /** When a certificate is valid. */
  enum Validity {
    NOW("-1d", "3650"),
    /** It ended nine days ago. */
    OVER("-10d", "1");

    private final String start;
    private final String days;

    Validity(String start, String days) {
      this.start = start;
      this.days = days;
    }
  }

  /** A pair of keys that may sign others. */
  void authority(String alias) {
    generate(alias, Validity.NOW, List.of("-ext", "bc:critical=ca:true"));
  }

  /** A pair of keys, signed by an authority of the same store. */
  void signed(String alias, String authority, Validity validity) {
    generate(
        alias, validity, List.of("-signer", authority, "-ext", "san=dns:localhost,ip:127.0.0.1"));
  }

  private void generate(String alias, Validity validity, List<String> more) {
    var words =
        new ArrayList<>(
            List.of(
                PROGRAM.toString(),
                "-genkeypair",
                "-alias",
                alias,
                "-dname",
                "CN=millhand " + alias,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-startdate",
                validity.start,
                "-validity",
                validity.days,
                "-keystore",
                store.toString(),
                "-storepass:env", // a command line is for all to see
                PASSWORD));
    words.addAll(more);
    run(words);
  }

  private void run(List<String> words) {
    try {
      var builder = new ProcessBuilder(words).redirectErrorStream(true);
      builder.environment().put(PASSWORD, password);
      var process = builder.start();
      var said = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (process.onExit().join().exitValue() != 0) {
        throw new EmbeddedRedisException("%s failed: %s".formatted(PROGRAM, said.strip()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + PROGRAM + ": " + e.getMessage(), e);
    }
  }
}
