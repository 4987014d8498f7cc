// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.story;

import static io.millhand.sim.story.Plan.GROUP;
import static io.millhand.sim.story.Plan.STREAM;

import io.millhand.config.Retention;
import io.millhand.delivery.EntryId;
import io.millhand.redis.Keys;
import io.millhand.sim.model.Look;
import io.millhand.sim.model.Refusal;
import io.millhand.sim.world.SimServer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the keys before and after each command of a worker, and says what must not have
 * happened. It knows the invariants, and nothing of how scripts keep them.
 */
final class Judge implements SimServer.Witness {

  static final Keys KEYS = Keys.of(STREAM, GROUP);
  private static final Set<String> READS =
      Set.of("XPENDING", "XRANGE", "HGETALL", "HMGET", "HSCAN", "XINFO", "TIME", "ZCARD", "PING");

  private final SimServer server;
  private final Books books;
  private final Plan plan;

  /** Who had what is pending no more. */
  private final Map<EntryId, String> lastOwners = new HashMap<>();

  private Before before = new Before(Map.of(), Set.of(), false, Map.of(), Map.of());

  /** What stood in the keys. */
  private record Before(
      Map<EntryId, String> owners,
      Set<EntryId> ids,
      boolean hadGroup,
      Map<EntryId, Long> deliveries,
      Map<EntryId, Double> due) {}

  Judge(SimServer server, Books books, Plan plan) {
    this.server = server;
    this.books = books;
    this.plan = plan;
  }

  private Look look() {
    return server.model().look();
  }

  @Override
  public void before(String client, List<String> words) {
    if (READS.contains(words.get(0))) {
      return;
    }
    var look = look();
    var owners = look.pending(STREAM, GROUP);
    var deliveries = new HashMap<EntryId, Long>();
    var due = new HashMap<EntryId, Double>();
    for (var id : owners.keySet()) {
      deliveries.put(id, look.deliveries(STREAM, GROUP, id));
      var score = look.score(KEYS.deferred(), id.toString());
      if (score != null) {
        due.put(id, score);
      }
    }
    before = new Before(owners, look.ids(STREAM), look.hasGroup(STREAM, GROUP), deliveries, due);
  }

  @Override
  public void after(String client, List<String> words, @Nullable Object reply) {
    books.count("commands");
    if (READS.contains(words.get(0))) {
      return;
    }
    if (words.get(0).equals("XADD") && words.get(1).equals(STREAM) && reply instanceof String id) {
      added(EntryId.parse(id), words);
    }
    if (client.equals("operator")) {
      return;
    }
    books.count("writes");
    pendingRecordsThatWent(client, words);
    entriesThatWent(client, words);
    if (words.get(0).equals("EVALSHA") && !(reply instanceof Refusal)) {
      script(words, reply);
    }
    if (plan.genre() == Genre.CALM) {
      permits();
    }
  }

  private void added(EntryId id, List<String> words) {
    books.numbers.put(id, Integer.parseInt(words.get(words.indexOf("n") + 1)));
  }

  private boolean isFinished(EntryId id) {
    return books.successes(id) > 0 || isDead(id);
  }

  boolean isDead(EntryId id) {
    var text = id.toString();
    return look().fields(KEYS.dead()).stream()
        .anyMatch(fields -> fields.get(fields.indexOf("~id") + 1).equals(text));
  }

  /** The fields of its dead letter. */
  List<String> letter(EntryId id) {
    var text = id.toString();
    return look().fields(KEYS.dead()).stream()
        .filter(fields -> fields.get(fields.indexOf("~id") + 1).equals(text))
        .findFirst()
        .orElseThrow();
  }

  /** I1, I4, I5. */
  private void pendingRecordsThatWent(String client, List<String> words) {
    var now = look().pending(STREAM, GROUP);
    if (before.hadGroup() && !look().hasGroup(STREAM, GROUP)) {
      books.violation(client + " destroyed the group by " + words.get(0));
      return;
    }
    before
        .owners()
        .forEach(
            (id, owner) -> {
              if (!now.containsKey(id)) {
                lastOwners.put(id, owner);
              }
            });
    for (var id : before.owners().keySet()) {
      if (!now.containsKey(id) && before.ids().contains(id) && !isFinished(id)) {
        books.violation(
            "I1: %s took %s from the pending list, which is neither handled nor dead"
                .formatted(client, id));
      }
    }
  }

  /** I6. */
  private void entriesThatWent(String client, List<String> words) {
    var now = look().ids(STREAM);
    if (now.size() == before.ids().size()) {
      return;
    }
    for (var id : before.ids()) {
      if (now.contains(id) || isFinished(id)) {
        continue;
      }
      if (plan.settings().upkeep().retention() instanceof Retention.HardCap) {
        books.gone.add(id);
        books.count("capped");
      } else if (!books.gone.contains(id)) {
        books.violation(
            "I6: %s deleted %s, which is neither handled nor dead, by %s"
                .formatted(client, id, words.get(0)));
      }
    }
  }

