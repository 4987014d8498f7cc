// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millhand.delivery.EntryId;
import io.millhand.error.NoGroupException;
import io.millhand.error.UnavailableException;
import io.millhand.redis.Settlement.Result;
import io.millhand.redis.Wire.Call;
import io.millhand.redis.Wire.ErrorReply;
import io.millhand.redis.Wire.Run;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the settler writes. */
public final class SettleCommands extends GroupCommands {

  /** Ids in one XACK: a short stop of the server each. */
  private static final int ACKS = 500;

  /** Entries in one call of a script. */
  private static final int SCRIPTED = 100;

  private static final Result DONE = new Result.Done();
  private static final Result FENCED = new Result.Fenced();
  private static final Result TRIMMED = new Result.Trimmed();

  private final OnceSettled entries;

  SettleCommands(Wire wire, Keys keys, Identity identity, OnceSettled entries) {
    super(wire, keys, identity);
    this.entries = entries;
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
    batch.forgetTaken();
    return batch.written();
  }

  /** One write: which settlement went into which command, and what came of each. */
  private final class Writing {
    final List<Call> commands = new ArrayList<>();
    final List<Run> scripts = new ArrayList<>();
    private final List<Part> commandParts = new ArrayList<>();
    private final List<Part> scriptParts = new ArrayList<>();

    /** Acked as new, but the keeper may have taken them meanwhile, and left records. */
    private final List<Integer> taken = new ArrayList<>();

    private final List<? extends Settlement> all;
    private final Result[] results;
    private long ackMissing;
    private long deadDropped;

    /** Which settlements, by index, one command carries, and what its reply tells of them. */
    private record Part(String what, List<Integer> indexes, Reading reading) {}

    @FunctionalInterface
    private interface Reading {
      void read(@Nullable Object reply, List<Integer> indexes);
    }

    Writing(List<? extends Settlement> all) {
      this.all = all;
      results = new Result[all.size()];
      var acks = new ArrayList<Integer>();
      var recorded = new ArrayList<Integer>();
      var defers = new ArrayList<Integer>();
      for (int i = 0; i < all.size(); i++) {
        switch (all.get(i)) {
          case Settlement.Ack ack -> acks.add(i);
          case Settlement.AckRecorded ack -> recorded.add(i);
          case Settlement.Defer defer -> defers.add(i);
          case Settlement.Dead dead ->
              addScript(Script.DEAD, List.of(i), deadArgs(dead), this::readDead);
        }
      }
      switch (entries) {
        case KEEP -> {
          pages(acks, ACKS, this::addAck);
          pages(recorded, SCRIPTED, page -> addScript(Script.ACK, page, ids(page), this::readAcks));
        }
        case DELETE -> {
          pages(acks, ACKS, page -> addFinish("NEW", page));
          pages(recorded, SCRIPTED, page -> addFinish("RECORDED", page));
        }
      }
      pages(
          defers,
          SCRIPTED,
          page -> addScript(Script.DEFER, page, deferArgs(page, all), this::readDefers));
    }

    /**
     * Who was taken for dead may ack what is due to others by now, and would bring it back to life
     * by that: so the due time goes as well.
     */
    private void addAck(List<Integer> page) {
      var ids = page.stream().map(index -> bytes(all.get(index).id())).toList();
      addCommand(Verb.XACK, List.of(keys.stream(), keys.group()), ids, page, this::readNewAcks);
      addCommand(Verb.ZREM, List.of(keys.deferred()), ids, page, this::readDueTimes);
    }

    private void addCommand(
        Verb verb, List<String> key, List<byte[]> ids, List<Integer> page, Reading reading) {
      var args = new ArrayList<Object>(key);
      args.addAll(ids);
      commands.add(Call.of(verb, args.toArray()));
      commandParts.add(new Part(verb.name(), page, reading));
    }

    private void addFinish(String which, List<Integer> page) {
      var args = new ArrayList<Object>(page.size() + 1);
      args.add(which);
      args.addAll(ids(page));
      addScript(Script.FINISH, page, args, this::readAcks);
    }

    private void addScript(Script script, List<Integer> page, List<?> args, Reading reading) {
      scripts.add(script(script, args));
      scriptParts.add(new Part(Wire.describe(script), page, reading));
    }

    private List<EntryId> ids(List<Integer> page) {
      return page.stream().map(index -> all.get(index).id()).toList();
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

    /** A second write, hardly ever needed: a record that stays would tell of an entry unhandled. */
    void forgetTaken() {
      var acked = taken.stream().distinct().filter(index -> DONE.equals(results[index])).toList();
      var parts = new ArrayList<Part>();
      var forgetting = new ArrayList<Run>();
      pages(
          acked,
          SCRIPTED,
          page -> {
            forgetting.add(script(Script.ACK, ids(page)));
            parts.add(new Part(Wire.describe(Script.ACK), page, (reply, indexes) -> {}));
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
      // A group that is gone has no pending entries left: all are delivered again once it has been
      // made anew.
      var result = mapped instanceof NoGroupException ? FENCED : new Result.Refused(mapped);
      part.indexes().forEach(index -> results[index] = result);
    }

    private void readNewAcks(@Nullable Object reply, List<Integer> indexes) {
      readAcks(reply, indexes);
      if (Reply.number(reply) < indexes.size()) {
        // Perhaps written before, and the reply was lost that told of due times.
        taken.addAll(indexes);
      }
    }

    private void readDueTimes(@Nullable Object reply, List<Integer> indexes) {
      if (Reply.number(reply) > 0) {
        taken.addAll(indexes);
      }
    }

    private void readAcks(@Nullable Object reply, List<Integer> indexes) {
      ackMissing += indexes.size() - Reply.number(reply);
      indexes.forEach(index -> results[index] = DONE);
    }

    private void readDefers(@Nullable Object reply, List<Integer> indexes) {
      var statuses = Reply.list(reply);
      for (int i = 0; i < statuses.size(); i++) {
        results[indexes.get(i)] = result(Reply.text(statuses.get(i)));
      }
    }

    private void readDead(@Nullable Object reply, List<Integer> indexes) {
      var parts = Reply.list(reply);
      results[indexes.get(0)] = result(Reply.text(parts.get(0)));
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

  private static byte[] bytes(EntryId id) {
    return id.toString().getBytes(US_ASCII);
  }

  private static List<Object> deferArgs(List<Integer> page, List<? extends Settlement> all) {
    var args = new ArrayList<Object>(page.size() * 8);
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

  private static void pages(
      List<Integer> indexes, int size, java.util.function.Consumer<List<Integer>> use) {
    for (int from = 0; from < indexes.size(); from += size) {
      use.accept(indexes.subList(from, Math.min(indexes.size(), from + size)));
    }
  }
}
