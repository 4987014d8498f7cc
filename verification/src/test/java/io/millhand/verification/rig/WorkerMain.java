// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.rig;

import io.millhand.Millhand;
import io.millhand.event.DrainReport;
import io.millhand.event.Event;
import io.millhand.testkit.Ledger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;

/**
 * A worker as a process. Arguments: its name in the ledger, URL, stream, group, folder of the
 * ledgers, milliseconds that a handler takes, then {@link SettingWords}. What happens to it is a
 * line each on standard output: the wall clock, a word, details.
 *
 * <p>A signal drains it by the library's own hook; the exit status is 0 when nothing was left
 * behind, else {@value #LEFT_BEHIND}.
 */
public final class WorkerMain {

  /** Exit status of a handler that was told to halt the process. */
  public static final int HALTED = 9;

  /** Exit status of a worker that left entries behind. */
  public static final int LEFT_BEHIND = 3;

  private static final int TELL_EVERY = 25;

  private final LedgerHandler handler;
  private final LongAdder acked = new LongAdder();
  private final LongAdder ackMissing = new LongAdder();
  private final LongAdder deferred = new LongAdder();
  private final LongAdder released = new LongAdder();
  private final LongAdder fenced = new LongAdder();

  private WorkerMain(String name, Ledger ledger, Duration work) {
    handler = new LedgerHandler(ledger, name, work, WorkerMain::handled);
  }

  /** Runs until a signal comes. */
  @SuppressWarnings("resource") // the process' end closes what it has
  public static void main(String[] args) throws Exception {
    var work = Duration.ofMillis(Long.parseLong(args[5]));
    var main = new WorkerMain(args[0], Ledger.open(Path.of(args[4]), args[0]), work);
    var millhand = Millhand.connect(args[1]);
    var settings = SettingWords.of(List.of(args).subList(6, args.length));
    var worker =
        settings
            .apply(millhand.worker(args[2], args[3]))
            .onEach(main.handler)
            .listener(main::heard)
            .start();
    var told = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> leave(told)));
    say("READY", worker.consumer());
    main.tell(worker.awaitStop());
    told.countDown();
  }

  private static void leave(CountDownLatch told) {
    try {
      told.await(); // the library's own hook drains; without this one the process would end under
      // it
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(status);
  }

  private static volatile int status;

  private void tell(DrainReport report) {
    say(
        "COUNTS",
        "acked=%d ackMissing=%d deferred=%d released=%d fenced=%d"
            .formatted(
                acked.sum(), ackMissing.sum(), deferred.sum(), released.sum(), fenced.sum()));
    status = report.isClean() ? 0 : LEFT_BEHIND;
    say("STOPPED", report.toString());
  }

  private static void handled(int count) {
    if (count == 1 || count % TELL_EVERY == 0) {
      say("HANDLED", Integer.toString(count));
    }
  }

  private void heard(Event event) {
    switch (event) {
      case Event.Acked it -> acked.increment();
      case Event.AckMissing it -> ackMissing.add(it.count());
      case Event.Deferred it -> {
        deferred.increment();
        say("DEFERRED", it.id() + " " + it.attempts() + " " + it.after().toMillis());
      }
      case Event.Released it -> {
        released.increment();
        say("RELEASED", it.id().toString());
      }
      case Event.Fenced it -> {
        fenced.increment();
        handler.fenced(it.id());
        say("FENCED", it.id().toString());
      }
      case Event.DeadLettered it -> say("DEAD", it.id() + " " + it.reason());
      case Event.DeadLettersDropped it -> say("DROPPED", Long.toString(it.count()));
      case Event.StreamTrimmed it -> say("FREED", Long.toString(it.count()));
      case Event.CapLoss it -> say("CAP_LOSS", it.group() + " " + it.pending() + " " + it.unread());
      case Event.KeeperChanged it -> say("KEEPER", Boolean.toString(it.keeps()));
      case Event.WorkerDied it -> say("DIED", it.consumer() + " " + it.why());
      case Event.Reclaimed it -> say("RECLAIMED", it.consumer() + " " + it.count());
      case Event.Buried it -> say("BURIED", it.consumer());
      case Event.Registered it -> say("REGISTERED", "");
      case Event.FencedOff it -> say("FENCED_OFF", it.why());
      case Event.Disowned it -> say("DISOWNED", Integer.toString(it.ids().size()));
      case Event.Trimmed it -> say("TRIMMED", it.ids().toString());
      case Event.Restored it -> say("RESTORED", it.ids().toString());
      case Event.OutageStarted it -> say("OUTAGE", "started " + it.cause().getMessage());
      case Event.OutageEnded it ->
          say("OUTAGE", "ended " + it.lasted().toMillis() + " " + it.failures());
      case Event.SettleRefused it -> say("REFUSED", it.id() + " " + it.cause().getMessage());
      case Event.ClockJumped it -> say("JUMPED", it.jump().toString());
      case Event.GroupRecreated it -> say("RECREATED", it.start().toString());
      case Event.TimedOut it -> say("TIMED_OUT", it.id().toString());
      case Event.StateChanged it -> say(it.to().toString(), "");
      default -> {
        // too many, or not waited for by any test
      }
    }
  }

  private static void say(String word, String details) {
    System.out.println(Instant.now() + " " + word + " " + details);
  }
}
