// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.redis.KeeperCommands;
import io.millhand.redis.ReadCommands;
import io.millhand.redis.SettleCommands;
import io.millhand.redis.WorkerCommands;
import java.util.List;

/**
 * A worker's connections, one for each loop that talks to Redis, so that none waits for another.
 *
 * @param reading of the intake
 * @param settling of the settler
 * @param working of the heartbeat
 * @param keeping of the keeper
 */
record Connections(
    Connected<ReadCommands> reading,
    Connected<SettleCommands> settling,
    Connected<WorkerCommands> working,
    Connected<KeeperCommands> keeping) {

  private List<Connected<?>> all() {
    return List.of(reading, settling, working, keeping);
  }

  /** Closes the sockets under the loops that wait on them. */
  void abort() {
    all().forEach(Connected::abort);
  }

  /** Closes them for good. */
  void end() {
    all().forEach(Connected::end);
  }
}
