// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.delivery.EntryId;
import io.millhand.redis.InspectCommands.PendingRow;
import io.millhand.redis.SurveyCommands.ConsumerFacts;
import io.millhand.redis.SurveyCommands.GroupFacts;
import io.millhand.redis.SurveyCommands.Part;
import io.millhand.redis.SurveyCommands.StreamFacts;
import io.millhand.redis.SurveyCommands.Target;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an inspector asks of many streams and groups at once. */
class SurveyCommandsTest extends OnEachServer {

  private InspectCommands inspect;
  private SurveyCommands survey;

  @BeforeEach
  void startInspector() {
    inspect = inspect();
    survey = inspect.survey();
  }

  private StreamFacts stream() {
    return survey.streams(List.of(KEYS.stream())).get(0).orElseThrow();
  }

  private GroupFacts group(long consumers) {
    var target = new Target(KEYS, EntryId.ZERO, consumers);
    return survey.groups(List.of(target), serverMillis()).get(0).orElseThrow();
  }

  @Test
  void streams_are_described_together_and_those_that_are_not_there_are_empty() {
    var ids = add(2);
    raw("SET", "text", "1");

    var facts = survey.streams(List.of("nothing", KEYS.stream(), "text"));

    assertThat(facts.get(0)).isEmpty();
    assertThat(facts.get(1).orElseThrow().stream())
        .containsEntry("length", "2")
        .containsEntry("groups", "1")
        .containsEntry("first-entry", ids.get(0).toString())
        .containsEntry("last-entry", ids.get(1).toString())
        .containsEntry("last-generated-id", ids.get(1).toString());
    assertThat(facts.get(1).orElseThrow().bytes().orElseThrow()).isPositive();
    assertThat(facts.get(1).orElseThrow().entryBytes()).isPositive();
    assertThat(facts.get(2)).isEmpty();
  }

  @Test
  void groups_are_described_together_and_those_that_are_not_there_are_empty() {
    var id = add();
    worker("w1").take();

    assertThat(stream().groups().get(0))
        .containsEntry("name", KEYS.group())
        .containsEntry("pending", "1");
    assertThat(group(1).consumers().get("w1").pending()).isEqualTo(1);
    assertThat(group(1).consumers().get("w1").idle()).isPresent();
    assertThat(group(1).lowest()).extracting(PendingRow::id).containsExactly(id);
    assertThat(group(1).undelivered()).contains(id);
    assertThat(
            survey.groups(
                List.of(new Target(Keys.of("orders", "nobody"), EntryId.ZERO, 0)), serverMillis()))
        .containsExactly(Optional.empty());
  }

  @Test
  void of_thousands_of_consumers_only_those_with_something_pending_are_asked_about() {
    add(2);
    worker("w1").take();
    worker("idle");

    assertThat(group(5000).consumers())
        .isEqualTo(Map.of("w1", new ConsumerFacts(1, Optional.empty())));
  }

  @Test
  void connections_are_told_from_those_that_are_gone() {
    var own = inspect.server().clientId().orElseThrow();

    assertThat(survey.connected(List.of(own, 999_999L))).contains(Set.of(own));
  }

  @Test
  void a_lag_that_redis_does_not_know_is_missing() {
    add(3);
    worker("w1").take();
    raw(
        "XDEL",
        KEYS.stream(),
        inspect.newestEntries("orders", Optional.empty(), 1).get(0).id().toString());

    assertThat(stream().groups().get(0)).doesNotContainKey("lag");
  }

  @Test
  void what_is_due_and_what_failed_is_told_of_each_group() {
    var worker = worker("w1");
    add();
    var id = worker.take();
    worker.settle(new Settlement.Defer(id, 1, ofSeconds(60), 1, ZERO, 2, 0, "card refused"));
    assertThat(group(2).dueNow()).isZero();
    assertThat(group(2).dueSoon()).isZero();

    makeDue(id);

    assertThat(group(2).dueNow()).isEqualTo(1);
    assertThat(group(2).dueSoon()).isEqualTo(1);
    assertThat(survey.failures(Map.of(KEYS, List.of(id), Keys.of("orders", "none"), List.of())))
        .isEqualTo(Map.of(KEYS, Map.of(id, failure(id))));
  }

  @Test
  void workers_and_their_keeper_are_told() {
    var worker = worker("w1");
    assertThat(group(1).keeper()).isEmpty();
    worker.work().beat(ofSeconds(100));

    assertThat(group(1).workers()).isEqualTo(Map.of("w1", worker.registration()));
    assertThat(group(1).keeper()).contains("w1");
  }

  @Test
  void ids_are_listed_of_parts_of_several_streams() {
    var ids = add(3);

    assertThat(
            survey.ids(
                List.of(
                    new Part(KEYS.stream(), ids.get(0), 10),
                    new Part("nothing", EntryId.ZERO, 10),
                    new Part(KEYS.stream(), EntryId.ZERO, 1))))
        .containsExactly(ids.subList(1, 3), List.of(), ids.subList(0, 1));
  }
}
