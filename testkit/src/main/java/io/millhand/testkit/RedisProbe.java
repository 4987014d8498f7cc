// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * One plain connection to a Redis server: sends commands, returns replies (RESP2), knows nothing
 * else. A test looks at the server through it without the library under test.
 *
 * <p>A reply is a {@code String} (UTF-8), {@code Long}, {@code List} or {@code null}; an error
 * reply is thrown as {@link ErrorReply}, one inside an array (of {@code EXEC}, say) is an element
 * of the list. Not thread-safe: one thread, one probe.
 */
public final class RedisProbe implements AutoCloseable {

  /**
   * The server answered with an error; the message is its text, such as {@code WRONGTYPE Operation
   * against ...}.
   */
  public static final class ErrorReply extends RuntimeException {

    ErrorReply(String text) {
      super(text);
    }

    /** The first word of the error, such as {@code WRONGTYPE}. */
    public String code() {
      var text = Objects.requireNonNullElse(getMessage(), "");
      var space = text.indexOf(' ');
      return space < 0 ? text : text.substring(0, space);
    }
  }

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  private RedisProbe(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
    this.out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
  }

  /**
   * Connects.
   *
   * @param timeout how long to wait for the connection, and for each reply; zero waits without end
   */
  public static RedisProbe connect(String host, int port, Duration timeout) {
    return connect(host, port, timeout, plain -> plain);
  }

  /** Connects with TLS; the factory decides whom it trusts. */
  static RedisProbe connect(String host, int port, Duration timeout, SSLSocketFactory tls) {
    return connect(
        host,
        port,
        timeout,
        plain -> {
          var secure = (SSLSocket) tls.createSocket(plain, host, port, true);
          secure.startHandshake();
          return secure;
        });
  }

  /** What is put upon a connected socket. */
  private interface Layer {
    Socket upon(Socket plain) throws IOException;
  }

  private static RedisProbe connect(String host, int port, Duration timeout, Layer layer) {
    var socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(Math.toIntExact(timeout.toMillis()));
      socket.connect(new InetSocketAddress(host, port), Math.toIntExact(timeout.toMillis()));
      return new RedisProbe(layer.upon(socket));
    } catch (IOException e) {
      closeQuietly(socket, e);
      throw new UncheckedIOException(
          "cannot connect to " + host + ":" + port + ": " + e.getMessage(), e);
    }
  }

  /** How long to wait for a reply from now on; zero waits without end. */
  public void replyTimeout(Duration timeout) {
    try {
      socket.setSoTimeout(Math.toIntExact(timeout.toMillis()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a command and waits for its reply. */
  public @Nullable Object command(String... words) {
    send(words);
    return read();
  }

  /** Sends a command of any bytes; bulk strings in the reply are {@code byte[]}. */
  public @Nullable Object command(byte[]... words) {
    write(words);
    return thrown(readReply(bytes -> bytes));
  }

  /**
   * Sends a command (into a buffer, which the next {@link #read} flushes) without waiting: the way
   * to pipeline, or to be blocked on the server while doing something else.
   */
  public void send(String... words) {
    var bytes = new byte[words.length][];
    for (int i = 0; i < words.length; i++) {
      bytes[i] = words[i].getBytes(UTF_8);
    }
    write(bytes);
  }

  /** Sends what is still in the buffer. */
  public void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for the next reply. */
  public @Nullable Object read() {
    return thrown(readReply(bytes -> new String(bytes, UTF_8)));
  }

  /** Closes the connection; does nothing when it is closed. */
  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(byte[][] words) {
    try {
      line('*', words.length);
      for (var word : words) {
        line('$', word.length);
        out.write(word);
        out.write('\r');
        out.write('\n');
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void line(char kind, int number) throws IOException {
    out.write((kind + Integer.toString(number) + "\r\n").getBytes(UTF_8));
  }

  private @Nullable Object readReply(Function<byte[], Object> bulk) {
    try {
      out.flush();
      return parse(bulk);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private @Nullable Object parse(Function<byte[], Object> bulk) throws IOException {
    var line = readLine();
    var rest = line.substring(1);
    return switch (line.charAt(0)) {
      case '+' -> rest;
      case '-' -> new ErrorReply(rest);
      case ':' -> Long.valueOf(rest);
      case '$' -> parseBulk(Integer.parseInt(rest), bulk);
      case '*' -> parseArray(Integer.parseInt(rest), bulk);
      default -> throw new IOException("not a RESP2 reply: " + line);
    };
  }

  private @Nullable Object parseBulk(int length, Function<byte[], Object> bulk) throws IOException {
    if (length < 0) {
      return null;
    }
    var bytes = in.readNBytes(length);
    if (bytes.length < length || in.read() != '\r' || in.read() != '\n') {
      throw new EOFException("the connection ended within a reply");
    }
    return bulk.apply(bytes);
  }

  private @Nullable Object parseArray(int length, Function<byte[], Object> bulk)
      throws IOException {
    if (length < 0) {
      return null;
    }
    var list = new ArrayList<@Nullable Object>(length);
    for (int i = 0; i < length; i++) {
      list.add(parse(bulk));
    }
    return list;
  }

  private String readLine() throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c != '\r'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the server closed the connection");
      }
      line.append((char) c);
    }
    if (in.read() != '\n' || line.isEmpty()) {
      throw new IOException("not a RESP2 reply: " + line);
    }
    return line.toString();
  }

  private static @Nullable Object thrown(@Nullable Object reply) {
    if (reply instanceof ErrorReply error) {
      throw error;
    }
    return reply;
  }

  private static void closeQuietly(Socket socket, IOException cause) {
    try {
      socket.close();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /** The elements of an array reply; a convenience against casts. */
  @SuppressWarnings("unchecked") // a RESP array is parsed to exactly this
  public static List<@Nullable Object> list(@Nullable Object reply) {
    if (reply instanceof List<?> list) {
      return (List<@Nullable Object>) list;
    }
    throw new IllegalArgumentException("not an array reply: " + reply);
  }
}
