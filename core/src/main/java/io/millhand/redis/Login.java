// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import io.millhand.config.Credentials;
import io.millhand.config.RedisSettings;
import io.millhand.error.MillhandException;
import java.util.ArrayList;

/** Begins a connection: who we are, which database, and what it is called. */
final class Login {

  private Login() {}

  /**
   * User and password. Asked before there is a socket, which would be left open when this throws.
   *
   * @throws MillhandException when whoever is asked has none
   */
  static Credentials credentials(RedisSettings settings) {
    try {
      return settings.credentials().get();
    } catch (MillhandException e) {
      throw e;
    } catch (RuntimeException e) {
      throw Errors.noCredentials(settings.address(), e);
    }
  }

  /**
   * Says it all in one write.
   *
   * @throws MillhandException when the server does not let us in; a name that it refuses is done
   *     without
   */
  static void say(Wire wire, RedisSettings settings, Credentials credentials, String role) {
    var calls = new ArrayList<Call>();
    credentials
        .password()
        .ifPresent(
            password ->
                calls.add(
                    credentials
                        .user()
                        .map(user -> Call.of(Verb.AUTH, user, password))
                        .orElseGet(() -> Call.of(Verb.AUTH, password))));
    if (settings.database() != 0) {
      calls.add(Call.of(Verb.SELECT, settings.database()));
    }
    var needed = calls.size();
    calls.add(Call.of(Verb.CLIENT, "SETNAME", "millhand-" + role));
    var replies = wire.pipeline(calls);
    for (int i = 0; i < replies.size(); i++) {
      if (replies.get(i) instanceof ErrorReply error
          && (i < needed || Errors.unavailable(error.text()).isPresent())) {
        throw wire.error(error, "the connection");
      }
    }
  }
}
