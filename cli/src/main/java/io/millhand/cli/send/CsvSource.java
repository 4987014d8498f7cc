// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.send;

import io.millhand.cli.CommandFailure;
import io.millhand.cli.ExitCode;
import io.millhand.delivery.Fields;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * CSV (RFC 4180) with a header row that names the fields. Bytes, not characters: values arrive in
 * Redis in the encoding that they have. Empty lines are passed over. Strict about quotes: what is
 * let through where one was forgotten would be half a value.
 *
 * <p>Written by hand since the libraries (tried: FastCSV 4.2) cannot go on after a record that is
 * none, and take an unclosed quote for a value that reaches to the end of the file. Here it costs
 * the line in which it stands.
 */
final class CsvSource implements EntrySource {

  /** No value spans more lines, or more bytes. */
  private static final int MAX_LINES = 1000;

  private final LineReader lines;
  private final byte separator;

  /** Lines that were read in search of a closing quote, and are read again. */
  private final Deque<LineReader.Line> again = new ArrayDeque<>();

  private List<byte[]> header = List.of();

  /**
   * Nothing is read yet.
   *
   * @param separator an ASCII character
   */
  CsvSource(InputStream in, char separator) {
    this.lines = new LineReader(in);
    this.separator = (byte) separator;
  }

  @Override
  public Optional<Item> next() throws IOException {
    if (header.isEmpty()) {
      readHeader();
    }
    return nextNotEmpty().isPresent() ? Optional.of(item()) : Optional.empty();
  }

  @Override
  public long bytesRead() {
    return lines.bytesRead();
  }

  private void readHeader() throws IOException {
    if (nextNotEmpty().isEmpty()) {
      throw new CommandFailure(ExitCode.FAILED, "no header row: the input is empty");
    }
    switch (read()) {
      case Row.Values row -> {
        for (int i = 0; i < row.values().size(); i++) {
          if (row.values().get(i).length == 0) {
            throw new CommandFailure(
                ExitCode.FAILED, "the header row has no name for column %d".formatted(i + 1));
          }
        }
        header = row.values();
      }
      case Row.Broken row ->
          throw new CommandFailure(ExitCode.FAILED, "the header row cannot be read: " + row.why());
    }
  }

  private Item item() throws IOException {
    return switch (read()) {
      case Row.Broken row -> new Item.Bad(row.line(), row.why());
      case Row.Values row ->
          row.values().size() == header.size()
              ? new Item.Good(row.line(), fields(row.values()))
              : new Item.Bad(
                  row.line(),
                  "%d values, but the header names %d"
                      .formatted(row.values().size(), header.size()));
    };
  }

  private Fields fields(List<byte[]> values) {
    var pairs = new byte[values.size() * 2][];
    for (int i = 0; i < values.size(); i++) {
      pairs[i * 2] = header.get(i);
      pairs[i * 2 + 1] = values.get(i);
    }
    return Fields.ofPairs(pairs);
  }

  /** A record, read. */
  private sealed interface Row {
    record Values(long line, List<byte[]> values) implements Row {}

    record Broken(long line, String why) implements Row {}
  }

  /** Finds the next line that is not empty, and leaves it to be read again. */
  private Optional<LineReader.Line> nextNotEmpty() throws IOException {
    while (true) {
      var line = line();
      if (line.isEmpty() || !line.get().isEmpty()) {
        line.ifPresent(again::addFirst);
        return line;
      }
    }
  }

  private Optional<LineReader.Line> line() throws IOException {
    return again.isEmpty() ? lines.next() : Optional.of(again.removeFirst());
  }

  private Row read() throws IOException {
    var first = line().orElseThrow();
    var parser = new Parser();
    var more = new ArrayDeque<LineReader.Line>();
    var line = first;
    while (true) {
      if (line.size() == LineReader.Size.CUT
          || parser.size() + line.raw().length > LineReader.MAX_LINE) {
        return broken(first, more, "longer than %d bytes".formatted(LineReader.MAX_LINE));
      }
      switch (parser.feed(line)) {
        case COMPLETE -> {
          return new Row.Values(first.number(), parser.values());
        }
        case MALFORMED -> {
          return broken(first, more, "a quote stands where it must not");
        }
        case WITHIN_QUOTES -> {
          var next = more.size() < MAX_LINES ? line() : Optional.<LineReader.Line>empty();
          if (next.isEmpty()) {
            return broken(first, more, "a quote is not closed");
          }
          line = next.get();
          more.addLast(line);
        }
      }
    }
  }

  private Row broken(LineReader.Line first, Deque<LineReader.Line> more, String why) {
    while (!more.isEmpty()) {
      again.addFirst(more.removeLast());
    }
    return new Row.Broken(first.number(), why);
  }

  private enum Progress {
    COMPLETE,
    WITHIN_QUOTES,
    MALFORMED
  }

  /** Takes one record apart, which may span several lines. */
  private final class Parser {

    private final List<byte[]> values = new ArrayList<>();
    private final ByteArrayOutputStream value = new ByteArrayOutputStream();
    private boolean quoted;
    private int size;

    Progress feed(LineReader.Line line) {
      size += line.raw().length;
      var text = line.content();
      var i = 0;
      while (true) {
        if (quoted) {
          i = untilQuote(text, i);
          if (i == text.length) {
            value.write(line.raw(), text.length, line.raw().length - text.length);
            return Progress.WITHIN_QUOTES;
          }
          quoted = false;
          i++; // past the quote
          if (i < text.length && text[i] != separator) {
            return Progress.MALFORMED;
          }
        } else if (i < text.length && text[i] == '"' && value.size() == 0) {
          quoted = true;
          i++;
          continue;
        } else {
          i = untilSeparator(text, i);
          if (i < text.length && text[i] == '"') {
            return Progress.MALFORMED;
          }
        }
        values.add(value.toByteArray());
        value.reset();
        if (i == text.length) {
          return Progress.COMPLETE;
        }
        i++; // past the separator
      }
    }

    /** Two quotes within quotes stand for one. */
    private int untilQuote(byte[] text, int from) {
      var i = from;
      for (; i < text.length; i++) {
        if (text[i] == '"') {
          if (i + 1 == text.length || text[i + 1] != '"') {
            return i;
          }
          i++;
        }
        value.write(text[i]);
      }
      return i;
    }

    private int untilSeparator(byte[] text, int from) {
      var i = from;
      while (i < text.length && text[i] != separator && text[i] != '"') {
        value.write(text[i++]);
      }
      return i;
    }

    List<byte[]> values() {
      return values;
    }

    int size() {
      return size;
    }
  }
}
