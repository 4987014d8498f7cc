// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A node of a Cluster that says what a test tells it to, for what a real one says only in the
 * middle of something. It serves all slots, and knows no more than the first questions.
 */
final class ScriptedNode implements AutoCloseable {

  private final ServerSocket server;
  private final Function<List<String>, String> script;

  /** Asks the script for the reply, in RESP2, to each command besides the first questions. */
  ScriptedNode(Function<List<String>, String> script) {
    this.script = script;
    try {
      server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        var client = server.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        // It is closed.
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      var in = new BufferedReader(new InputStreamReader(client.getInputStream(), ISO_8859_1));
      for (var head = in.readLine(); head != null; head = in.readLine()) {
        var words = new ArrayList<String>();
        for (int left = Integer.parseInt(head.substring(1)); left > 0; left--) {
          var text = new char[Integer.parseInt(in.readLine().substring(1))];
          in.read(text);
          in.readLine();
          words.add(new String(text));
        }
        client.getOutputStream().write((reply(words) + "\r\n").getBytes(ISO_8859_1));
      }
    } catch (IOException e) {
      // The client has hung up.
    }
  }

  private String reply(List<String> words) {
    return switch (words.get(0)) {
      case "HELLO" -> "*6\r\n+server\r\n+redis\r\n+version\r\n+7.0.15\r\n+proto\r\n:2";
      case "INFO" -> "$-1";
      case "CLIENT" -> words.get(1).equals("ID") ? ":1" : "+OK";
      case "CLUSTER" ->
          "*1\r\n*3\r\n:0\r\n:16383\r\n*2\r\n$9\r\n127.0.0.1\r\n:%d".formatted(port());
      default -> script.apply(words);
    };
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
