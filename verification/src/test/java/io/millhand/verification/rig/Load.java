// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.rig;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.Millhand;
import io.millhand.Producer;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.testkit.EmbeddedRedis;
import io.millhand.testkit.Ledger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Sends entries and writes into the ledger what was attempted, and what Redis confirmed. An entry
 * of which the producer says that it may or may not have been added counts as attempted only.
 */
public final class Load implements AutoCloseable {

  /** The field that names an entry in the ledger. */
  public static final String NAME = "n";

  /** The field that tells the handler what to do, see {@link LedgerHandler}. */
  public static final String ORDER = "do";

  private static final long TICK_MILLIS = 10;

  private final String prefix;
  private final Ledger ledger;
  private final Millhand millhand;
  private final Producer producer;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger confirmed = new AtomicInteger();
  private final Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
  private final Queue<CompletableFuture<?>> underWay = new ConcurrentLinkedQueue<>();
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private @Nullable ScheduledFuture<?> ticks;

  Load(
      Millhand millhand,
      String stream,
      String prefix,
      Ledger ledger,
      UnaryOperator<Producer.Builder> settings) {
    this.prefix = prefix;
    this.ledger = ledger;
    this.millhand = millhand;
    this.producer =
        settings.apply(millhand.producerBuilder(stream).retryFor(Duration.ofSeconds(30))).build();
  }

  /** Sends so many with these further fields, and waits until all are confirmed. */
  public Load burst(int count, String... fields) {
    for (int i = 0; i < count; i++) {
      send(fields);
    }
    return settle();
  }

  /** Begins to send so many a second, until {@link #stop}. */
  public Load steady(int perSecond) {
    var perTick = Math.max(1, Math.round(perSecond * TICK_MILLIS / 1000f));
    ticks =
        clock.scheduleAtFixedRate(
            () -> {
              for (int i = 0; i < perTick; i++) {
                send();
              }
            },
            0,
            TICK_MILLIS,
            TimeUnit.MILLISECONDS);
    return this;
  }

  /** Sends one without waiting; answers its name. */
  public String send(String... fields) {
    var name = "%s-%06d".formatted(prefix, next.incrementAndGet());
    var all = new String[fields.length + 2];
    all[0] = NAME;
    all[1] = name;
    System.arraycopy(fields, 0, all, 2, fields.length);
    ledger.attempted(name);
    underWay.add(
        producer.sendAsync(Fields.of(all)).handle((id, error) -> answered(name, id, error)));
    return name;
  }

  /**
   * Sends one of any bytes, past the library, behind its name; answers that.
   *
   * @param redis where
   * @param fields names and values
   */
  public String sendRaw(EmbeddedRedis redis, List<byte[]> fields) {
    var name = "e-%06d".formatted(next.incrementAndGet());
    var words = new ArrayList<byte[]>();
    List.of("XADD", Rig.STREAM, "*", NAME, name).forEach(word -> words.add(word.getBytes(UTF_8)));
    words.addAll(fields);
    ledger.attempted(name);
    var id = (byte[]) Objects.requireNonNull(redis.command(words.toArray(byte[][]::new)));
    ledger.added(name, new String(id, UTF_8));
    confirmed.incrementAndGet();
    return name;
  }

  private boolean answered(String name, @Nullable EntryId id, @Nullable Throwable error) {
    if (error == null && id != null) {
      ledger.added(name, id.toString());
      confirmed.incrementAndGet();
      return true;
    }
    if (error != null) {
      errors.add(error);
    }
    return false;
  }

  /** Ends a steady load, and waits for all answers. */
  public Load stop() {
    if (ticks != null) {
      ticks.cancel(false);
    }
    clock.close();
    return settle();
  }

  private Load settle() {
    for (var each = underWay.poll(); each != null; each = underWay.poll()) {
      each.join();
    }
    return this;
  }

  /** How many Redis has confirmed. */
  public int confirmed() {
    return confirmed.get();
  }

  /** Of how many it is not known, or known that they were not added. */
  public int failed() {
    return errors.size();
  }

  /** Why, of each. */
  public List<Throwable> errors() {
    return List.copyOf(errors);
  }

  @Override
  public void close() {
    clock.shutdownNow();
    millhand.close();
  }
}
