// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.delivery.Outcome;
import java.time.Duration;

/** Where deliveries go when their handling has ended, or will not begin. */
interface Settling {

  /** Its handler ended so. */
  void settle(Held held, Outcome outcome);

  /** It goes back to the group, due after that time; not an attempt. */
  void release(Held held, Duration delay);

  /** A handler succeeded after its delivery had been settled as failed. */
  void ackLate(Held held);

  /** A delivery that is not ours any more: forget it. */
  void drop(Held held);

  /** An abandoned handler's thread has ended. */
  void letGo(Held held);
}
