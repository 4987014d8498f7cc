// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.order;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What one process' handlers began and ended, in a mapped file: what a process has written there
 * outlives it, however it dies. Times are those of the machine's monotonic clock, which all
 * processes share. Thread-safe.
 */
final class OrderLog {

  private static final int RECORD = 24;
  private static final int MOST = 3_000_000;

  private final ByteBuffer bytes;
  private final AtomicInteger next = new AtomicInteger();

  /** What is told. */
  enum Kind {
    /** A handler succeeded. */
    DONE(1),
    /** A handler failed. */
    FAILED(2),
    /** A handler began. */
    BEGAN(3);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    static Kind of(int code) {
      return switch (code) {
        case 1 -> DONE;
        case 2 -> FAILED;
        default -> BEGAN;
      };
    }
  }

  /**
   * One line.
   *
   * @param at nanoTime
   * @param process which log it is from
   */
  record Line(long at, Kind kind, int key, int number, int process) {}

  private OrderLog(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  /** For a process to write. */
  static OrderLog open(Path file) {
    try (var channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return new OrderLog(channel.map(MapMode.READ_WRITE, 0, (long) RECORD * MOST));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(Kind kind, int key, int number) {
    var at = System.nanoTime();
    var place = next.getAndIncrement() * RECORD;
    bytes.putInt(place + 8, key);
    bytes.putInt(place + 12, number);
    bytes.putInt(place + 16, kind.code);
    bytes.putLong(place, at);
  }

  /** All that was written, in no order. */
  static List<Line> read(Path file, int process) {
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      var bytes = channel.map(MapMode.READ_ONLY, 0, channel.size());
      var lines = new ArrayList<Line>();
      // One that was being written when its process died is empty, or has no time.
      for (int place = 0, empty = 0; place < bytes.capacity() && empty < 1_000; place += RECORD) {
        var at = bytes.getLong(place);
        var kind = bytes.getInt(place + 16);
        if (at == 0 || kind == 0) {
          empty++;
          continue;
        }
        empty = 0;
        lines.add(
            new Line(
                at, Kind.of(kind), bytes.getInt(place + 8), bytes.getInt(place + 12), process));
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
