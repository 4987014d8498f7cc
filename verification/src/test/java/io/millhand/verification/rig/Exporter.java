// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.rig;

import io.millhand.testkit.ChildProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

/** {@code millhand serve} as a process, and a Prometheus that scrapes it. */
public final class Exporter implements AutoCloseable {

  private static final Duration START = Duration.ofSeconds(60);

  /** What Prometheus waits for by default. */
  private static final Duration SCRAPE_TIMEOUT = Duration.ofSeconds(10);

  private final ChildProcess process;
  private final HttpClient client = HttpClient.newHttpClient();
  private final URI metrics;

  private Exporter(ChildProcess process) {
    this.process = process;
    var line = process.awaitErrorLine(it -> it.contains("listening on http://"), START);
    this.metrics = URI.create(line.replaceFirst(".*(http://[0-9.:]+).*", "$1") + "/metrics");
  }

  /** Answers when it listens. */
  public static Exporter start(Installation millhand, String redis, String... more) {
    return new Exporter(
        millhand.builder("serve", "--port", "0", "--redis", redis).args(more).start());
  }

  /**
   * What came of a scrape.
   *
   * @param status of HTTP
   * @param body all of it
   * @param took until it was there
   */
  public record Scrape(int status, String body, Duration took) {

    /** Whether it says that Redis could be read. */
    public boolean isUp() {
      return body.contains("\nmillhand_up 1\n");
    }

    /** The series that tell of streams and groups. */
    public List<String> values() {
      return body.lines()
          .filter(line -> line.matches("(millhand_(stream|group|consumer)|redis_stream)_.*"))
          .toList();
    }
  }

  /** Scrapes it. */
  public Scrape scrape() throws IOException, InterruptedException {
    var start = System.nanoTime();
    var answer =
        client.send(
            HttpRequest.newBuilder(metrics).timeout(SCRAPE_TIMEOUT).build(),
            BodyHandlers.ofString());
    return new Scrape(
        answer.statusCode(), answer.body(), Duration.ofNanos(System.nanoTime() - start));
  }

  /** What it has logged. */
  public List<String> logLines() {
    return process.errorLines();
  }

  @Override
  public void close() {
    client.close();
    process.close();
  }
}
