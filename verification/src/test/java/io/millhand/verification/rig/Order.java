// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.rig;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;

/** What an entry's field {@code do} tells its handler to do; see {@link LedgerHandler}. */
final class Order {

  private static final int MEGABYTE = 1 << 20;
  private static final String LINE = "x".repeat(1023) + "\n";

  /** Keeps compilers from leaving out what nobody asks for. */
  @SuppressWarnings("UnusedVariable")
  private static volatile long sink;

  private final String verb;
  private final String rest;

  private Order(String verb, String rest) {
    this.verb = verb;
    this.rest = rest;
  }

  static Order of(String text) {
    var equals = text.indexOf('=');
    return equals < 0
        ? new Order(text, "")
        : new Order(text.substring(0, equals), text.substring(equals + 1));
  }

  /** How long it works before anything else. */
  Duration work(Duration otherwise) {
    return verb.equals("sleep") ? Duration.ofMillis(Long.parseLong(rest)) : otherwise;
  }

  /** Does it, in the handler's thread; throws what it is told to. */
  void carryOut(int attempt) throws Exception {
    switch (verb) {
      case "", "sleep" -> {
        // nothing more
      }
      case "fail-once" -> {
        if (attempt == 1) {
          throw new IllegalStateException("told to fail once");
        }
      }
      case "fail-while" -> {
        if (Files.exists(Path.of(rest))) {
          throw new IllegalStateException("told to fail");
        }
      }
      case "throw" -> throwIt();
      case "halt" -> Runtime.getRuntime().halt(WorkerMain.HALTED);
      case "exit" -> System.exit(WorkerMain.HALTED);
      case "recurse" -> sink = recurse(0);
      case "no-class" -> Broken.touch();
      case "exhaust" -> exhaust();
      case "allocate" -> allocate(Integer.parseInt(rest));
      case "hang" -> Thread.sleep(Duration.ofDays(1));
      case "block" -> block();
      case "spin" -> spin();
      case "write" -> Files.writeString(Path.of(rest), LINE, StandardOpenOption.APPEND);
      default -> throw new IllegalArgumentException("no such order: " + verb);
    }
  }

  private void throwIt() throws Exception {
    switch (rest) {
      case "checked" -> throw new IOException("told to throw");
      case "runtime" -> throw new IllegalStateException("told to throw");
      case "error" -> throw new AssertionError("told to throw");
      default -> throw new IllegalArgumentException("no such thing to throw: " + rest);
    }
  }

  @SuppressWarnings("InfiniteRecursion") // until there is no stack left
  private static long recurse(long depth) {
    return recurse(depth + 1) + 1;
  }

  /** A class that cannot be used: the first use fails otherwise than all that follow. */
  private static final class Broken {
    static {
      failing();
    }

    private static void failing() {
      throw new IllegalStateException("told to be broken");
    }

    static void touch() {}
  }

  private static void exhaust() {
    var kept = new ArrayList<byte[]>();
    while (true) {
      kept.add(new byte[MEGABYTE]);
      sink = kept.size();
    }
  }

  /** Garbage, of which two megabytes live on until the end, while others run. */
  private static void allocate(int megabytes) throws InterruptedException {
    var kept = new byte[8][];
    for (int i = 0; i < megabytes * 4; i++) {
      kept[i % kept.length] = new byte[MEGABYTE / 4];
      sink = kept.length;
      if (i % 8 == 0) {
        Thread.sleep(1);
      }
    }
  }

  /** Nothing ever comes; a platform thread does not heed an interrupt here. */
  private static void block() throws IOException {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var socket = new Socket(server.getInetAddress(), server.getLocalPort())) {
      sink = socket.getInputStream().read();
    }
  }

  private static void spin() {
    while (sink >= 0) {
      sink = 1;
    }
  }
}
