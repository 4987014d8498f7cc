// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;

/** Reads lines of a stranger's output, which may be endless, binary, or without an end of line. */
public final class Lines {

  private static final int BUFFER = 8192;

  private Lines() {}

  /**
   * Gives each line to the sink, until the stream ends or breaks. A longer line comes in pieces of
   * {@code most} bytes. Malformed UTF-8 is replaced.
   */
  public static void read(InputStream in, int most, Consumer<String> sink) {
    var line = new ByteArrayOutputStream();
    var buffer = new byte[BUFFER];
    try {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        for (int i = 0; i < count; i++) {
          if (buffer[i] == '\n') {
            give(line, sink);
          } else {
            line.write(buffer[i]);
            if (line.size() >= most) {
              give(line, sink);
            }
          }
        }
      }
    } catch (IOException e) {
      // Its end was forced; what came before counts.
    }
    if (line.size() > 0) {
      give(line, sink);
    }
  }

  private static void give(ByteArrayOutputStream line, Consumer<String> sink) {
    var text = line.toString(UTF_8);
    line.reset();
    sink.accept(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
  }
}