  private void permits() {
    var counts = new HashMap<String, Integer>();
    look().pending(STREAM, GROUP).values().forEach(each -> counts.merge(each, 1, Integer::sum));
    counts.remove(Keys.DEFERRED_CONSUMER);
    counts.forEach(
        (consumer, count) -> {
          if (count > plan.settings().flow().maxInFlight()) {
            books.violation(consumer + " was given " + count + " entries, more than its permits");
          }
        });
  }

  private void script(List<String> words, @Nullable Object reply) {
    var args = words.subList(11, words.size());
    var title = server.model().scriptTitle(words.get(1));
    if (title.startsWith("Settles deliveries that are not done")) {
      deferred(args, (List<?>) java.util.Objects.requireNonNull(reply));
    } else if (title.startsWith("Moves one delivery to the dead-letter stream")) {
      var parts = (List<?>) java.util.Objects.requireNonNull(reply);
      if (parts.get(0).equals("DONE")) {
        dead(args);
      }
    } else if (title.startsWith("Claims what is due")) {
      claimed((List<?>) java.util.Objects.requireNonNull(reply));
    }
  }

  private void dead(List<String> args) {
    if (before.owners().containsKey(EntryId.parse(args.get(3)))) {
      books.count("dead");
      mustBeOurs("dead", args, args.get(3), args.get(4));
      return;
    }
    // Done before, but the reply was lost: then the letter is there, of just this delivery.
    books.count("dead before");
    var facts = List.of("~id", args.get(3), "~consumer", args.get(1), "~deliveries", args.get(4));
    if (look().fields(KEYS.dead()).stream().noneMatch(letter -> says(letter, facts))) {
      books.violation("I3: there is no dead letter of " + facts);
    }
  }

  private static boolean says(List<String> letter, List<String> facts) {
    for (int i = 0; i < facts.size(); i += 2) {
      var at = letter.indexOf(facts.get(i));
      if (at < 0 || !letter.get(at + 1).equals(facts.get(i + 1))) {
        return false;
      }
    }
    return true;
  }

  private void deferred(List<String> args, List<?> statuses) {
    for (int i = 0; i < statuses.size(); i++) {
      var id = args.get(3 + i * 8);
      if (statuses.get(i).equals("DONE")
          && !Keys.DEFERRED_CONSUMER.equals(before.owners().get(EntryId.parse(id)))) {
        books.count("deferred");
        mustBeOurs("defer", args, id, args.get(4 + i * 8));
      }
    }
  }

  /** I3. */
  private void mustBeOurs(String what, List<String> args, String entry, String count) {
    var id = EntryId.parse(entry);
    var consumer = args.get(1);
    var info = look().field(KEYS.info(), consumer);
    if (!consumer.equals(before.owners().get(id))
        || !count.equals(String.valueOf(before.deliveries().get(id)))
        || info == null
        || !info.startsWith("boot=" + args.get(2) + "\n")) {
      books.violation(
          "I3: %s by %s of %s, delivery %s, which is not its own: it was %s's, delivery %s"
              .formatted(
                  what, consumer, id, count, before.owners().get(id), before.deliveries().get(id)));
    }
  }

  /** I7, and that nothing is taken from somebody who holds it. */
  private void claimed(List<?> reply) {
    for (int i = 2; i < reply.size(); i += 4) {
      var id = EntryId.parse((String) reply.get(i));
      if (!reply.get(i + 1).equals("CLAIMED")) {
        continue;
      }
      var due = before.due().get(id);
      if (!Keys.DEFERRED_CONSUMER.equals(before.owners().get(id))) {
        books.violation("due took %s from %s".formatted(id, before.owners().get(id)));
      } else if (due == null || due > server.micros() / 1000.0) {
        books.violation("I7: due took %s before its time".formatted(id));
      }
    }
  }

  /** Whether a handler may begin with an entry, for all that stands in Redis. */
  void begins(EntryId id, String worker) {
    // Whoever had it first may have acked it meanwhile: nobody is told that its handler succeeded.
    var owner = look().pending(STREAM, GROUP).getOrDefault(id, lastOwners.get(id));
    if (!plan.genre().mayForget() && plan.genre() != Genre.SHARED && !worker.equals(owner)) {
      books.violation("%s begins with %s, which is %s's".formatted(worker, id, owner));
    }
  }

  /** Who is registered. */
  Set<String> registered() {
    var names = new HashSet<String>();
    look()
        .hash(KEYS.info())
        .keySet()
        .forEach(
            name -> {
              if (!name.startsWith("~")) {
                names.add(name);
              }
            });
    return names;
  }
}
