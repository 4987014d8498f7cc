// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import java.util.List;

/** What a server program is started as. */
enum ServerMode {
  /** On its own. */
  STANDALONE,

  /** A data node whose Sentinels rewrite its configuration. */
  REPLICATED,

  /** A Sentinel. */
  SENTINEL,

  /** A node of a cluster, which listens on a second port for the others. */
  CLUSTER;

  /** A port on which such a server can listen. */
  int freePort() {
    return switch (this) {
      case STANDALONE, REPLICATED, SENTINEL -> Ports.free();
      case CLUSTER -> Ports.freeWithBus();
    };
  }

  /** Whether a restart continues with the configuration as the server has left it. */
  boolean keepsConfiguration() {
    return switch (this) {
      case STANDALONE -> false;
      case REPLICATED, SENTINEL, CLUSTER -> true;
    };
  }

  /** What follows the name of the configuration file on the command line. */
  List<String> arguments() {
    return switch (this) {
      case STANDALONE, REPLICATED, CLUSTER -> List.of();
      case SENTINEL -> List.of("--sentinel");
    };
  }
}
