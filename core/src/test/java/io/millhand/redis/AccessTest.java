// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millhand.config.Credentials;
import io.millhand.config.Durability;
import io.millhand.config.GroupStart;
import io.millhand.config.RedisSettings;
import io.millhand.config.Retention;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.error.DeniedException;
import io.millhand.error.NotDurableException;
import io.millhand.error.UnavailableException;
import io.millhand.inspect.Inspector;
import io.millhand.inspect.Operator;
import io.millhand.redis.ReadCommands.Seen;
import io.millhand.redis.SendCommands.Added;
import io.millhand.redis.Settlement.Result;
import io.millhand.redis.WorkerCommands.Left;
import io.millhand.redis.WorkerCommands.Registered;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Users who may not do everything, and passwords that are wrong. */
class AccessTest extends OnEachServer {

  private static final String SECRET = "s3cret-tulip";

  @AfterEach
  void forgetUsers() {
    raw("ACL", "DELUSER", "app");
    raw("ACL", "SETUSER", "default", "on", "nopass", "~*", "&*", "+@all");
  }

  /** A user {@code app} with those rules, and the way to Redis in his name. */
  private RedisStreams user(String... rules) {
    var words =
        Stream.concat(
            Stream.of("ACL", "SETUSER", "app", "reset", "on", ">" + SECRET), Stream.of(rules));
    raw(words.toArray(String[]::new));
    return as("app", SECRET);
  }

  private RedisStreams as(String user, String password) {
    var all = settings(redis);
    return new RedisStreams(
        new RedisSettings(
            all.target(),
            0,
            Optional.empty(),
            () -> new Credentials(Optional.ofNullable(user), Optional.ofNullable(password)),
            all.connectTimeout(),
            all.commandTimeout()));
  }

  private TestWorker worker(RedisStreams streams) {
    return track(new TestWorker(streams, KEYS, "w1", "boot-1"));
  }

  private static DeniedException denied(ThrowingCallable call) {
    var error = catchThrowableOfType(DeniedException.class, call);
    assertThat(error).isNotNull();
    return error;
  }

  private static void assertTellsNothingSecret(Throwable error) {
    var all = new StringWriter();
    error.printStackTrace(new PrintWriter(all));
    assertThat(all.toString()).doesNotContain(SECRET).doesNotContain("wrong-guess");
  }

  @Test
  void a_wrong_password_is_told_with_the_address_and_without_the_password() {
    user("+@all", "~*");

    var error = denied(() -> as("app", "wrong-guess").probe());

    assertThat(error)
        .hasMessageContaining("WRONGPASS")
        .hasMessageContaining(streams.address())
        .hasMessageContaining("Check user and password");
    assertTellsNothingSecret(error);
  }

  @Test
  void an_unknown_user_is_told_without_the_password() {
    var error = denied(() -> as("nobody", SECRET).probe());

    assertThat(error).hasMessageContaining("WRONGPASS");
    assertTellsNothingSecret(error);
  }

  @Test
  void a_password_that_is_missing_is_asked_for() {
    raw("ACL", "SETUSER", "default", "resetpass", ">" + SECRET);

    var error = denied(() -> streams.probe());

    assertThat(error).hasMessageContaining("NOAUTH").hasMessageContaining("Give a password");
    assertThat(as(null, SECRET).probe().version()).isEqualTo(redis.version());
    assertTellsNothingSecret(denied(() -> as(null, "wrong-guess").probe()));
  }

  @Test
  void a_password_is_asked_for_at_each_connect() {
    user("+@all", "~*");
    var passwords = new ArrayList<>(List.of("wrong-guess", SECRET));
    var all = settings(redis);
    var rotating =
        new RedisStreams(
            new RedisSettings(
                all.target(),
                0,
                Optional.empty(),
                () -> new Credentials(Optional.of("app"), Optional.of(passwords.remove(0))),
                all.connectTimeout(),
                all.commandTimeout()));

    denied(rotating::probe);
    assertThat(rotating.probe().version()).isEqualTo(redis.version());
  }

  @Test
  void a_command_that_the_user_may_not_use_is_named() {
    var worker = worker(user("+@all", "~*", "-xreadgroup"));

    assertThat(denied(() -> worker.read().readNew(10, ZERO)))
        .hasMessageContaining("XREADGROUP")
        .hasMessageContaining("NOPERM")
        .hasMessageContaining("Give the user this permission");
    assertThat(worker.read().isBroken()).isFalse();
  }

