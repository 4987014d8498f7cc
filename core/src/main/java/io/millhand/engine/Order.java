// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.redis.ReadCommands;
import io.millhand.redis.Settlement.Result;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * In which order deliveries may start: between the intake, which brings them, and the queue of
 * those that wait for a handler. Hears of every end, to know what may start next.
 */
sealed interface Order permits AnyOrder, KeyOrder {

  /** Whether what is known of the group still holds, and new entries may be read. */
  enum Reading {
    /** Yes. */
    OPEN,
    /** Not now: too much waits for its turn already. Due and unheld entries may be taken. */
    HELD_BACK
  }

  /**
   * Brings what is known of the group up to date; before anything is read on that connection in
   * that term of the fence.
   */
  Reading prepare(ReadCommands reader, long connection, long term) throws InterruptedException;

  /** Whether new entries may be asked for while others are still taken in. */
  boolean isAskedAhead();

  /** A read on an earlier connection may still be served for that long. */
  void mayStillBeRead(Duration longest);

  /** The group was made anew. */
  void regrouped();

  /** Takes deliveries in, in the order in which they came; each owns a permit. */
  void arrive(List<Held> deliveries);

  /** One that came, and is handed back without a start. */
  void handedBack(Held held);

  /** Redis has confirmed a settlement; its handler may still run. */
  void confirmed(Held held, Verdict verdict, Result result);

  /** It is not held any more: confirmed or dropped, and no handler of it runs. */
  void left(Held held);

  /** Gives back what will have to wait for long, if it keeps others out. Now and then. */
  void makeRoom();

  /** How many are held here until it is their turn. */
  int blocked();

  /** Takes out all that are held here; what comes later is handed back at once. */
  void withdrawAll(Consumer<Held> taken);

  /** Drops what is held here and is not ours any more. */
  void dropDisowned();
}
