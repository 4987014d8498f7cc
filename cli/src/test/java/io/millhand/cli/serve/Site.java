// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.serve;

import io.millhand.Millhand;
import io.millhand.cli.autoscale.Policies;
import io.millhand.cli.autoscale.Signals;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A server at work in this process, and a client that asks it. */
final class Site implements AutoCloseable {

  private final Serving serving;
  private final HttpClient client = HttpClient.newHttpClient();

  private Site(Serving serving) {
    this.serving = serving;
  }

  /** Of all streams and groups of that Redis. */
  static Site of(String redis, List<MetricSet> sets) {
    return of(redis, Selection.of(List.of(), List.of()), sets);
  }

  static Site of(String redis, Selection selection, List<MetricSet> sets) {
    return start(redis, selection, sets, Optional.empty());
  }

  /** With a probe through the stream "probe" that often. */
  static Site probing(String redis, Duration every) {
    return start(
        redis,
        Selection.of(List.of(), List.of()),
        sets(0),
        Optional.of(new Probe.Settings("probe", "probe", every)));
  }

  /** That decides how many workers the groups need. */
  static Site scaling(String redis, Signals signals, String... specs) {
    return start(
        redis,
        Selection.of(List.of(), List.of()),
        sets(0),
        Optional.empty(),
        Optional.of(new Scaling.Settings(Policies.of(List.of(specs)), signals, Optional.empty())));
  }

  private static Site start(
      String redis, Selection selection, List<MetricSet> sets, Optional<Probe.Settings> probe) {
    return start(redis, selection, sets, probe, Optional.empty());
  }

  private static Site start(
      String redis,
      Selection selection,
      List<MetricSet> sets,
      Optional<Probe.Settings> probe,
      Optional<Scaling.Settings> scaling) {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return new Site(
        Serving.start(
            new Serving.Settings(address, selection, sets, Duration.ofSeconds(30), probe, scaling),
            Millhand.builder().uri(redis).commandTimeout(Duration.ofSeconds(1))));
  }

  /** Our own metrics and those names, of database 0. */
  static List<MetricSet> sets(int consumers, OtherNames... names) {
    return sets(0, consumers, names);
  }

  static List<MetricSet> sets(int database, int consumers, OtherNames... names) {
    return Metrics.sets(
        new Metrics.Wanted(database, consumers, Duration.ofMinutes(1), Set.of(names)));
  }

  int port() {
    return serving.address().getPort();
  }

  HttpResponse<String> ask(String method, String path, String... headers) {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  String get(String path) {
    return ask("GET", path).body();
  }

  /** The value of a series, named as it is printed; empty when there is none. */
  Optional<String> value(String series) {
    return get("/metrics")
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .map(line -> line.substring(series.length() + 1))
        .findFirst();
  }

  @Override
  public void close() {
    client.close();
    serving.close();
  }
}
