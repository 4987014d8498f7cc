// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.error.DeniedException;
import io.millhand.error.NoGroupException;
import io.millhand.error.RefusedException;
import io.millhand.error.UnavailableException;
import io.millhand.error.UnavailableException.Reason;
import java.io.IOException;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The words are those of real servers. */
class ErrorsTest {

  private static RuntimeException error(String reply) {
    return Errors.ofReply(reply, "XADD", "redis://host:6379");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "ERR unknown command | ERR",
        "NOAUTH Authentication required. | NOAUTH",
        "QUEUED | QUEUED",
        "UNBLOCKED the stream key no longer exists | NOGROUP",
        "UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?) | UNBLOCKED",
        "NOGROUP the consumer group this client was blocked on no longer exists | NOGROUP",
        // 7.0: the code stays in front when a script met it
        "WRONGTYPE Operation against a key holding the wrong kind of value script: 5a, on @user_script:9. | WRONGTYPE",
        "ERR The user executing the script can't run this command or subcommand script: 5a, on @user_script:9. | NOPERM",
        "ERR The user executing the script can't access at least one of the keys mentioned in the command arguments script: 5a | NOPERM",
        "ERR ACL failure in script: User app has no permissions to run the 'xclaim' command script: 5a | NOPERM",
        // 6.2: it is hidden
        "ERR Error running script (call to f_5a): @user_script:9: @user_script: 9: -NOGROUP No such key 'orders' or consumer group 'g' | NOGROUP",
        "ERR Error running script (call to f_5a): @user_script:9: WRONGTYPE Operation against a key holding the wrong kind of value | WRONGTYPE",
        "ERR Error running script (call to f_5a): @user_script:9: @user_script: 9: -OOM command not allowed when used memory > 'maxmemory'. | OOM",
        "ERR Error running script (call to f_5a): @user_script:9: @user_script: 9: -READONLY You can't write against a read only replica. | READONLY",
        "ERR Error running script (call to f_5a): @user_script:9: @user_script: 9: -MISCONF Errors writing to the AOF file | MISCONF",
        "ERR Error running script (call to f_5a): @user_script:9: @user_script: 9: -NOREPLICAS Not enough good replicas to write. | NOREPLICAS",
        "ERR Error running script (call to f_5a): @user_script:9: @user_script: 9: The user executing the script can't run this command or subcommand | NOPERM",
        "ERR Error running script (call to f_5a): @user_script:9: user_script:9: attempt to index a nil value | ERR",
      })
  void the_code_of_a_reply_is_its_first_word_or_what_that_hides(String reply, String code) {
    assertThat(Errors.code(reply)).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "LOADING Redis is loading the dataset in memory | LOADING",
        "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE. | BUSY",
        "READONLY You can't write against a read only replica. | READ_ONLY",
        "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'. | READ_ONLY",
        "UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?) | READ_ONLY",
        "OOM command not allowed when used memory > 'maxmemory'. | OUT_OF_MEMORY",
        "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist | DISK",
        "NOREPLICAS Not enough good replicas to write. | NO_REPLICAS",
        "CLUSTERDOWN The cluster is down | CLUSTER",
        "MOVED 7450 127.0.0.1:7331 | CLUSTER",
        "ASK 7450 127.0.0.1:7331 | CLUSTER",
        "TRYAGAIN Multiple keys request during rehashing of slot | CLUSTER",
        "ERR max number of clients reached | TOO_MANY_CLIENTS",
      })
  void an_outage_is_told_with_its_reason_and_as_not_carried_out(String reply, Reason reason) {
    assertThat(error(reply))
        .isInstanceOfSatisfying(
            UnavailableException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(reason);
              assertThat(e.mayHaveBeenDone()).isFalse();
            })
        .hasMessageContainingAll("redis://host:6379", "XADD", reply);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NOAUTH Authentication required.",
        "WRONGPASS invalid username-password pair or user is disabled.",
        "NOPERM this user has no permissions to run the 'xadd' command",
        "ERR The user executing the script can't run this command or subcommand",
      })
  void what_the_user_may_not_do_is_denied_with_a_remedy(String reply) {
    assertThat(error(reply))
        .isInstanceOf(DeniedException.class)
        .hasMessageContainingAll("redis://host:6379", "XADD", reply)
        .hasMessageMatching("(?s).*(Give|Check) .*");
  }

  @Test
  void a_group_that_is_gone_has_a_kind_of_its_own() {
    assertThat(error("NOGROUP No such key 's' or consumer group 'g'"))
        .isInstanceOf(NoGroupException.class);
    assertThat(error("UNBLOCKED the stream key no longer exists"))
        .isInstanceOf(NoGroupException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "WRONGTYPE Operation against a key holding the wrong kind of value",
        "ERR wrong number of arguments for 'xadd' command",
        "NOSCRIPT No matching script. Please use EVAL.",
        "BUSYGROUP Consumer Group name already exists",
        "SOMETHING new",
      })
  void everything_else_is_refused_in_the_servers_words(String reply) {
    assertThat(error(reply))
        .isInstanceOf(RefusedException.class)
        .hasMessageContainingAll("redis://host:6379", "XADD", reply);
  }

  @Test
  void a_connection_that_broke_may_have_carried_it_out() {
    var error = Errors.lost("redis://host:6379", "XACK", new IOException("reset by peer"));

    assertThat(error.reason()).isEqualTo(Reason.CONNECTION_LOST);
    assertThat(error.mayHaveBeenDone()).isTrue();
    assertThat(error).hasMessageContainingAll("redis://host:6379", "XACK", "reset by peer");
  }

  @Test
  void a_reply_that_was_late_is_told_as_such() {
    var late = new RuntimeException("wrapped", new SocketTimeoutException("Read timed out"));

    assertThat(Errors.lost("redis://host:6379", "XACK", late))
        .hasMessageContaining("no reply to XACK in time");
  }

  @Test
  void a_cause_without_a_message_is_called_by_its_kind() {
    assertThat(Errors.lost("redis://host:6379", "XACK", new java.io.EOFException()))
        .hasMessageContaining("EOFException");
    assertThat(Errors.notConnected("redis://host:6379", new java.io.InterruptedIOException()))
        .hasMessageContaining("InterruptedIOException");
  }
}
