// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.millhand.delivery.Delivery;
import io.millhand.error.RefusedException;
import io.millhand.event.Event;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;

class OutageTest {

  private final List<Class<?>> told = new ArrayList<>();
  private final Outage outage =
      new Outage(
          new Events(
              new Event.Worker(new Delivery.Source("orders", "processing"), "w1"),
              List.of(event -> told.add(event.getClass()))),
          NOPLogger.NOP_LOGGER);

  private void met(String loop) {
    outage.met(loop, new RefusedException("told to"));
  }

  private void started() {
    assertThat(told).containsExactly(Event.OutageStarted.class);
    assertThat(outage.isOn()).isTrue();
  }

  private void ended() {
    assertThat(told).containsExactly(Event.OutageStarted.class, Event.OutageEnded.class);
    assertThat(outage.isOn()).isFalse();
  }

  @Test
  void it_is_told_once_and_ends_when_redis_has_answered_all_who_met_it() {
    met("intake");
    met("settle");
    met("intake");
    outage.answered("intake");
    started();
    outage.answered("settle");
    ended();
  }

  @Test
  void a_loop_that_has_nothing_to_ask_does_not_end_it() {
    met("intake");
    outage.idle("intake");
    started();
    outage.answered("intake");
    ended();
  }

  @Test
  void it_does_not_wait_for_a_loop_that_has_nothing_to_ask_when_redis_answers_another() {
    met("intake");
    met("heartbeat");
    outage.idle("intake");
    started();
    outage.answered("heartbeat");
    ended();
  }

  @Test
  void whoever_asks_in_vain_again_is_waited_for() {
    met("keeper");
    outage.idle("keeper");
    met("keeper");
    outage.answered("heartbeat");
    started();
  }

  @Test
  void a_loop_that_ends_is_no_sign_that_redis_is_back() {
    met("intake");
    outage.leave("intake");
    assertThat(told).containsExactly(Event.OutageStarted.class);
    assertThat(outage.isOn()).isFalse();
  }
}
