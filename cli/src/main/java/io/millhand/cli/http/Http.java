// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What is asked over HTTP, and what is answered. */
public final class Http {

  private Http() {}

  /**
   * A question; a GET, or a HEAD, which is answered alike.
   *
   * @param path the parts of its path, decoded
   * @param query its parameters, decoded; a plus is a plus, and of one that comes again, the last
   * @param form the same as a form is read, which is how Go writes them: a plus is a space, and of
   *     one that comes again, the first
   * @param headers its headers, by their names in small letters
   * @param client the certificates of whoever asks, his own first, by no one verified but that he
   *     has its key; empty over plain HTTP and where he showed none
   */
  public record Request(
      List<String> path,
      Map<String, String> query,
      Map<String, String> form,
      Map<String, List<String>> headers,
      Optional<List<X509Certificate>> client) {

    /** The first header of that name, in letters of any size; empty where there is none. */
    public Optional<String> header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()).stream().findFirst();
    }

    /** All its Accept headers in one, or nothing. */
    public String accept() {
      return String.join(",", headers.getOrDefault("accept", List.of()));
    }
  }

  /**
   * An answer.
   *
   * @param status its code
   * @param contentType of its body
   * @param body its body
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Answer(int status, String contentType, byte[] body) {

    /** A line of text. */
    public static Answer text(int status, String line) {
      return new Answer(status, "text/plain; charset=utf-8", (line + "\n").getBytes(UTF_8));
    }

    /** A JSON text. */
    public static Answer json(int status, String json) {
      return new Answer(status, "application/json", (json + "\n").getBytes(UTF_8));
    }
  }

  /** Answers one kind of question. */
  @FunctionalInterface
  public interface Endpoint {
    /** Answers it. */
    Answer answer(Request request);
  }

  /** The form in which a front says no, where no endpoint has said so in a form of its own. */
  @FunctionalInterface
  public interface Refusal {
    /** Says it, in one line. */
    Answer of(int status, String line);
  }

  /**
   * What a front has to offer.
   *
   * @param routes an endpoint for each first part of a path
   * @param otherwise answers where no route leads
   * @param refusal how it says no by itself
   */
  public record Offer(Map<String, Endpoint> routes, Endpoint otherwise, Refusal refusal) {}
}
