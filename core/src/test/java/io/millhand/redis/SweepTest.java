// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.delivery.EntryId;
import io.millhand.error.NoGroupException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** sweep.lua */
class SweepTest extends OnEachServer {

  private TestWorker worker;

  @BeforeEach
  void startWorker() {
    worker = worker("w1");
  }

  private void sweepAll() {
    var cursor = "0";
    do {
      cursor = worker.keep().sweep(cursor);
    } while (!cursor.equals("0"));
  }

  @Test
  void a_record_whose_entry_is_pending_no_more_goes() {
    add();
    var id = worker.take();
    remember(id, "1 0 1000 2000 f card refused");
    raw("XACK", KEYS.stream(), KEYS.group(), id.toString());

    sweepAll();

    assertThat(failureText(id)).isNull();
  }

  @Test
  void a_record_whose_entry_is_pending_stays() {
    add(2);
    var held = worker.take();
    var deferred = worker.take();
    remember(held, "1 0 1000 2000 f card refused");
    worker.settle(new Settlement.Defer(deferred, 1, ofSeconds(60), 1, ZERO, 1, 0, "card refused"));

    sweepAll();

    assertThat(failureText(held)).isNotNull();
    assertThat(failureText(deferred)).isNotNull();
  }

  @Test
  void thousands_of_records_are_swept_page_by_page() {
    add(1);
    var kept = worker.take();
    remember(kept, "1 0 1000 2000 f card refused");
    for (int i = 1; i <= 2000; i++) {
      remember(new EntryId(1, i), "1 0 1000 2000 f card refused");
    }

    sweepAll();

    assertThat(rawList("HKEYS", KEYS.failures())).isEqualTo(java.util.List.of(kept.toString()));
  }

  @Test
  void no_records_are_nothing_to_sweep() {
    assertThat(worker.keep().sweep("0")).isEqualTo("0");
  }

  @Test
  void records_stay_while_the_group_is_gone() {
    add();
    var id = worker.take();
    remember(id, "1 0 1000 2000 f card refused");
    raw("XGROUP", "DESTROY", KEYS.stream(), KEYS.group());

    assertThatThrownBy(this::sweepAll).isInstanceOf(NoGroupException.class);
    assertThat(failureText(id)).isNotNull();
  }
}
