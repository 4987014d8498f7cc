// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Map;

/** What is asked over HTTP, and what is answered. */
public final class Http {

  private Http() {}

  /**
   * A question; a GET, or a HEAD, which is answered alike.
   *
   * @param path the parts of its path, decoded
   * @param query its parameters, decoded; of one that comes again, the last
   * @param accept its Accept header, or nothing
   */
  public record Request(List<String> path, Map<String, String> query, String accept) {}

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
}
