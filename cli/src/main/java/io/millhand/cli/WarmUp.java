// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import io.millhand.Millhand;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.error.MillhandException;
import java.io.PrintWriter;
import java.io.Writer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.slf4j.LoggerFactory;

/**
 * Does a little of everything, for nobody: what it loads goes into the archive of classes that the
 * launcher makes, so that commands start quickly. Only ever run by the launcher.
 */
final class WarmUp {

  private record Sample(
      EntryId id, Duration age, Instant at, List<String> list, Map<String, Long> map) {}

  private WarmUp() {}

  static void run() {
    var nowhere = new PrintWriter(Writer.nullWriter());
    for (var command : Main.commandNames()) {
      var line = new String[] {command, "--help"};
      Main.commandLine(line, nowhere, nowhere).execute(line);
    }
    Json.of(
        new Sample(
            EntryId.ZERO, Duration.ofSeconds(1), Instant.EPOCH, List.of("a"), Map.of("a", 1L)));
    Json.write(json -> json.writeString("a"));
    Escape.bytes(new byte[] {'a', 0});
    Logging.start(Logging.Format.text, Logging.Threshold.off);
    LoggerFactory.getLogger(WarmUp.class).info("nothing");
    connect();
  }

  /** To a port that nobody listens to. */
  private static void connect() {
    try (var millhand = Millhand.connect("redis://127.0.0.1:1")) {
      millhand.producer("none").send(Fields.of("a", "b"));
    } catch (MillhandException e) {
      // as it should be
    }
  }
}
