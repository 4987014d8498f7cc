// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millhand.delivery.EntryId;
import io.millhand.error.NoGroupException;
import io.millhand.redis.ReadCommands.PendingId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a worker asks about itself. */
class WorkerCommandsTest extends OnEachServer {

  private TestWorker worker;

  @BeforeEach
  void startWorker() {
    worker = worker("w1");
  }

  @Test
  void the_owner_of_each_pending_id_is_told_and_what_is_not_pending_is_missing() {
    var ids = add(4);
    worker.take(3);
    claimAs("w2", ids.get(1), 0);
    worker.settle(new Settlement.Ack(ids.get(2)));

    assertThat(worker.work().owners(ids)).isEqualTo(Map.of(ids.get(0), "w1", ids.get(1), "w2"));
    assertThat(worker.work().owners(List.of())).isEmpty();
  }

  @Test
  void the_owners_of_thousands_are_told() {
    var ids = add(2500);
    worker.take(2500);

    assertThat(worker.work().owners(ids)).hasSize(2500).containsValue("w1");
  }

  @Test
  void a_group_that_is_gone_has_no_owners_but_is_told_by_its_kind() {
    raw("XGROUP", "DESTROY", KEYS.stream(), KEYS.group());

    assertThatThrownBy(() -> worker.work().owners(List.of(new EntryId(1, 1))))
        .isInstanceOf(NoGroupException.class);
    assertThatThrownBy(() -> worker.work().renew(List.of(new PendingId(new EntryId(1, 1), 1))))
        .isInstanceOf(NoGroupException.class);
  }
}
