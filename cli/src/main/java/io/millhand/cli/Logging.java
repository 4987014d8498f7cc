// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;
import org.jspecify.annotations.Nullable;

/**
 * The log: lines on stderr, as text for people or as one JSON object each for collectors. Backed by
 * the JDK's own logging.
 */
final class Logging {

  /** How the log looks. */
  enum Format {
    /** A line of text for people. */
    text,
    /** A JSON object on each line. */
    json
  }

  /** What is logged. */
  enum Threshold {
    off(Level.OFF),
    error(Level.SEVERE),
    warn(Level.WARNING),
    info(Level.INFO),
    debug(Level.FINE),
    trace(Level.FINEST);

    @SuppressWarnings("ImmutableEnumChecker") // it is, but does not say so
    private final Level level;

    Threshold(Level level) {
      this.level = level;
    }
  }

  /** Kept here: the JDK holds its loggers weakly, and would forget a level. */
  private static final Logger ROOT = Logger.getLogger("");

  private static final Logger OURS = Logger.getLogger("io.millhand");

  private Logging() {}

  /**
   * Sets it up; to be called before the first line is logged. Libraries below us tell only what is
   * worth a warning.
   */
  static void start(Format format, Threshold threshold) {
    LogManager.getLogManager().reset();
    var handler = new Stderr(format == Format.json ? new AsJson() : new AsText());
    handler.setLevel(Level.ALL);
    ROOT.addHandler(handler);
    ROOT.setLevel(
        threshold.level.intValue() < Level.FINE.intValue()
            ? threshold.level
            : Level.parse(
                Integer.toString(Math.max(threshold.level.intValue(), Level.WARNING.intValue()))));
    OURS.setLevel(threshold.level);
  }

  /** Writes each line at once; a StreamHandler would keep them. */
  private static final class Stderr extends StreamHandler {
    Stderr(Formatter formatter) {
      super(new FileOutputStream(FileDescriptor.err), formatter);
      try {
        setEncoding(UTF_8.name());
      } catch (java.io.UnsupportedEncodingException e) {
        throw new IllegalStateException(e); // every JVM has UTF-8
      }
    }

    @Override
    public synchronized void publish(LogRecord event) {
      super.publish(event);
      flush();
    }
  }

  private static final class AsText extends Formatter {
    private final DateTimeFormatter time =
        DateTimeFormatter.ofPattern(
                Terminal.is(Terminal.Stream.ERR) ? "HH:mm:ss.SSS" : "yyyy-MM-dd HH:mm:ss.SSS",
                Locale.ROOT)
            .withZone(ZoneId.systemDefault());

    @Override
    public String format(LogRecord event) {
      return "%s %-5s %s%n%s"
          .formatted(
              time.format(event.getInstant()),
              level(event).toUpperCase(Locale.ROOT),
              Escape.line(formatMessage(event)),
              // indented, so that no line of a stranger's message looks like one of the log
              Escape.message(hasStack(event.getThrown()) ? trace(event.getThrown()) : "")
                  .indent(2));
    }
  }

  private static final class AsJson extends Formatter {
    private static final DateTimeFormatter TIME =
        DateTimeFormatter.ISO_OFFSET_DATE_TIME.withZone(ZoneOffset.UTC);

    @Override
    public String format(LogRecord event) {
      return Json.write(
              json -> {
                json.writeStartObject();
                json.writeStringProperty("time", time(event.getInstant()));
                json.writeStringProperty("level", level(event));
                json.writeStringProperty("logger", event.getLoggerName());
                json.writeStringProperty("thread", Thread.currentThread().getName());
                json.writeStringProperty("message", formatMessage(event));
                var thrown = event.getThrown();
                if (thrown != null) {
                  json.writeStringProperty("error", thrown.toString());
                }
                if (hasStack(thrown)) {
                  json.writeStringProperty("stack", trace(thrown));
                }
                json.writeEndObject();
              })
          + "\n";
    }

    private static String time(Instant instant) {
      return TIME.format(instant.truncatedTo(ChronoUnit.MILLIS));
    }
  }

  private static String level(LogRecord event) {
    var level = event.getLevel().intValue();
    if (level >= Level.SEVERE.intValue()) {
      return "error";
    }
    if (level >= Level.WARNING.intValue()) {
      return "warn";
    }
    if (level >= Level.INFO.intValue()) {
      return "info";
    }
    return level >= Level.FINE.intValue() ? "debug" : "trace";
  }

  /** Errors that tell of another process have none. */
  private static boolean hasStack(@Nullable Throwable thrown) {
    return thrown != null && (thrown.getStackTrace().length > 0 || thrown.getCause() != null);
  }

  static String trace(@Nullable Throwable thrown) {
    if (thrown == null) {
      return "";
    }
    var text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
