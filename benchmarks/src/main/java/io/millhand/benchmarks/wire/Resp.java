// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a Redis, for what stands around a measurement, and for the yardstick.
 *
 * <p>Threads: one. Failure: {@link IOException}, also for an error reply.
 */
public final class Resp implements AutoCloseable {

  private final Socket socket;
  private final RespReader in;
  private final OutputStream out;

  /** Connects. */
  public Resp(String host, int port) throws IOException {
    socket = new Socket(host, port);
    socket.setTcpNoDelay(true);
    in = new RespReader(socket.getInputStream());
    out = socket.getOutputStream();
  }

  /** Sends one command and waits for its reply: Long, String, List, or null. */
  public @Nullable Object command(String... words) throws IOException {
    send(new Bytes().command(words));
    return in.reply();
  }

  /** The same, for a reply that is a number. */
  public long number(String... words) throws IOException {
    return (Long) Objects.requireNonNull(command(words));
  }

  /** Sends commands without waiting, in one write, and empties the buffer. */
  public void send(Bytes commands) throws IOException {
    commands.writeTo(out);
  }

  /** What reads the replies. */
  public RespReader in() {
    return in;
  }

  /** A field of INFO; empty where there is none. */
  public String info(String field) throws IOException {
    return Objects.toString(command("INFO", "everything"), "")
        .lines()
        .filter(line -> line.startsWith(field + ":"))
        .map(line -> line.substring(field.length() + 1).strip())
        .findFirst()
        .orElse("");
  }

  /** CPU time that the server has used, user and system, in seconds. */
  public double cpuSeconds() throws IOException {
    var all = Objects.toString(command("INFO", "cpu"), "");
    return all.lines()
        .filter(line -> line.startsWith("used_cpu_sys:") || line.startsWith("used_cpu_user:"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(':') + 1).strip()))
        .sum();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
