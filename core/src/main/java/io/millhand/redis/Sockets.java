// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import io.millhand.config.Node;
import io.millhand.config.RedisSettings;
import io.millhand.config.RedisSettings.Tls;
import io.millhand.config.RedisSettings.Verify;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Makes the socket of one connection: every address of the host is tried, each connect resolves the
 * name again, and TLS holds the certificate against the host name.
 *
 * <p>Threads: its owner's, but for {@link #abort}.
 */
final class Sockets {

  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  private final RedisSettings settings;
  private final Node node;
  private final Duration patience;

  /** Guarded by this. */
  private @Nullable Socket socket;

  /** Guarded by this. */
  private boolean aborted;

  /** For a socket to that node, on which a read waits so long at first. */
  Sockets(RedisSettings settings, Node node, Duration patience) {
    this.settings = settings;
    this.node = node;
    this.patience = patience;
  }

  /** Closes it under whoever waits on it, also while it is being connected; from any thread. */
  synchronized void abort() {
    aborted = true;
    if (socket != null) {
      try {
        socket.close();
      } catch (IOException e) {
        // Closing was all that was wanted.
      }
    }
  }

  private synchronized Socket keep(Socket made) throws IOException {
    socket = made;
    if (aborted) {
      made.close();
      throw new IOException("it was closed while it was opened");
    }
    return made;
  }

  /** Connects; to be called once. */
  Socket open() throws IOException {
    var socket = connect();
    var tls = settings.tls().orElse(null);
    return tls == null ? socket : secure(socket, tls);
  }

  private Socket connect() throws IOException {
    @Nullable IOException failure = null;
    for (var address : InetAddress.getAllByName(node.host())) {
      var socket = keep(new PatientSocket(settings.commandTimeout()));
      try {
        socket.setTcpNoDelay(true);
        socket.setKeepAlive(true);
        socket.setSoTimeout(millis(patience));
        socket.connect(
            new InetSocketAddress(address, node.port()), millis(settings.connectTimeout()));
        return socket;
      } catch (IOException e) {
        socket.close();
        failure = e;
      }
    }
    throw failure == null ? new IOException("the host name has no address") : failure;
  }

  private Socket secure(Socket plain, Tls tls) throws IOException {
    try {
      var factory = tls.sockets().get();
      var socket = (SSLSocket) factory.createSocket(plain, node.host(), node.port(), true);
      var parameters = new SSLParameters();
      parameters.setProtocols(PROTOCOLS);
      if (tls.verifiesHostname() == Verify.HOSTNAME) {
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
      }
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return socket;
    } catch (SocketTimeoutException e) {
      plain.close();
      throw new SSLException("no answer to the handshake in time", e);
    } catch (IOException e) {
      plain.close();
      throw e;
    }
  }

  private static int millis(Duration duration) {
    return Math.toIntExact(duration.toMillis());
  }
}
