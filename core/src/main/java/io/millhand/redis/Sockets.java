// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import io.millhand.config.RedisSettings;
import io.millhand.config.RedisSettings.Tls;
import io.millhand.config.RedisSettings.Verify;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * Makes the socket of one connection for the client library: every address of the host is tried,
 * each connect resolves the name again, and TLS holds the certificate against the host name.
 *
 * <p>It makes one and no other. Left alone, the client library opens another when it finds its own
 * closed, without password and database: an aborted connection would go on as somebody else.
 */
final class Sockets implements JedisSocketFactory {

  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  private final RedisSettings settings;
  private boolean made;

  Sockets(RedisSettings settings) {
    this.settings = settings;
  }

  @Override
  public Socket createSocket() {
    if (made) {
      throw new JedisConnectionException("it had been closed");
    }
    made = true;
    try {
      var socket = connect();
      var tls = settings.tls().orElse(null);
      return tls == null ? socket : secure(socket, tls);
    } catch (IOException e) {
      throw new JedisConnectionException(e);
    }
  }

  private Socket connect() throws IOException {
    @Nullable IOException failure = null;
    for (var address : InetAddress.getAllByName(settings.host())) {
      var socket = new Socket();
      try {
        socket.setTcpNoDelay(true);
        socket.setKeepAlive(true);
        socket.setSoTimeout(millis(settings.commandTimeout()));
        socket.connect(
            new InetSocketAddress(address, settings.port()), millis(settings.connectTimeout()));
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
      var socket = (SSLSocket) factory.createSocket(plain, settings.host(), settings.port(), true);
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

  private static int millis(java.time.Duration duration) {
    return Math.toIntExact(duration.toMillis());
  }
}