  @Test
  void a_settlement_that_the_user_may_not_make_is_refused_by_itself() {
    var worker = worker(user("+@all", "~*", "-xack"));
    worker.register();
    add(2);
    var ids = worker.take(2).stream().map(Arrival::id).toList();

    var results =
        worker
            .settle(
                new Settlement.Ack(ids.get(0)),
                new Settlement.Defer(ids.get(1), 1, ZERO, 1, ZERO, 1, 0, ""))
            .results();

    assertThat(((Result.Refused) results.get(0)).error())
        .isInstanceOf(DeniedException.class)
        .hasMessageContaining("Redis refused XACK");
    assertThat(results.get(1)).isEqualTo(new Result.Done());
  }

  @Test
  void scripts_that_the_user_may_not_run_are_named() {
    assertThat(denied(() -> worker(user("+@all", "~*", "-evalsha")).register()))
        .hasMessageContainingAll("register", "evalsha");
    assertThat(denied(() -> worker(user("+@all", "~*", "-script")).register()))
        .hasMessageContaining("SCRIPT");
  }

  @Test
  void a_command_that_only_a_script_uses_is_denied_as_such() {
    var worker = worker(user("+@all", "~*", "-xclaim"));
    worker.register();
    add();
    var id = worker.take();

    var result = worker.result(new Settlement.Defer(id, 1, ZERO, 1, ZERO, 1, 0, ""));

    assertThat(((Result.Refused) result).error())
        .isInstanceOf(DeniedException.class)
        .hasMessageContaining("defer");
    assertThat(ownerOf(id)).isEqualTo("w1");
  }

  @Test
  void keys_that_the_user_may_not_touch_are_told() {
    var worker = worker(user("+@all", "~orders"));

    assertThat(worker.read().readNew(10, ZERO)).isEmpty();
    assertThat(denied(worker::register)).hasMessageContaining("register");
    var sender = track(as("app", SECRET).sending("payments"));
    assertThat(((Added.Failed) sender.add(List.of(Fields.of("a", "1"))).get(0)).error())
        .isInstanceOf(DeniedException.class)
        .hasMessageContaining("XADD");
  }

  @Test
  void two_key_patterns_are_enough() {
    var worker = worker(user("+@all", "~orders", "~{orders}:processing:*"));

    assertThat(worker.register()).isInstanceOf(Registered.Ok.class);
  }

  @Test
  void a_user_without_client_commands_works_and_is_known_not_to_list_clients() {
    var streams = user("+@all", "~*", "-client");
    var worker = worker(streams);

    assertThat(streams.probe().listsClients()).isFalse();
    assertThat(streams.probe().clientId()).isEmpty();
    assertThat(worker.register()).isInstanceOf(Registered.Ok.class);
    assertThat(worker.registration().clientId()).isEmpty();
    assertThat(worker.keep().connected(List.of(1L))).isEmpty();
    worker.read().endClient(1);
    assertThat(worker.read().readNew(10, ZERO)).isEmpty();
  }

  @Test
  void a_user_who_may_not_list_clients_is_known_by_that_alone() {
    assumeTrue(streams.probe().isAtLeast(7, 0)); // 6.2 denies all CLIENT commands or none
    var streams = user("+@all", "~*", "-client|list");

    assertThat(streams.probe().listsClients()).isFalse();
    assertThat(streams.probe().clientId()).isPresent();
  }

  @Test
  void a_user_without_dangerous_commands_does_all_that_a_worker_does() {
    var streams = user("+@all", "-@dangerous", "~*");
    var server = streams.probe();
    assertThat(server.runId()).isEmpty();
    assertThat(server.evictionPolicy()).isEmpty();
    assertThat(server.uptimeSeconds()).isEqualTo(-1);
    assertThat(server.version()).isEqualTo(redis.version());

    assertDoesAllThatAWorkerDoes(streams);
  }

