// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.world;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.millhand.sim.model.Refusal;
import io.millhand.sim.model.Status;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The protocol of Redis, version 2. */
final class Resp {

  private Resp() {}

  /** Takes all whole commands out of what has come. */
  static List<List<String>> commands(StringBuilder come) {
    var commands = new ArrayList<List<String>>();
    for (var parser = new Parser(come); parser.reads(); ) {
      commands.add(parser.words());
    }
    return commands;
  }

  private static final class Parser {
    private final StringBuilder come;
    private int at;
    private List<String> words = List.of();

    Parser(StringBuilder come) {
      this.come = come;
    }

    List<String> words() {
      return words;
    }

    /** Reads one command; false, and nothing is taken, where it is not whole. */
    boolean reads() {
      at = 0;
      var count = number('*');
      if (count < 0) {
        return false;
      }
      var read = new ArrayList<String>(count);
      for (int i = 0; i < count; i++) {
        var length = number('$');
        if (length < 0 || at + length + 2 > come.length()) {
          return false;
        }
        read.add(come.substring(at, at + length));
        at += length + 2;
      }
      come.delete(0, at);
      words = read;
      return true;
    }

    private int number(char kind) {
      var end = come.indexOf("\r\n", at);
      if (end < 0) {
        return -1;
      }
      if (come.charAt(at) != kind) {
        throw new IllegalStateException("no command: " + come);
      }
      var number = Integer.parseInt(come.substring(at + 1, end));
      at = end + 2;
      return number;
    }
  }

  static byte[] reply(@Nullable Object reply) {
    var text = new StringBuilder();
    write(reply, text);
    return text.toString().getBytes(ISO_8859_1);
  }

  private static void write(@Nullable Object reply, StringBuilder text) {
    switch (reply) {
      case null -> text.append("$-1\r\n");
      case String bulk ->
          text.append('$').append(bulk.length()).append("\r\n").append(bulk).append("\r\n");
      case Long number -> text.append(':').append(number.longValue()).append("\r\n");
      case Status status -> text.append('+').append(status.text()).append("\r\n");
      case Refusal refusal -> text.append('-').append(refusal.text()).append("\r\n");
      case List<?> list -> {
        text.append('*').append(list.size()).append("\r\n");
        list.forEach(each -> write(each, text));
      }
      default -> throw new IllegalStateException("no reply: " + reply.getClass());
    }
  }
}
