// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import io.millhand.Millhand;
import io.millhand.cli.Escape;
import io.millhand.cli.http.Http.Answer;
import io.millhand.cli.http.Http.Endpoint;
import io.millhand.cli.http.Http.Request;
import io.millhand.cli.http.HttpFront;
import io.millhand.error.MillhandException;
import io.millhand.inspect.Survey;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A server at work: Redis on one side, HTTP on the other. */
final class Serving implements AutoCloseable {

  /** How it speaks of itself. */
  static final HttpFront.Names NAMES =
      new HttpFront.Names(
          "millhand serve", "--bind", "--port", "/metrics, /healthz, /readyz, /api/v1/streams");

  private final RedisLink redis;
  private final Selection selection;
  private final Discovery discovery;
  private final Optional<Probe> probe;
  private final Optional<Scaling> scaling;
  private final HttpFront front;

  private Serving(Settings settings, Millhand.Builder builder) {
    redis = new RedisLink(builder);
    selection = settings.selection();
    discovery = new Discovery(() -> redis.ask(millhand -> millhand.inspector().streams()));
    var collector = new Collector(this::survey, settings.over());
    probe = settings.probe().map(each -> Probe.start(redis, each));
    scaling = settings.scaling().map(each -> Scaling.start(redis, selection, discovery, each));
    front =
        HttpFront.start(
            settings.address(),
            Map.<String, Endpoint>of(
                "metrics",
                new Metrics(collector, settings.sets(), probe, scaling),
                "healthz",
                Serving::healthz,
                "readyz",
                this::readyz,
                "api",
                new Api(redis, selection, collector, scaling)),
            NAMES);
  }

  /**
   * How to serve.
   *
   * @param address where to listen
   * @param selection which streams and groups to look at
   * @param sets which metrics to show
   * @param over how far back a look is compared, for rates and verdicts
   * @param probe how to probe, where that is wanted
   * @param scaling how to decide how many workers are needed, where that is wanted
   */
  record Settings(
      InetSocketAddress address,
      Selection selection,
      List<MetricSet> sets,
      Duration over,
      Optional<Probe.Settings> probe,
      Optional<Scaling.Settings> scaling) {}

  /**
   * Serves from now on; Redis is asked when somebody asks us.
   *
   * @throws io.millhand.cli.CommandFailure when the port cannot be had
   */
  static Serving start(Settings settings, Millhand.Builder redis) {
    return new Serving(settings, redis);
  }

  /** Where it listens. */
  InetSocketAddress address() {
    return front.address();
  }

  private Survey survey() {
    var keys = selection.keys(discovery);
    return redis.ask(millhand -> millhand.inspector().survey(keys, selection::wants));
  }

  /** Whether this process lives; that Redis is away is no reason to start it anew. */
  private static Answer healthz(Request request) {
    return Answer.text(200, "ok");
  }

  /** Whether there is something to be had here: Redis answers. */
  private Answer readyz(Request request) {
    try {
      redis.ask(millhand -> millhand.inspector().serverTime());
      return Answer.text(200, "ok");
    } catch (MillhandException e) {
      return Answer.text(503, Escape.line(String.valueOf(e.getMessage())));
    }
  }

  @Override
  public void close() {
    front.close();
    probe.ifPresent(Probe::close);
    scaling.ifPresent(Scaling::close);
    redis.close();
  }
}
