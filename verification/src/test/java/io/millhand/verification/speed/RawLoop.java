// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.speed;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * The yardstick: a bare socket loop that sends the XACK of the last batch and the next XREADGROUP
 * in one write, skips the bodies, and does nothing else. Not a client: it trusts every reply.
 */
final class RawLoop implements AutoCloseable {

  private static final int BUFFER = 1 << 18;

  private final Socket socket;
  private final InputStream in;

  RawLoop(String host, int port) throws IOException {
    socket = new Socket(host, port);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream(), BUFFER);
  }

  /** Drains the group; answers how many entries it acked. */
  long drain(String stream, String group, int count) throws IOException {
    var read =
        command("XREADGROUP", "GROUP", group, "raw", "COUNT", "" + count, "STREAMS", stream, ">");
    long acked = 0;
    List<String> ids = List.of();
    while (true) {
      var out = new ByteArrayOutputStream(BUFFER);
      if (!ids.isEmpty()) {
        var ack = new ArrayList<>(List.of("XACK", stream, group));
        ack.addAll(ids);
        out.write(command(ack.toArray(String[]::new)));
      }
      out.write(read);
      out.writeTo(socket.getOutputStream());
      if (!ids.isEmpty()) {
        acked += number(line());
      }
      ids = readIds();
      if (ids.isEmpty()) {
        return acked;
      }
    }
  }

  private List<String> readIds() throws IOException {
    if (number(line()) < 0) {
      return List.of();
    }
    line(); // one stream: its key and its entries
    bulk();
    var entries = (int) number(line());
    var ids = new ArrayList<String>(entries);
    for (int i = 0; i < entries; i++) {
      line(); // an entry: its id and its fields
      ids.add(new String(bulk(), US_ASCII));
      var fields = number(line());
      for (long f = 0; f < fields; f++) {
        skipBulk();
      }
    }
    return ids;
  }

  private byte[] bulk() throws IOException {
    var bytes = in.readNBytes((int) number(line()));
    in.skipNBytes(2);
    return bytes;
  }

  private void skipBulk() throws IOException {
    in.skipNBytes(number(line()) + 2);
  }

  /** The number in a reply's head, after its type. */
  private static long number(byte[] line) {
    long value = 0;
    var negative = line[1] == '-';
    for (int i = negative ? 2 : 1; i < line.length; i++) {
      value = value * 10 + line[i] - '0';
    }
    return negative ? -value : value;
  }

  private final byte[] lineBuffer = new byte[512];

  private byte[] line() throws IOException {
    var length = 0;
    while (true) {
      var next = in.read();
      if (next < 0) {
        throw new EOFException("Redis closed the connection");
      }
      if (next == '\r') {
        in.skipNBytes(1);
        return java.util.Arrays.copyOf(lineBuffer, length);
      }
      lineBuffer[length++] = (byte) next;
    }
  }

  private static byte[] command(String... words) {
    var text = new StringBuilder("*").append(words.length).append("\r\n");
    for (var word : words) {
      text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
    }
    return text.toString().getBytes(US_ASCII);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
