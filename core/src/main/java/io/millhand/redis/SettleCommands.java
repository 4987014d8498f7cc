// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.delivery.EntryId;
import io.millhand.error.NoGroupException;
import io.millhand.error.UnavailableException;
import io.millhand.redis.ReplyReader.Shape;
import io.millhand.redis.Scripts.Run;
import io.millhand.redis.Settlement.Result;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the settler writes.
 *
 * <p>Who was taken for dead may ack what is due to others by now, and would bring it back to life
 * by that: so with an ack the due time goes as well. Nearly always nothing waits at all, and one
 * question tells that; the ids are sent a second time only where something does.
 */
public final class SettleCommands extends GroupCommands {

  /** Ids in one XACK: a short stop of the server each. */
  private static final int ACKS = 500;

  /** Entries in one call of a script. */
  private static final int SCRIPTED = 100;

  private static final int[] NONE = {};
  private static final Result DONE = new Result.Done();
  private static final Result FENCED = new Result.Fenced();
  private static final Result TRIMMED = new Result.Trimmed();

  private final OnceSettled entries;
  private final byte[] stream;
  private final byte[] group;
  private final byte[] deferred;

  /** Whether anything waited for a due time when we last looked. */
  private boolean someWait;

  SettleCommands(Wire wire, Keys keys, Identity identity, OnceSettled entries) {
    super(wire, keys, identity);
    this.entries = entries;
    this.stream = keys.stream().getBytes(UTF_8);
    this.group = keys.group().getBytes(UTF_8);
    this.deferred = keys.deferred().getBytes(UTF_8);
  }

  /** What becomes of an entry in the stream that is acked, or dead-lettered with its body. */
  public enum OnceSettled {
    /** It stays. */
    KEEP,
    /** It goes, if the stream has no other group. */
    DELETE
  }

  /**
   * What one write brought.
   *
   * @param results one for each settlement, in their order
   * @param ackMissing how many of the acked were not pending
   * @param deadDropped how many dead letters the limit dropped
   */
  public record Written(List<Result> results, long ackMissing, long deadDropped) {}

  /**
   * Writes them all in one go; each can fail alone.
   *
   * @throws UnavailableException when Redis cannot serve; some may have been written
   */
  public Written settle(List<? extends Settlement> settlements) {
    var batch = new Writing(settlements);
    batch.read(wire.send(batch.commands, batch.scripts));
    batch.forgetDueTimes();
    batch.forgetTaken();
    return batch.written();
  }

  /** One write: which settlement went into which command, and what came of each. */
  private final class Writing {
    final List<Call> commands = new ArrayList<>();
    final List<Run> scripts = new ArrayList<>();
    private final List<Part> commandParts = new ArrayList<>();
    private final List<Part> scriptParts = new ArrayList<>();

    /** Acked as new, whose due times are not known to be gone. */
    private final List<int[]> acked = new ArrayList<>();

    /** Acked as new, but the keeper may have taken them meanwhile, and left records. */
    private final List<int[]> taken = new ArrayList<>();

    private final List<? extends Settlement> all;
    private final Result[] results;
    private long ackMissing;
    private long deadDropped;

    /** Which settlements, by index, one command carries, and what its reply tells of them. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Part(String what, int[] indexes, Reading reading) {}

    @FunctionalInterface
    private interface Reading {
      void read(@Nullable Object reply, int[] indexes);
    }

    Writing(List<? extends Settlement> all) {
      this.all = all;
      results = new Result[all.size()];
      var acks = those(Settlement.Ack.class);
      var recorded = those(Settlement.AckRecorded.class);
      switch (entries) {
        case KEEP -> {
          pages(acks, ACKS, this::addAck);
          if (acks.length > 0) {
            add(Call.of(Verb.ZCARD, deferred), NONE, (reply, none) -> countWaiting(reply));
          }
          pages(recorded, SCRIPTED, page -> addScript(Script.ACK, page, ids(page), this::readAcks));
        }
        case DELETE -> {
          pages(acks, ACKS, page -> addFinish("NEW", page));
          pages(recorded, SCRIPTED, page -> addFinish("RECORDED", page));
        }
      }
      pages(
          those(Settlement.Defer.class),
          SCRIPTED,
          page -> addScript(Script.DEFER, page, deferArgs(page, all), this::readDefers));
      pages(those(Settlement.Dead.class), 1, this::addDead);
    }

    private int[] those(Class<? extends Settlement> kind) {
      var indexes = new int[all.size()];
      var count = 0;
      for (int i = 0; i < indexes.length; i++) {
        if (kind.isInstance(all.get(i))) {
          indexes[count++] = i;
        }
      }
      return Arrays.copyOf(indexes, count);
    }

    private void addAck(int[] page) {
      add(
          new Call(Verb.XACK, new byte[][] {stream, group}, ids(page), Shape.PARTS),
          page,
          this::readNewAcks);
      if (someWait) {
        add(withoutDueTimes(page), page, this::readDueTimes);
      } else {
        acked.add(page);
      }
    }

    private Call withoutDueTimes(int[] page) {
      return new Call(Verb.ZREM, new byte[][] {deferred}, ids(page), Shape.PARTS);
    }

    private void add(Call call, int[] page, Reading reading) {
      commands.add(call);
      commandParts.add(new Part(call.verb().name(), page, reading));
    }

    private void addDead(int[] one) {
      var dead = (Settlement.Dead) all.get(one[0]);
      addScript(Script.DEAD, one, deadArgs(dead), this::readDead);
    }

    private void addFinish(String which, int[] page) {
      var args = new ArrayList<Object>(page.length + 1);
      args.add(which);
      args.addAll(ids(page));
      addScript(Script.FINISH, page, args, this::readAcks);
    }

    private void addScript(Script script, int[] page, List<?> args, Reading reading) {
      scripts.add(script(script, args));
      scriptParts.add(new Part(Scripts.describe(script), page, reading));
    }

    private List<EntryId> ids(int[] page) {
      var ids = new ArrayList<EntryId>(page.length);
      for (var index : page) {
        ids.add(all.get(index).id());
      }
      return ids;
    }

    void read(List<@Nullable Object> replies) {
      for (int i = 0; i < replies.size(); i++) {
        read(
            i < commandParts.size()
                ? commandParts.get(i)
                : scriptParts.get(i - commandParts.size()),
            replies.get(i));
      }
    }

    private void read(Part part, @Nullable Object reply) {
      if (reply instanceof ErrorReply error) {
        failed(part, error);
      } else {
        part.reading().read(reply, part.indexes());
      }
    }

    private void countWaiting(@Nullable Object reply) {
      someWait = Reply.number(reply) > 0;
    }

    /** A second write, where something has begun to wait since we last looked. */
    void forgetDueTimes() {
      if (!someWait || acked.isEmpty()) {
        return;
      }
      var replies = wire.pipeline(acked.stream().map(this::withoutDueTimes).toList());
      for (int i = 0; i < replies.size(); i++) {
        read(new Part(Verb.ZREM.name(), acked.get(i), this::readDueTimes), replies.get(i));
      }
    }

