// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What a process says it did, in a file outside the Redis under test, so that afterwards {@link
 * #reconcile} can prove what was lost and what was repeated. Producers and workers write one file
 * each into one folder.
 *
 * <p>A record is a line, written by one system call in append mode: it is there when the call
 * returns, whatever happens to the process, {@code kill -9} included (not: power failure). The
 * words of a line are separated by one space; the last is a dot, without which the line is torn;
 * {@code t} is the wall clock in microseconds since 1970; in ids and names white space, control
 * characters, {@code %} and {@code /} are written as in URLs ({@code %20}).
 *
 * <pre>
 * ATT  t id .                               about to send
 * ADD  t id entryId .                       Redis said it has been added
 * BEG  t id worker attempt deliveries .     a handler begins
 * END  t id worker .                        it has succeeded
 * FAIL t id worker reason... .              it has failed
 * SET  t id worker result .                 how the settlement ended, such as SET, FENCED, GONE
 * DEAD t id worker reason... .              it has become a dead letter
 * </pre>
 *
 * <p>An id is what names the entry for its sender, not Redis' entry id: a send that is repeated
 * after a lost reply has one id and may have two entries.
 *
 * <p>Thread-safe; interrupts do not harm it.
 */
public final class Ledger implements AutoCloseable {

  static final String SUFFIX = ".ledger";

  /** A line without it was being written when its process was killed. */
  static final String END_OF_LINE = " .";

  /** Appends of less than a page are not interleaved with others. */
  private static final int MAX_LINE = 4096;

  private static final int MAX_REASON = 500;

  // Not a FileChannel: an interrupted handler would close that for all.
  private final FileOutputStream file;

  private Ledger(FileOutputStream file) {
    this.file = file;
  }

  /**
   * Opens the file of this process in a folder, which is made if missing.
   *
   * @param name of the file; a process that runs again under its name continues it
   */
  public static Ledger open(Path folder, String name) {
    try {
      var path = Files.createDirectories(folder).resolve(word(name) + SUFFIX);
      var torn = endsWithinLine(path);
      var ledger = new Ledger(new FileOutputStream(path.toFile(), true));
      if (torn) { // the last line of a process that was killed within it must not swallow our first
        ledger.file.write('\n');
      }
      return ledger;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot open a ledger in " + folder + ": " + e.getMessage(), e);
    }
  }

  private static boolean endsWithinLine(Path path) throws IOException {
    if (!Files.exists(path) || Files.size(path) == 0) {
      return false;
    }
    try (var file = new RandomAccessFile(path.toFile(), "r")) {
      file.seek(file.length() - 1);
      return file.read() != '\n';
    }
  }

  /** To be said before the send. */
  public void attempted(String id) {
    write("ATT", id, "");
  }

  /** To be said when the send has returned. */
  public void added(String id, String entryId) {
    write("ADD", id, " " + word(entryId));
  }

  /** To be said as the first thing in the handler. */
  public void begun(String id, String worker, int attempt, long deliveries) {
    write("BEG", id, " " + word(worker) + " " + attempt + " " + deliveries);
  }

  /** To be said as the last thing in a handler that succeeds. */
  public void ended(String id, String worker) {
    write("END", id, " " + word(worker));
  }

  /** To be said as the last thing in a handler that fails. */
  public void failed(String id, String worker, String reason) {
    write("FAIL", id, " " + word(worker) + " " + text(reason));
  }

  /**
   * To be said when the settlement's result is known. {@code SET} may be the result of one
   * settlement of an id only.
   */
  public void settled(String id, String worker, String result) {
    write("SET", id, " " + word(worker) + " " + word(result));
  }

  /** To be said when it has become a dead letter. */
  public void dead(String id, String worker, String reason) {
    write("DEAD", id, " " + word(worker) + " " + text(reason));
  }

  /** Brings the file to disk and closes it. */
  @Override
  public void close() {
    try (file) {
      if (file.getFD().valid()) {
        file.getFD().sync();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads all ledgers of a folder and says what they prove. Processes that write should have ended,
   * or be quiet.
   *
   * <p>The last line of a killed process may be torn: it is counted and left out. Memory: about 200
   * bytes for an id.
   */
  public static LedgerReport reconcile(Path folder) {
    return Reconciliation.of(folder);
  }

  private void write(String kind, String id, String rest) {
    var line = (kind + " " + now() + " " + word(id) + rest + END_OF_LINE + "\n").getBytes(UTF_8);
    if (line.length > MAX_LINE) {
      throw new IllegalArgumentException(
          "a record of %d bytes is longer than %d".formatted(line.length, MAX_LINE));
    }
    try {
      file.write(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long now() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }

  private static String text(String reason) {
    var words = reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) : reason;
    return word(words).replace("%20", " ");
  }

  static String word(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (isSpecial(text.charAt(i))) {
        return escaped(text);
      }
    }
    if (text.isEmpty()) {
      throw new IllegalArgumentException("an empty name or id");
    }
    return text;
  }

  private static String escaped(String text) {
    var out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      out.append(isSpecial(c) ? "%%%02X".formatted((int) c) : Character.toString(c));
    }
    return out.toString();
  }

  private static boolean isSpecial(char c) {
    return c <= ' ' || c == '%' || c == '/' || c == 0x7f;
  }

  static String unescaped(String word) {
    if (word.indexOf('%') < 0) {
      return word;
    }
    var out = new StringBuilder();
    for (int i = 0; i < word.length(); i++) {
      if (word.charAt(i) == '%' && i + 2 < word.length()) {
        out.append((char) Integer.parseInt(word, i + 1, i + 3, 16));
        i += 2;
      } else {
        out.append(word.charAt(i));
      }
    }
    return out.toString();
  }
}
