// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.redis.ReadCommands;
import io.millhand.redis.Settlement.Result;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * No order: what comes in may start.
 *
 * <p>Threads: any.
 */
final class AnyOrder implements Order {

  private final Consumer<List<Held>> start;

  AnyOrder(Consumer<List<Held>> start) {
    this.start = start;
  }

  @Override
  public Reading prepare(ReadCommands reader, long connection, long term) {
    return Reading.OPEN;
  }

  @Override
  public boolean isAskedAhead() {
    return true;
  }

  @Override
  public void mayStillBeRead(Duration longest) {
    // The audit finds it.
  }

  @Override
  public void regrouped() {
    // Nothing is known of it.
  }

  @Override
  public void arrive(List<Held> deliveries) {
    start.accept(deliveries);
  }

  @Override
  public void handedBack(Held held) {
    // Nobody waits for it.
  }

  @Override
  public void confirmed(Held held, Verdict verdict, Result result) {
    // Nobody waits for it.
  }

  @Override
  public void left(Held held) {
    // Nobody waits for it.
  }

  @Override
  public void makeRoom() {
    // Nothing is held here.
  }

  @Override
  public int blocked() {
    return 0;
  }

  @Override
  public void withdrawAll(Consumer<Held> taken) {
    // Nothing is held here.
  }

  @Override
  public void dropDisowned() {
    // Nothing is held here.
  }
}
