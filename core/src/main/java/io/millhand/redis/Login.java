// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import io.millhand.config.Credentials;
import io.millhand.config.RedisSettings;
import io.millhand.error.MillhandException;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.DefaultRedisCredentials;
import redis.clients.jedis.RedisCredentials;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/** Begins a connection: who we are, which database, and what it is called. */
final class Login {

  private Login() {}

  /**
   * User and password. Asked before the client library connects, which would leave its socket open
   * when this throws.
   *
   * @throws MillhandException when whoever is asked has none
   */
  static RedisCredentials credentials(RedisSettings settings) {
    Credentials credentials;
    try {
      credentials = settings.credentials().get();
    } catch (MillhandException e) {
      throw e;
    } catch (RuntimeException e) {
      throw Errors.noCredentials(settings.address(), e);
    }
    return new DefaultRedisCredentials(
        credentials.user().orElse(null),
        credentials.password().<CharSequence>map(word -> word).orElse(null));
  }

  /**
   * Connects and authenticates.
   *
   * @param where for errors
   * @throws MillhandException when that cannot be done
   */
  static OneReplyEach connect(
      RedisSettings settings,
      Sockets sockets,
      RedisCredentials credentials,
      String role,
      String where) {
    try {
      var config =
          config(settings, credentials, role).socketTimeoutMillis(sockets.patienceMillis()).build();
      return new OneReplyEach(sockets, config);
    } catch (JedisException e) {
      throw error(e, where);
    }
  }

  private static MillhandException error(JedisException error, String where) {
    for (@Nullable Throwable each = error; each != null; each = each.getCause()) {
      if (each instanceof JedisDataException refusal && refusal.getMessage() != null) {
        return Errors.ofReply(refusal.getMessage(), "the connection", where, error);
      }
    }
    return Errors.notConnected(where, error);
  }

  private static DefaultJedisClientConfig.Builder config(
      RedisSettings settings, RedisCredentials credentials, String role) {
    return DefaultJedisClientConfig.builder()
        .resp2()
        .autoNegotiateProtocol(false)
        .connectionTimeoutMillis(Math.toIntExact(settings.connectTimeout().toMillis()))
        .database(settings.database())
        .clientName("millhand-" + role)
        .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
        .credentialsProvider(() -> credentials);
  }
}
