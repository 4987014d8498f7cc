// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.demo;

/** Shows how the demo goes. Called by the parent's loop alone. */
interface View extends AutoCloseable {

  /** How it is now; called about five times a second. */
  void show(Scoreboard scoreboard);

  /** Something happened. */
  void happened(Scoreboard.Note note);

  /** Whether what is shown still arrives: false when a pipe was closed. */
  boolean isWatched();

  /** Gives the terminal back. */
  @Override
  void close();
}
