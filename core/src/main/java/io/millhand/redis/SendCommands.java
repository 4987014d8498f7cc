// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.config.Durability;
import io.millhand.delivery.EntryId;
import io.millhand.delivery.Fields;
import io.millhand.error.MillhandException;
import io.millhand.error.UnavailableException;
import io.millhand.redis.Confirmation.Shortfall;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a producer needs: adding entries, many in one write. */
public final class SendCommands extends Commands {

  private static final byte[] ANY_ID = {'*'};
  private static final byte[] TWO_KEYS = {'2'};

  private final String name;
  private final byte[] stream;
  private final Optional<Confirmation> confirmation;

  /** On a connection that others use, too: nothing is asked about durability. */
  SendCommands(Wire wire, String stream) {
    this(wire, stream, Optional.empty());
  }

  private SendCommands(Wire wire, String stream, Optional<Confirmation> confirmation) {
    super(wire);
    this.name = stream;
    this.stream = stream.getBytes(UTF_8);
    this.confirmation = confirmation;
  }

  /** Takes the connection over, and closes it where its server cannot do what is asked. */
  static SendCommands on(Wire wire, String stream, Durability durability) {
    try {
      var confirmation = Confirmation.of(durability);
      confirmation.ifPresent(each -> each.tryOn(wire, stream));
      return new SendCommands(wire, stream, confirmation);
    } catch (UnavailableException e) {
      wire.close();
      throw nothingAdded(e);
    } catch (RuntimeException | Error e) {
      wire.close();
      throw e;
    }
  }

  /** An entry to add. */
  public interface ToAdd {

    /** What it consists of. */
    Fields fields();

    /** Under what it is to be added once; empty where it is added as often as it is sent. */
    Optional<Mark> mark();
  }

  /** The stream's key. */
  String stream() {
    return name;
  }

  /** What came of one entry. */
  public sealed interface Added {
    /**
     * It was added, as durably as was asked.
     *
     * @param id under that id, now or, where it has a mark, before
     */
    record Ok(EntryId id) implements Added {}

    /**
     * It was not added; or, with a {@link io.millhand.error.NotDurableException}, not durably.
     *
     * @param error why
     */
    record Failed(RuntimeException error) implements Added {}
  }

  /**
   * Makes sure that the connection still works.
   *
   * @throws UnavailableException when it does not; then it is closed
   */
  public void check() {
    wire.call(Verb.PING);
  }

  /**
   * Adds plain entries in one write, in order; each can fail alone.
   *
   * @throws UnavailableException when the connection broke: any of them may have been added
   */
  public List<Added> add(List<Fields> entries) {
    return write(entries.stream().map(this::plain).toList());
  }

  /**
   * Adds entries in one write, in order; each can fail alone. Blocks for as long as durability may
   * take.
   *
   * @throws UnavailableException when the connection broke: any of them may have been added
   */
  public List<Added> addAll(List<? extends ToAdd> entries) {
    var calls = new ArrayList<Call>(entries.size() + 1);
    for (var entry : entries) {
      calls.add(entry.mark().isPresent() ? once(entry) : plain(entry.fields()));
    }
    return write(calls);
  }

  private Call plain(Fields fields) {
    var args = new byte[2 + fields.count() * 2][];
    args[0] = stream;
    args[1] = ANY_ID;
    put(fields, args, 2);
    return new Call(Verb.XADD, args);
  }

  private Call once(ToAdd entry) {
    load();
    var mark = entry.mark().orElseThrow();
    var args = new byte[5 + entry.fields().count() * 2][];
    args[0] = Script.ONCE.forServer(wire.server()).sha();
    args[1] = TWO_KEYS;
    args[2] = stream;
    args[3] = mark.key();
    args[4] = mark.window();
    put(entry.fields(), args, 5);
    return new Call(Verb.EVALSHA, args);
  }

  private static void put(Fields fields, byte[][] args, int at) {
    for (int i = 0; i < fields.count(); i++) {
      args[at + i * 2] = fields.name(i);
      args[at + 1 + i * 2] = fields.value(i);
    }
  }

  private void load() {
    try {
      wire.scripts().load(Script.ONCE);
    } catch (UnavailableException e) {
      throw nothingAdded(e);
    }
  }

  /** Only questions were sent so far: no caller need fear for its entry. */
  private static UnavailableException nothingAdded(UnavailableException error) {
    return error.mayHaveBeenDone()
        ? new UnavailableException(
            UnavailableException.Reason.NOT_CONNECTED, String.valueOf(error.getMessage()), error)
        : error;
  }

  private List<Added> write(List<Call> calls) {
    var replies = pipeline(calls);
    var results = results(calls, replies);
    var forgotten = forgotten(replies);
    if (!forgotten.isEmpty()) {
      var again = again(forgotten.stream().map(calls::get).toList());
      for (int i = 0; i < forgotten.size(); i++) {
        results.set(forgotten.get(i), again.get(i));
      }
    }
    return results;
  }

  /** Whatever happens to these, the others of their write have their results already. */
  private List<Added> again(List<Call> calls) {
    try {
      wire.scripts().forget(Script.ONCE);
      load();
      return results(calls, pipeline(calls));
    } catch (MillhandException e) {
      return calls.stream().<Added>map(call -> new Added.Failed(e)).toList();
    }
  }

  private List<@Nullable Object> pipeline(List<Call> calls) {
    if (confirmation.isEmpty()) {
      return wire.pipeline(calls);
    }
    var asking = new ArrayList<>(calls);
    asking.add(confirmation.get().call());
    return wire.pipelineBlocking(asking, confirmation.get().within());
  }

  /** Which calls met a server that has forgotten the script. */
  private static List<Integer> forgotten(List<@Nullable Object> replies) {
    List<Integer> indexes = List.of();
    for (int i = 0; i < replies.size(); i++) {
      if (replies.get(i) instanceof ErrorReply error && error.code().equals("NOSCRIPT")) {
        indexes = indexes.isEmpty() ? new ArrayList<>() : indexes;
        indexes.add(i);
      }
    }
    return indexes;
  }

  private List<Added> results(List<Call> calls, List<@Nullable Object> replies) {
    var shortfall = confirmation.flatMap(each -> each.shortfall(replies.get(calls.size()), wire));
    var results = new ArrayList<Added>(calls.size());
    for (int i = 0; i < calls.size(); i++) {
      results.add(result(calls.get(i), replies.get(i), shortfall));
    }
    return results;
  }

  private Added result(Call call, @Nullable Object reply, Optional<Shortfall> shortfall) {
    if (reply instanceof ErrorReply error) {
      var what = call.verb() == Verb.XADD ? "XADD" : Scripts.describe(Script.ONCE);
      return new Added.Failed(wire.error(error, what));
    }
    var id = Reply.id(reply);
    return shortfall.isEmpty() ? new Added.Ok(id) : new Added.Failed(shortfall.get().of(name, id));
  }
}
