// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.story;

/**
 * Something that befalls them.
 *
 * @param at when, nanoseconds
 * @param kind what
 */
record Fault(long at, Kind kind) {

  /** What can befall them. */
  enum Kind {
    /** A request or a reply is lost with its connection, or no reply comes any more. */
    LOSE,
    /** SCRIPT FLUSH. */
    FORGET_SCRIPTS,
    /** All connections are closed. */
    KILL_CLIENTS,
    /** The server restarts, with all its keys. */
    RESTART,
    /** The server is stopped for a while. */
    HANG,
    /** The server is at its maxmemory for a while. */
    FULL,
    /** The server's clock jumps. */
    JUMP,
    /** A worker leaves in peace, another comes. */
    ROLL,
    /** An operator pauses the group for a while. */
    GROUP_PAUSE,
    /** A worker is killed. */
    KILL,
    /** A worker's host loses power. */
    VANISH,
    /** A worker is stopped for a while. */
    SLEEP,
    /** A replica takes over that lacks the last writes. */
    FAILOVER,
    /** FLUSHALL, or the stream is deleted. */
    FLUSH,
    /** The group is destroyed. */
    DESTROY,
    /** One of our keys is deleted. */
    DELETE_KEY,
    /** An entry is deleted from the stream. */
    DELETE_ENTRY,
    /** A client of another kind reads, and acks or dies. */
    STRANGER,
    /** A client of another kind claims what has been idle for long. */
    THIEF
  }
}
