// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that hangs up may want TLS; another trouble with a socket is no sign of that. */
class HangUpTest {

  private static boolean isTakenForTls(IOException error) {
    return TlsFailure.words(error, false).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Connection reset", "Connection reset by peer", "Broken pipe"})
  void a_server_that_hangs_up_may_want_tls(String words) {
    assertThat(isTakenForTls(new SocketException(words))).isTrue();
    assertThat(isTakenForTls(new EOFException())).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Too many open files",
        "Network is unreachable",
        "Socket closed",
        "No buffer space"
      })
  void what_is_wrong_on_this_side_is_told_as_what_it_is(String words) {
    assertThat(isTakenForTls(new SocketException(words))).isFalse();
  }

  @Test
  void a_server_that_cannot_be_reached_is_told_as_such() {
    assertThat(isTakenForTls(new ConnectException("Connection refused"))).isFalse();
    assertThat(isTakenForTls(new NoRouteToHostException("No route to host"))).isFalse();
  }
}
