// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import io.millhand.delivery.Batch;
import io.millhand.delivery.BatchHandler;
import io.millhand.delivery.Codec;
import io.millhand.delivery.Decider;
import io.millhand.delivery.Delivery;
import io.millhand.delivery.Handler;
import io.millhand.delivery.Outcome;
import io.millhand.delivery.UndecodableException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * A user's handler with its codec: turns deliveries into outcomes, whatever they throw.
 *
 * @param <T> the payload's type
 */
public final class Work<T> {

  /** The reason of dead letters that no handler has seen, or could read. */
  static final String UNDECODABLE = "cannot be decoded";

  private final Codec<T> codec;
  private final int batchSize;
  private final Function<List<Delivery<T>>, List<Outcome>> handling;

  private Work(Codec<T> codec, int batchSize, Function<List<Delivery<T>>, List<Outcome>> handling) {
    this.codec = codec;
    this.batchSize = batchSize;
    this.handling = handling;
  }

  /** A handler of one entry. */
  public static <T> Work<T> each(Codec<T> codec, Handler<T> handler) {
    return decide(
        codec,
        delivery -> {
          handler.handle(delivery);
          return Outcome.ack();
        });
  }

  /** A decider of one entry. */
  public static <T> Work<T> decide(Codec<T> codec, Decider<T> decider) {
    return new Work<>(codec, 1, deliveries -> List.of(decideOne(decider, deliveries.get(0))));
  }

  /** A handler of several entries. */
  public static <T> Work<T> batch(Codec<T> codec, int size, BatchHandler<T> handler) {
    return new Work<>(codec, size, deliveries -> handleBatch(handler, deliveries));
  }

  /** How many deliveries it takes at once. */
  public int batchSize() {
    return batchSize;
  }

  /** Handles them, in the calling thread; one outcome for each, in their order. */
  List<Outcome> run(List<Held> held, Delivery.Source source, Fence fence) {
    if (held.size() == 1) {
      return runOne(held.get(0), source, fence);
    }
    Map<Held, Outcome> undecodable = new HashMap<>();
    var deliveries = new ArrayList<Delivery<T>>(held.size());
    for (var each : held) {
      try {
        deliveries.add(delivery(each, source, fence));
      } catch (Throwable e) {
        undecodable.put(each, undecodable(e));
      }
    }
    var handled = deliveries.isEmpty() ? List.<Outcome>of() : handling.apply(deliveries);
    var next = handled.iterator();
    return held.stream()
        .map(each -> undecodable.containsKey(each) ? undecodable.get(each) : next.next())
        .toList();
  }

  private List<Outcome> runOne(Held held, Delivery.Source source, Fence fence) {
    Delivery<T> delivery;
    try {
      delivery = delivery(held, source, fence);
    } catch (Throwable e) {
      return List.of(undecodable(e));
    }
    return handling.apply(List.of(delivery));
  }

  private Delivery<T> delivery(Held held, Delivery.Source source, Fence fence) throws Exception {
    var arrival = held.arrival;
    return new Delivery<>(
        source,
        arrival.entry(),
        codec.decode(arrival.entry()),
        arrival.count(),
        arrival.origin(),
        () -> held.isOwned() && fence.isOpen());
  }

  /**
   * An error of the JVM tells nothing of the entry, but for one that a deeply nested entry causes.
   */
  private static Outcome undecodable(Throwable cause) {
    return cause instanceof Error && !(cause instanceof StackOverflowError)
        ? Outcome.failed(cause)
        : Outcome.dead(UNDECODABLE, cause);
  }

  private static <T> Outcome decideOne(Decider<T> decider, Delivery<T> delivery) {
    try {
      return Objects.requireNonNull(decider.decide(delivery), "the handler returned no outcome");
    } catch (Throwable e) {
      return ofThrown(e);
    }
  }

  private static <T> List<Outcome> handleBatch(
      BatchHandler<T> handler, List<Delivery<T>> deliveries) {
    var batch = new Batch<>(deliveries);
    Outcome rest = Outcome.ack();
    try {
      handler.handle(batch);
    } catch (UndecodableException e) {
      // It does not say which entry it means: the others must not go to the dead letters with that
      // one.
      rest = Outcome.failed(new IllegalStateException("an entry of the batch " + e.getMessage()));
    } catch (Throwable e) {
      rest = Outcome.failed(e);
    }
    var others = rest;
    return deliveries.stream().map(each -> batch.outcome(each).orElse(others)).toList();
  }

  /**
   * An error of the entry's own text is final; everything else, errors of the JVM too, is a failed
   * attempt.
   */
  private static Outcome ofThrown(Throwable thrown) {
    return thrown instanceof UndecodableException
        ? Outcome.dead(UNDECODABLE, thrown)
        : Outcome.failed(thrown);
  }
}
