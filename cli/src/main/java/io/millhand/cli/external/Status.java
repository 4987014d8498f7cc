// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.external;

import io.millhand.cli.Escape;
import io.millhand.cli.Json;
import io.millhand.cli.http.Http.Answer;
import java.io.Serial;

/** How Kubernetes says no: an object of kind Status. */
final class Status {

  private Status() {}

  /** Thrown where an answer is made, to say no instead. */
  static final class Refused extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    private final int code;

    /**
     * With that code, for that reason.
     *
     * @param why may quote what came from outside
     */
    Refused(int code, String why) {
      super(why, null, false, false);
      this.code = code;
    }

    /** As an answer. */
    Answer answer() {
      return Status.answer(code, String.valueOf(getMessage()));
    }
  }

  /**
   * Says no.
   *
   * @param line may quote what came from outside: it is escaped
   */
  static Answer answer(int code, String line) {
    return Answer.json(
        code,
        Json.write(
            json -> {
              json.writeStartObject();
              json.writeStringProperty("kind", "Status");
              json.writeStringProperty("apiVersion", "v1");
              json.writeName("metadata").writeStartObject().writeEndObject();
              json.writeStringProperty("status", "Failure");
              json.writeStringProperty("message", Escape.line(line));
              json.writeStringProperty("reason", reason(code));
              json.writeNumberProperty("code", code);
              json.writeEndObject();
            }));
  }

  private static String reason(int code) {
    return switch (code) {
      case 400 -> "BadRequest";
      case 401 -> "Unauthorized";
      case 404 -> "NotFound";
      case 405 -> "MethodNotAllowed";
      case 409 -> "Conflict";
      case 503 -> "ServiceUnavailable";
      default -> "InternalError";
    };
  }
}