    /**
     * A further write, hardly ever needed: a record that stays would tell of an entry unhandled.
     */
    void forgetTaken() {
      var indexes =
          taken.stream()
              .flatMapToInt(Arrays::stream)
              .distinct()
              .filter(index -> DONE.equals(results[index]))
              .toArray();
      var parts = new ArrayList<Part>();
      var forgetting = new ArrayList<Run>();
      pages(
          indexes,
          SCRIPTED,
          page -> {
            forgetting.add(script(Script.ACK, ids(page)));
            parts.add(new Part(Scripts.describe(Script.ACK), page, (reply, same) -> {}));
          });
      if (!forgetting.isEmpty()) {
        var replies = wire.runAll(forgetting);
        for (int i = 0; i < replies.size(); i++) {
          read(parts.get(i), replies.get(i));
        }
      }
    }

    Written written() {
      return new Written(Arrays.asList(results), ackMissing, deadDropped);
    }

    private void failed(Part part, ErrorReply error) {
      var mapped = wire.error(error, part.what());
      if (mapped instanceof UnavailableException unavailable) {
        throw unavailable;
      }
      if (part.indexes().length == 0) {
        // Whether something waits cannot be known: all that is acked is taken out of it each time.
        someWait = true;
      }
      // A group that is gone has no pending entries left: all are delivered again once it has been
      // made anew.
      set(part.indexes(), mapped instanceof NoGroupException ? FENCED : new Result.Refused(mapped));
    }

    private void set(int[] indexes, Result result) {
      for (var index : indexes) {
        results[index] = result;
      }
    }

    private void readNewAcks(@Nullable Object reply, int[] indexes) {
      readAcks(reply, indexes);
      if (Reply.number(reply) < indexes.length) {
        // Perhaps written before, and the reply was lost that told of due times.
        taken.add(indexes);
      }
    }

    private void readDueTimes(@Nullable Object reply, int[] indexes) {
      if (Reply.number(reply) > 0) {
        taken.add(indexes);
      }
    }

    private void readAcks(@Nullable Object reply, int[] indexes) {
      ackMissing += indexes.length - Reply.number(reply);
      set(indexes, DONE);
    }

    private void readDefers(@Nullable Object reply, int[] indexes) {
      var statuses = Reply.list(reply);
      for (int i = 0; i < statuses.size(); i++) {
        results[indexes[i]] = result(Reply.text(statuses.get(i)));
      }
    }

    private void readDead(@Nullable Object reply, int[] indexes) {
      var parts = Reply.list(reply);
      results[indexes[0]] = result(Reply.text(parts.get(0)));
      deadDropped += Reply.number(parts.get(2));
    }
  }

  private static Result result(String status) {
    return switch (status) {
      case "DONE" -> DONE;
      case "TRIMMED" -> TRIMMED;
      default -> FENCED;
    };
  }

  private static List<Object> deferArgs(int[] page, List<? extends Settlement> all) {
    var args = new ArrayList<Object>(page.length * 8);
    for (var index : page) {
      var defer = (Settlement.Defer) all.get(index);
      args.add(defer.id());
      args.add(defer.deliveries());
      args.add(defer.delay().toMillis());
      args.add(defer.leave());
      args.add(defer.idle().toMillis());
      args.add(defer.attempts());
      args.add(defer.crashes());
      args.add(Failure.clip(defer.error()));
    }
    return args;
  }

  private List<Object> deadArgs(Settlement.Dead dead) {
    var args = new ArrayList<Object>(dead.facts().size() + 5);
    args.add(dead.id());
    args.add(dead.deliveries());
    args.add(dead.limit());
    args.add(entries.name());
    args.add(dead.facts().size() / 2);
    args.addAll(dead.facts());
    return args;
  }

  private static void pages(int[] indexes, int size, Consumer<int[]> use) {
    for (int from = 0; from < indexes.length; from += size) {
      use.accept(Arrays.copyOfRange(indexes, from, Math.min(indexes.length, from + size)));
    }
  }
}
