// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import io.millhand.cli.autoscale.NoSignalException;
import io.millhand.cli.http.Http;
import io.millhand.cli.http.Http.Answer;
import io.millhand.cli.http.Http.Request;
import io.millhand.cli.view.SeenJson;
import io.millhand.delivery.EntryId;
import io.millhand.error.MillhandException;
import io.millhand.error.NoGroupException;
import io.millhand.inspect.Inspector;
import io.millhand.inspect.Trend.Watched;
import io.millhand.inspect.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * {@code /api/v1}: what the commands show, as JSON, for programs; read-only. Only the streams and
 * groups that this server looks at are there.
 */
final class Api implements Http.Endpoint {

  private static final int MOST_PENDING = 500;

  /** Fewer: they hold whole entries. */
  private static final int MOST_DEAD = 100;

  private final RedisLink redis;
  private final Selection selection;
  private final Collector collector;
  private final Optional<Scaling> scaling;

  /** Of those streams and groups; what the collector sees is not asked for anew. */
  Api(RedisLink redis, Selection selection, Collector collector, Optional<Scaling> scaling) {
    this.redis = redis;
    this.selection = selection;
    this.collector = collector;
    this.scaling = scaling;
  }

  @Override
  public Answer answer(Request request) {
    try {
      return Answer.json(200, find(request.path(), request.query()));
    } catch (IllegalArgumentException e) {
      return error(400, e);
    } catch (NoGroupException e) {
      return error(404, e);
    } catch (MillhandException | NoSignalException e) {
      return error(503, e);
    }
  }

  private static Answer error(int status, Exception error) {
    return Answer.json(status, ApiJson.error(String.valueOf(error.getMessage())));
  }

  private String find(List<String> path, Map<String, String> query) {
    var form = path.size() + " " + String.join("/", path.stream().limit(3).toList());
    return switch (form) {
      case "3 api/v1/streams" -> streams();
      case "5 api/v1/streams" -> ofStream(path.get(3), path.get(4));
      case "6 api/v1/groups" -> ofGroup(path.get(3), path.get(4), path.get(5), query);
      default -> throw nothing();
    };
  }

  private static NoGroupException nothing() {
    return new NoGroupException(
        "there is nothing of that name here: /api/v1/streams, /api/v1/streams/KEY/groups, and of /api/v1/groups/STREAM/GROUP consumers, pending, dead, scaling",
        null);
  }

  private String streams() {
    var seen = collector.collect().orThrow();
    return ApiJson.list("streams", seen.survey().streams(), SeenJson::stream);
  }

  private String ofStream(String stream, String what) {
    if (!what.equals("groups") || !selection.wantsStream(stream)) {
      throw nothing();
    }
    var seen = collector.collect().orThrow();
    var isKnown = seen.survey().streams().stream().anyMatch(each -> each.key().equals(stream));
    var groups =
        isKnown
            ? seen.groups().stream().filter(each -> each.group().stream().equals(stream)).toList()
            : newGroups(stream);
    return ApiJson.list("groups", groups, SeenJson::group);
  }

  /** A stream that came after the look that is shared, or after the last walk for streams. */
  private List<Watched> newGroups(String stream) {
    return inspect(inspector -> inspector.groups(stream)).stream()
        .filter(group -> selection.wants(stream, group.name()))
        .map(group -> new Watched(group, Optional.empty(), Verdict.of(group)))
        .toList();
  }

  private String ofGroup(String stream, String group, String what, Map<String, String> query) {
    if (!selection.wants(stream, group)) {
      throw nothing();
    }
    return switch (what) {
      case "consumers" ->
          ApiJson.list(
              "consumers",
              inspect(inspector -> inspector.consumers(stream, group)),
              SeenJson::consumer);
      case "pending" -> pending(stream, group, query);
      case "dead" -> dead(stream, group, query);
      case "scaling" -> scaling(stream, group);
      default -> throw nothing();
    };
  }

  private String pending(String stream, String group, Map<String, String> query) {
    var limit = Page.limit(query, MOST_PENDING);
    var from = Page.id(query, "from").orElse(EntryId.ZERO);
    var consumer = Optional.ofNullable(query.get("consumer"));
    var entries = inspect(inspector -> inspector.pending(stream, group, from, limit, consumer));
    var next =
        entries.size() < limit
            ? Optional.<EntryId>empty()
            : Optional.of(entries.getLast().id().next());
    return ApiJson.page("pending", entries, SeenJson::pending, "from", next);
  }

  private String dead(String stream, String group, Map<String, String> query) {
    var limit = Page.limit(query, MOST_DEAD);
    var before = Page.id(query, "before");
    var letters = inspect(inspector -> inspector.dead(stream, group, before, limit));
    var next =
        letters.size() < limit ? Optional.<EntryId>empty() : Optional.of(letters.getLast().id());
    return ApiJson.page("dead", letters, SeenJson::dead, "before", next);
  }

  private String scaling(String stream, String group) {
    var signals =
        scaling
            .map(Scaling::signals)
            .orElseThrow(
                () ->
                    new NoGroupException(
                        "it is not decided here how many workers are needed: that is with --scale, --external-metrics-port or --keda-port",
                        null));
    return signals
        .of(stream, group)
        .map(SignalJson::of)
        .orElseThrow(
            () -> new NoGroupException("there was no such group when groups were looked at", null));
  }

  private <R> R inspect(Function<Inspector, R> question) {
    return redis.ask(millhand -> question.apply(millhand.inspector()));
  }
}
