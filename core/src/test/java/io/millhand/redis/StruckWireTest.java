// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.config.Credentials;
import io.millhand.config.Node;
import io.millhand.config.RedisSettings;
import io.millhand.config.Target;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.WithRedis;
import java.util.AbstractList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An error between two commands: nobody would know whose the replies are. */
@WithRedis
class StruckWireTest {

  @Test
  void a_connection_that_an_error_struck_between_two_commands_is_not_used_again(
      EmbeddedRedis redis) {
    var node = new Node("127.0.0.1", redis.port());
    var settings =
        new RedisSettings(
            new Target.Single(node),
            0,
            Optional.empty(),
            () -> Credentials.NONE,
            ofSeconds(5),
            ofSeconds(5));
    try (var wire = Wire.open(settings, new SingleNode(node), "", "test")) {
      assertThatThrownBy(() -> wire.pipeline(new Struck())).isInstanceOf(OutOfMemoryError.class);
      assertThat(wire.isBroken()).isTrue();
    }
  }

  /** Two commands, of which the second cannot be had. */
  private static final class Struck extends AbstractList<Call> {
    @Override
    public Call get(int index) {
      if (index == 1) {
        throw new OutOfMemoryError("as a test wants it");
      }
      return List.of(Call.of(Verb.PING)).get(index);
    }

    @Override
    public int size() {
      return 2;
    }
  }
}
