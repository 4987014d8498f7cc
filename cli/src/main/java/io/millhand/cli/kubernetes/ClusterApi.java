// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.kubernetes;

import io.millhand.Millhand;
import io.millhand.cli.Escape;
import io.millhand.cli.Json;
import io.millhand.tls.Authorities;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The API server of the cluster in which this process is a pod, as the pod's service account. Token
 * and authorities are read each time anew, since Kubernetes changes them. A call takes ten seconds
 * at most and is not repeated.
 *
 * <p>Threads: any.
 */
public final class ClusterApi implements AutoCloseable {

  /** For a merge of what is sent into what is there. */
  public static final String MERGE_PATCH = "application/merge-patch+json";

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final int MULTIPLE_CHOICES = 300;
  private static final int OK = 200;
  private static final int QUOTED = 300;

  private final PodAccount account;
  private final ReentrantLock lock = new ReentrantLock();
  private byte[] seen = {}; // guarded by the lock
  private @Nullable HttpClient client; // guarded by the lock

  /** Asked as that account; nothing is connected yet. */
  public ClusterApi(PodAccount account) {
    this.account = account;
  }

  /**
   * Gets an object, or a list.
   *
   * @param path of the API, with its query, encoded
   * @throws ClusterException when there is none, it may not be read, or nobody answers
   */
  public JsonNode get(String path) {
    return send("GET", path, request(path).GET());
  }

  /**
   * Changes an object.
   *
   * @param path of the API, with its query, encoded
   * @param kind of the patch, such as {@link #MERGE_PATCH}
   * @param json the patch
   * @return the object as it is by then
   * @throws ClusterException when there is none, it may not be changed, or nobody answers
   */
  public JsonNode patch(String path, String kind, String json) {
    return send(
        "PATCH",
        path,
        request(path).header("Content-Type", kind).method("PATCH", BodyPublishers.ofString(json)));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(account.server().resolve(path))
        .timeout(ANSWER)
        .header("Accept", "application/json")
        .header("User-Agent", "millhand/" + Millhand.version())
        .header("Authorization", "Bearer " + account.readToken());
  }

  private JsonNode send(String method, String path, HttpRequest.Builder request) {
    var what = "%s %s at %s".formatted(method, path, account.server());
    var answer = exchange(what, request.build());
    if (answer.statusCode() < OK || answer.statusCode() >= MULTIPLE_CHOICES) {
      throw new ClusterException(
          answer.statusCode(),
          "%s was answered with %d: %s".formatted(what, answer.statusCode(), why(answer)));
    }
    try {
      return Json.tree(answer.body());
    } catch (JacksonException e) {
      throw new ClusterException(what + " was answered with what is no JSON", e);
    }
  }

  private HttpResponse<byte[]> exchange(String what, HttpRequest request) {
    var call = client().sendAsync(request, BodyHandlers.ofByteArray());
    try {
      // The request's own limit ends with the answer's first byte.
      return call.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new ClusterException(
          "%s failed: %s".formatted(what, Escape.line(String.valueOf(e.getCause()))), e.getCause());
    } catch (TimeoutException e) {
      throw new ClusterException(
          "%s was not answered within %d s".formatted(what, ANSWER.toSeconds()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException(what + " was given up", e);
    } finally {
      call.cancel(true);
    }
  }

  /** The words of a Status, or the beginning of whatever else it is. */
  private static String why(HttpResponse<byte[]> answer) {
    String text;
    try {
      text = Json.tree(answer.body()).path("message").asString("no reason was given");
    } catch (JacksonException e) {
      text = "no reason that can be read was given";
    }
    return Escape.line(text.substring(0, Math.min(QUOTED, text.length())));
  }

  private HttpClient client() {
    lock.lock();
    try {
      var now = account.readAuthorities();
      if (client == null || !Arrays.equals(now, seen)) {
        var next = connecting(now);
        close();
        client = next;
        seen = now;
      }
      return client;
    } finally {
      lock.unlock();
    }
  }

  private HttpClient connecting(byte[] authorities) {
    try {
      return HttpClient.newBuilder()
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .proxy(HttpClient.Builder.NO_PROXY)
          .sslContext(Authorities.read(authorities).clientContext())
          .build();
    } catch (GeneralSecurityException e) {
      throw new ClusterException(
          "the cluster's authorities in %s cannot be used: %s"
              .formatted(account.ca(), Escape.line(String.valueOf(e.getMessage()))),
          e);
    }
  }

  /** Breaks off what is under way. */
  @Override
  public void close() {
    lock.lock();
    try {
      if (client != null) {
        client.shutdownNow();
        client = null;
      }
    } finally {
      lock.unlock();
    }
  }
}
