// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.top;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The terminal's keys, each as it is pressed and not shown. {@link #close} makes the terminal as it
 * was; a process that ends by a signal calls it from there.
 */
final class Keyboard implements AutoCloseable {

  private static final int ESCAPE = 27;

  private final @Nullable String before;

  private Keyboard(@Nullable String before) {
    this.before = before;
  }

  /** Listens for as long as the process lives, in a thread of its own. */
  static Keyboard listen(Consumer<Key> pressed) {
    var before = stty("-g");
    stty("-icanon", "-echo", "min", "1");
    Thread.ofPlatform().daemon().name("millhand-keys").start(() -> read(System.in, pressed));
    return new Keyboard(before.isEmpty() ? null : before);
  }

  /** Reads keys until the input ends. */
  static void read(InputStream in, Consumer<Key> pressed) {
    try {
      for (int code = in.read(); code >= 0; code = in.read()) {
        key(code, in).ifPresent(pressed);
      }
    } catch (IOException e) {
      // as good as its end
    }
  }

  private static Optional<Key> key(int code, InputStream in) throws IOException {
    return switch (code) {
      case 'k' -> Optional.of(Key.UP);
      case 'j' -> Optional.of(Key.DOWN);
      case 'g' -> Optional.of(Key.FIRST);
      case 'G' -> Optional.of(Key.LAST);
      case ' ' -> Optional.of(Key.PAGE_DOWN);
      case '\n', '\r', 'l' -> Optional.of(Key.ENTER);
      case 'h', 127, 8 -> Optional.of(Key.BACK);
      case 'q' -> Optional.of(Key.QUIT);
      case ESCAPE -> arrow(in);
      default -> Optional.empty();
    };
  }

  /**
   * An arrow comes as three bytes at once, others as four of which the last one tells nothing; the
   * key Escape comes alone.
   */
  private static Optional<Key> arrow(InputStream in) throws IOException {
    if (in.available() < 2) {
      return Optional.of(Key.BACK);
    }
    in.skipNBytes(1);
    return switch (in.read()) {
      case 'A' -> Optional.of(Key.UP);
      case 'B' -> Optional.of(Key.DOWN);
      case 'C' -> Optional.of(Key.ENTER);
      case 'D' -> Optional.of(Key.BACK);
      case 'H', '1', '7' -> Optional.of(Key.FIRST);
      case 'F', '4', '8' -> Optional.of(Key.LAST);
      case '5' -> Optional.of(Key.PAGE_UP);
      case '6' -> Optional.of(Key.PAGE_DOWN);
      default -> Optional.empty();
    };
  }

  private static String stty(String... words) {
    var command = "stty " + String.join(" ", words) + " </dev/tty";
    try {
      var process =
          new ProcessBuilder("/bin/sh", "-c", command).redirectError(Redirect.DISCARD).start();
      var said = new String(process.getInputStream().readAllBytes(), US_ASCII).strip();
      process.waitFor();
      return said;
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  @Override
  public void close() {
    stty(before == null ? "sane" : before);
  }
}
