// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

/** A set of commands on a connection of its own. One thread at a time, but for {@link #abort}. */
public abstract sealed class Commands implements AutoCloseable
    permits GroupCommands, SendCommands, InspectCommands, OperateCommands, PartitionCommands {

  final Wire wire;

  Commands(Wire wire) {
    this.wire = wire;
  }

  /** What the connection found out about its server. */
  public Server server() {
    return wire.server();
  }

  /** Whether the connection cannot be used any more. */
  public boolean isBroken() {
    return wire.isBroken();
  }

  /** Whether another node may serve the stream later: after a failover, or when its slot moves. */
  public boolean canMove() {
    return wire.canMove();
  }

  /**
   * Gives the connection up, since another node may serve the stream by now: the next one is opened
   * to whichever does.
   */
  public void doubt() {
    wire.doubt();
  }

  /** Closes the socket under a thread that waits on it; any thread may call this. */
  public void abort() {
    wire.abort();
  }

  @Override
  public void close() {
    wire.close();
  }
}