  /** The line for that user in docs/protocol.md, without his name and his password. */
  private static String[] documented(String user) throws IOException {
    var docs = Path.of("docs", "protocol.md");
    var file = Files.exists(docs) ? docs : Path.of("..").resolve(docs);
    try (var lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(user + " on >change-me "))
          .findFirst()
          .orElseThrow()
          .substring((user + " on >change-me ").length())
          .split(" ");
    }
  }

  private void assertNothingWasDenied() {
    assertThat(rawList("ACL", "LOG")).isEmpty();
  }

  @Test
  void a_worker_needs_the_documented_permissions_and_no_other() throws IOException {
    var streams = user(documented("worker"));
    raw("ACL", "LOG", "RESET");

    assertDoesAllThatAWorkerDoes(streams);
    var reader = worker(streams).read();
    reader.endClient(Long.MAX_VALUE);
    assertNothingWasDenied();
    assertThat(streams.probe().listsClients()).isTrue();
  }

  @Test
  void a_producer_needs_the_documented_permissions_and_no_other() throws IOException {
    var streams = user(documented("producer"));
    raw("ACL", "LOG", "RESET");
    var sender = track(streams.sending(KEYS.stream()));

    assertThat(sender.add(List.of(Fields.of("a", "1"))).get(0)).isInstanceOf(Added.Ok.class);
    sender.check();
    assertNothingWasDenied();
  }

  @Test
  void a_producer_that_sends_once_and_waits_needs_the_documented_permissions_and_no_other()
      throws IOException {
    var streams = user(documented("careful"));
    raw("ACL", "LOG", "RESET");
    var marks = new Marks(KEYS.stream(), Duration.ofMinutes(10), Duration.ofSeconds(30));
    var mark = Optional.of(marks.of("payment-1"));
    var sender =
        track(streams.sending(KEYS.stream(), Durability.replicas(1, Duration.ofMillis(1))));
    var once = track(streams.sending(KEYS.stream()));

    assertThat(once.addAll(List.of(new OnceTest.Adding(Fields.of("a", "1"), mark))).get(0))
        .isInstanceOf(Added.Ok.class)
        .isEqualTo(once.addAll(List.of(new OnceTest.Adding(Fields.of("a", "1"), mark))).get(0));
    assertThat(((Added.Failed) sender.add(List.of(Fields.of("a", "1"))).get(0)).error())
        .isInstanceOf(NotDurableException.class)
        .hasNoCause();
    assertNothingWasDenied();
  }

  @Test
  void who_looks_needs_the_documented_permissions_and_no_other() throws IOException {
    deadLetter();
    var streams = user(documented("viewer"));
    raw("ACL", "LOG", "RESET");
    var inspector = track(new Inspector(streams));

    look(inspector);
    assertNothingWasDenied();
    var letters = inspector.dead(KEYS.stream(), KEYS.group(), Optional.empty(), 10);
    denied(() -> new Operator(streams, "test").putBack(KEYS.stream(), KEYS.group(), letters));
  }

  @Test
  void who_repairs_needs_the_documented_permissions_and_no_other() throws IOException {
    deadLetter();
    deadLetter();
    deadLetter();
    var streams = user(documented("operator"));
    raw("ACL", "LOG", "RESET");
    var inspector = track(new Inspector(streams));

    look(inspector);
    var letters = inspector.dead(KEYS.stream(), KEYS.group(), Optional.empty(), 10);
    var operator = track(new Operator(streams, "test"));
    var stream = KEYS.stream();
    var group = KEYS.group();
    assertThat(operator.putBack(stream, group, letters.subList(0, 1)).done()).isEqualTo(1);
    assertThat(operator.addAnew(stream, group, letters.subList(1, 2), UnaryOperator.identity()))
        .hasSize(1);
    assertThat(operator.purge(stream, group, letters)).isEqualTo(1);
    operator.redeliver(stream, group, List.of(letters.get(0).entry()));
    assertThat(operator.createGroup(stream, "billing", GroupStart.beginning())).isTrue();
    assertNothingWasDenied();
  }

  private void look(Inspector inspector) {
    assertThat(inspector.streams()).contains(KEYS.stream());
    assertThat(inspector.stream(KEYS.stream())).isPresent();
    assertThat(inspector.groups(KEYS.stream())).hasSize(1);
    inspector.consumers(KEYS.stream(), KEYS.group());
    inspector.pending(KEYS.stream(), KEYS.group(), EntryId.ZERO, 10, Optional.empty());
    inspector.deferred(KEYS.stream(), KEYS.group(), EntryId.ZERO, 10);
    inspector.audit(KEYS.stream(), KEYS.group(), 10, seen -> {});
    inspector.auditLines(KEYS.stream(), Optional.empty(), 10);
    assertThat(inspector.dead(KEYS.stream(), KEYS.group(), Optional.empty(), 10)).isNotEmpty();
  }

  private void deadLetter() {
    var worker = worker("w1");
    add(2);
    worker.take(2);
    var ids = pendingOf("w1");
    worker.settle(
        new Settlement.Dead(ids.get(0), 1, 0, List.of("~id", ids.get(0).toString())),
        new Settlement.Defer(ids.get(1), 1, ofSeconds(60), 1, ZERO, 1, 0, "not yet"));
  }

  private void assertDoesAllThatAWorkerDoes(RedisStreams streams) {
    raw("XGROUP", "DESTROY", KEYS.stream(), KEYS.group());
    var worker = worker(streams);
    worker.read().group(GroupStart.beginning(), Seen.NEVER, Optional.empty());
    assertThat(worker.register()).isInstanceOf(Registered.Ok.class);
    assertThat(worker.work().beat(ofSeconds(2)).keeps()).isTrue();
    var ids = add(4);
    worker.take(4);
    assertThat(
            worker
                .settle(
                    new Settlement.Ack(ids.get(0)),
                    new Settlement.AckRecorded(ids.get(1)),
                    new Settlement.Defer(ids.get(2), 1, ZERO, 1, ZERO, 1, 0, ""),
                    new Settlement.Dead(ids.get(3), 1, 10, List.of("~id", "" + ids.get(3))))
                .results())
        .containsOnly(new Result.Done());
    remember(ids.get(2), "1 2 1000 2000 c ");
    assertThat(worker.dueIds()).containsExactly(ids.get(2));

    var dead = track(new TestWorker(streams, KEYS, "dead", "boot-2"));
    dead.register();
    add();
    var id = dead.take();
    assertThat(worker.keep().handOn(dead.seenBy(worker), List.of(id)))
        .isInstanceOf(KeeperCommands.HandedOn.Ok.class);
    assertThat(worker.keep().bury(dead.seenBy(worker))).isTrue();
    worker.keep().reconcile(List.of(id));
    worker.keep().storePosition();
    worker.keep().trim(Retention.finished(ZERO));
    worker.keep().sweep("0");
    worker.keep().consumers();
    worker.keep().deferredCount();
    worker.keep().serverTime();
    worker.work().renew(List.of(new ReadCommands.PendingId(ids.get(2), 2)));
    var own = worker.read().ownPending(EntryId.ZERO, 10);
    worker.read().bring(worker.read().stillOwn(own), new ArrayList<>());

    pendingIds().forEach(each -> worker.settle(new Settlement.AckRecorded(each)));
    raw("XGROUP", "DESTROY", KEYS.stream(), KEYS.group());
    worker.read().group(GroupStart.beginning(), Seen.BEFORE, Optional.empty());
    assertThat(worker.work().leave()).isEqualTo(Left.LEFT);
  }

  @Test
  void a_permission_that_is_taken_away_is_told_and_the_connection_stays() {
    var worker = worker(user("+@all", "~*"));
    worker.register();
    raw("ACL", "SETUSER", "app", "-evalsha");

    denied(() -> worker.work().beat(ofSeconds(2)));
    assertThat(worker.work().isBroken()).isFalse();

    raw("ACL", "SETUSER", "app", "+evalsha");
    assertThat(worker.work().beat(ofSeconds(2)).registered()).isTrue();
  }

  @Test
  void a_user_who_is_deleted_loses_the_connection() {
    var worker = worker(user("+@all", "~*"));
    worker.register();
    raw("ACL", "DELUSER", "app");

    assertThatThrownBy(() -> worker.work().beat(ofSeconds(2)))
        .isInstanceOf(UnavailableException.class);
    assertThat(worker.work().isBroken()).isTrue();
    denied(() -> as("app", SECRET).probe());
  }

  @Test
  void nothing_that_is_printed_holds_the_password() {
    var all = settings(redis);
    var settings =
        new RedisSettings(
            all.target(),
            0,
            Optional.empty(),
            () -> new Credentials(Optional.of("app"), Optional.of(SECRET)),
            all.connectTimeout(),
            all.commandTimeout());

    assertThat(settings.toString()).doesNotContain(SECRET);
    assertThat(settings.credentials().get().toString()).doesNotContain(SECRET);
    assertThat(new RedisStreams(settings).address()).doesNotContain(SECRET);
  }
}
