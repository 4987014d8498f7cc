// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.rig;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Pattern;

/** What a server that is down has written last, to be cut as a power failure cuts it. */
public final class AppendOnlyFile {

  private static final Pattern ACK =
      Pattern.compile("\\r\\nXACK\\r\\n[^*]*", Pattern.CASE_INSENSITIVE);
  private static final Pattern ID = Pattern.compile("\\r\\n\\d+-\\d+");

  private final Path file;

  private AppendOnlyFile(Path file) {
    this.file = file;
  }

  /** The one that the server of this folder wrote to. */
  public static AppendOnlyFile in(Path folder) {
    try (var files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().matches(".*(\\.incr\\.aof|appendonly\\.aof)"))
          .findFirst()
          .map(AppendOnlyFile::new)
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its length in bytes. */
  public long length() {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Cuts so many bytes off its end; answers how many acks went with them, or were cut through. */
  public long cut(long bytes) {
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      var all = new String(Files.readAllBytes(file), ISO_8859_1);
      var keep = all.length() - (int) bytes;
      channel.truncate(keep);
      // The command that the cut goes through is lost as a whole.
      var begin = all.lastIndexOf("\n*", keep);
      return ACK.matcher(all.substring(Math.max(0, begin)))
          .results()
          .mapToLong(ack -> ID.matcher(ack.group()).results().count())
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
