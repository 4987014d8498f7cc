// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Our standard output, line by line: what many handlers print at once does not mix within a line.
 * Thread-safe.
 */
final class Stdout {

  private final OutputStream out = new FileOutputStream(FileDescriptor.out);

  /**
   * Writes a line.
   *
   * @throws IOException when nobody reads it any more
   */
  synchronized void line(String text) throws IOException {
    out.write((text + "\n").getBytes(UTF_8));
  }
}
