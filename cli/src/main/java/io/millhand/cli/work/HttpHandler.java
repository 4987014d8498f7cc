// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.work;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.Millhand;
import io.millhand.cli.CommandFailure;
import io.millhand.delivery.Delivery;
import io.millhand.delivery.Entry;
import io.millhand.delivery.Outcome;
import io.millhand.delivery.TraceContext;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code --http}: an entry is a POST of its JSON. 2xx acks; 4xx dead-letters, but for 408, 425 and
 * 429; everything else is retried, after the time that Retry-After says, if it does. 429 with
 * Retry-After is no failed attempt: the service is well and says when to come.
 *
 * <p>Threads: handlers'. Connections are kept and shared.
 */
final class HttpHandler implements EntryHandler {

  private static final int CONCURRENCY = 64;
  private static final int REQUEST_TIMEOUT = 408;
  private static final int TOO_EARLY = 425;
  private static final int TOO_MANY = 429;

  /** What of an answer stands in the text of a failure. */
  private static final int QUOTED = 1024;

  /**
   * What of an answer is read, so that its connection can be used again; with more it is closed.
   */
  private static final int DRAINED = 256 << 10;

  private final HttpClient client;
  private final HttpRequest template;

  /**
   * With what to post to.
   *
   * @param address of the service
   * @param timeout for connecting, and for the answer to begin
   * @param headers a file of further headers, such as for authorization
   */
  HttpHandler(String address, Duration timeout, @Nullable Path headers) {
    // The pool may hand us a connection that the server is just closing. A POST is not sent again
    // by default; to us it
    // is the same as any other repetition.
    System.setProperty("jdk.httpclient.enableAllMethodRetry", "true");
    var uri = checked(address);
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(timeout)
            .followRedirects(HttpClient.Redirect.NEVER)
            .version(
                uri.getScheme().equals("https")
                    ? HttpClient.Version.HTTP_2
                    : HttpClient.Version.HTTP_1_1)
            .build();
    var request =
        HttpRequest.newBuilder(uri)
            .timeout(timeout)
            .header("Content-Type", "application/json")
            .header("User-Agent", "millhand/" + Millhand.version());
    if (headers != null) {
      addHeaders(request, headers);
    }
    this.template = request.build();
  }

  private static URI checked(String address) {
    try {
      var uri = new URI(address);
      var scheme = uri.getScheme();
      if (!("http".equals(scheme) || "https".equals(scheme)) || uri.getHost() == null) {
        throw CommandFailure.usage("--http wants an address such as http://localhost:8080/entries");
      }
      if (uri.getUserInfo() != null) {
        throw CommandFailure.usage(
            "the address of --http holds a user or password, which everybody on this machine can read in the list of"
                + " processes: put an Authorization header into a file and name it with --http-headers");
      }
      return uri;
    } catch (URISyntaxException e) {
      throw CommandFailure.usage(
          "the address of --http cannot be read (%s at character %d)"
              .formatted(e.getReason(), e.getIndex() + 1));
    }
  }

  private static void addHeaders(HttpRequest.Builder request, Path file) {
    try {
      for (var line : Files.readAllLines(file)) {
        var colon = line.indexOf(':');
        if (!line.isBlank() && !line.startsWith("#")) {
          // A line without a colon has an empty name, which is refused below.
          request.setHeader(
              line.substring(0, Math.max(0, colon)).strip(), line.substring(colon + 1).strip());
        }
      }
    } catch (IOException e) {
      throw CommandFailure.usage(
          "cannot read the file of --http-headers: " + e.getClass().getSimpleName());
    } catch (IllegalArgumentException e) {
      // Its message would quote the line, and so a secret.
      throw CommandFailure.usage(
          "a line of the file of --http-headers is not 'Name: value', or names what may not be set");
    }
  }

  @Override
  public int concurrency() {
    return CONCURRENCY;
  }

  @Override
  public Outcome decide(Delivery<Entry> delivery) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(template, (name, value) -> true)
            .POST(BodyPublishers.ofString(EntryJson.of(delivery)));
    delivery.trace().ifPresent(trace -> addTrace(request, trace));
    var response = client.send(request.build(), BodyHandlers.ofInputStream());
    try (var body = response.body()) {
      return outcome(response, quoted(body));
    }
  }

  /** Both have been checked: neither can hold a line break. */
  private static void addTrace(HttpRequest.Builder request, TraceContext trace) {
    request.setHeader(TraceContext.TRACEPARENT, trace.traceparent());
    trace.tracestate().ifPresent(state -> request.setHeader(TraceContext.TRACESTATE, state));
  }

  private static Outcome outcome(HttpResponse<?> response, String said) {
    var status = response.statusCode();
    if (status >= 200 && status < 300) {
      return Outcome.ack();
    }
    var failure = new HandlerFailure("HTTP " + status + (said.isEmpty() ? "" : ": " + said));
    if (status >= 400 && status < 500 && !isTemporary(status)) {
      return Outcome.dead(String.valueOf(failure.getMessage()), failure);
    }
    var wait = retryAfter(response);
    if (status == TOO_MANY && wait.isPresent()) {
      return Outcome.defer(wait.get());
    }
    return wait.map(after -> Outcome.failed(failure, after))
        .orElseGet(() -> Outcome.failed(failure));
  }

  private static boolean isTemporary(int status) {
    return status == REQUEST_TIMEOUT || status == TOO_EARLY || status == TOO_MANY;
  }

  private static Optional<Duration> retryAfter(HttpResponse<?> response) {
    var headers = response.headers();
    var date = headers.firstValue("Date").flatMap(RetryAfter::date).orElseGet(Instant::now);
    return headers.firstValue("Retry-After").flatMap(value -> RetryAfter.parse(value, date));
  }

  private static String quoted(InputStream body) throws IOException {
    var start = new String(body.readNBytes(QUOTED), UTF_8);
    for (long left = DRAINED; left > 0; ) {
      var skipped = body.skip(Math.min(left, 8192));
      if (skipped == 0) {
        break;
      }
      left -= skipped;
    }
    return start.strip();
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
