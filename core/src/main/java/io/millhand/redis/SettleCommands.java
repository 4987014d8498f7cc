// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

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
    var replies = wire.send(batch.commands, batch.scripts);
    return batch.read(replies);
  }

  /** One write: which settlement went into which command, and what came of each. */
  private final class Writing {
    final List<Call> commands = new ArrayList<>();
    final List<Run> scripts = new ArrayList<>();
    private final List<Part> commandParts = new ArrayList<>();
    private final List<Part> scriptParts = new ArrayList<>();
    private final Result[] results;
    private long ackMissing;
    private long deadDropped;

    /** Which settlements, by index, one command carries, and whose reply it answers with. */
    private record Part(String what, Script script, List<Integer> indexes) {}

    Writing(List<? extends Settlement> all) {
      results = new Result[all.size()];
      var acks = new ArrayList<Integer>();
      var recorded = new ArrayList<Integer>();
      var defers = new ArrayList<Integer>();
      for (int i = 0; i < all.size(); i++) {
        switch (all.get(i)) {
          case Settlement.Ack ack -> acks.add(i);
          case Settlement.AckRecorded ack -> recorded.add(i);
          case Settlement.Defer defer -> defers.add(i);
          case Settlement.Dead dead -> addScript(Script.DEAD, List.of(i), deadArgs(dead));
        }
      }
      switch (entries) {
        case KEEP -> {
          pages(acks, ACKS, page -> addAck(page, all));
          pages(recorded, SCRIPTED, page -> addScript(Script.ACK, page, ids(page, all)));
        }
        case DELETE -> {
          pages(acks, ACKS, page -> addFinish("NEW", page, all));
          pages(recorded, SCRIPTED, page -> addFinish("RECORDED", page, all));
        }
      }
      pages(defers, SCRIPTED, page -> addScript(Script.DEFER, page, deferArgs(page, all)));
    }

    private void addAck(List<Integer> page, List<? extends Settlement> all) {
      var args = new Object[page.size() + 2];
      args[0] = keys.stream();
      args[1] = keys.group();
      for (int i = 0; i < page.size(); i++) {
        args[i + 2] = all.get(page.get(i)).id();
      }
      commands.add(Call.of(Verb.XACK, args));
      commandParts.add(new Part(Verb.XACK.name(), Script.ACK, page));
    }

    private void addFinish(String which, List<Integer> page, List<? extends Settlement> all) {
      var args = new ArrayList<Object>(page.size() + 1);
      args.add(which);
      args.addAll(ids(page, all));
      addScript(Script.FINISH, page, args);
    }

    private void addScript(Script script, List<Integer> page, List<?> args) {
      scripts.add(script(script, args));
      scriptParts.add(new Part(Wire.describe(script), script, page));
    }

    Written read(List<@Nullable Object> replies) {
      for (int i = 0; i < replies.size(); i++) {
        var part =
            i < commandParts.size()
                ? commandParts.get(i)
                : scriptParts.get(i - commandParts.size());
        if (replies.get(i) instanceof ErrorReply error) {
          failed(part, error);
        } else {
          succeeded(part, replies.get(i));
        }
      }
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

    private void succeeded(Part part, @Nullable Object reply) {
      switch (part.script()) {
        case DEFER -> {
          var statuses = Reply.list(reply);
          for (int i = 0; i < statuses.size(); i++) {
            results[part.indexes().get(i)] = result(Reply.text(statuses.get(i)));
          }
        }
        case DEAD -> {
          var parts = Reply.list(reply);
          results[part.indexes().get(0)] = result(Reply.text(parts.get(0)));
          deadDropped += Reply.number(parts.get(2));
        }
        default -> {
          ackMissing += part.indexes().size() - Reply.number(reply);
          part.indexes().forEach(index -> results[index] = DONE);
        }
      }
    }
  }

  private static Result result(String status) {
    return switch (status) {
      case "DONE" -> DONE;
      case "TRIMMED" -> TRIMMED;
      default -> FENCED;
    };
  }

  private static List<EntryId> ids(List<Integer> page, List<? extends Settlement> all) {
    return page.stream().map(index -> all.get(index).id()).toList();
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
