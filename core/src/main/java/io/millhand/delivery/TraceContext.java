// SPDX-License-Identifier: Apache-2.0
package io.millhand.delivery;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where an entry belongs in a distributed trace, by W3C Trace Context: it travels in two fields of
 * the entry, named as the headers are. Retries and dead letters keep it, as they keep all fields.
 *
 * @param traceparent version, trace id, parent id and flags, such as {@code
 *     00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01}
 * @param tracestate what tracing systems add for themselves, if they do
 */
public record TraceContext(String traceparent, Optional<String> tracestate) {

  /** The name of the field, of the HTTP header, and in capitals of the environment variable. */
  public static final String TRACEPARENT = "traceparent";

  /** The name of the second one. */
  public static final String TRACESTATE = "tracestate";

  private static final int LONGEST = 512;

  /** A version of which we know nothing may have more at its end. */
  private static final Pattern PARENT =
      Pattern.compile(
          "(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?<more>-[!-~]*)?");

  private static final String KEY = "[a-z0-9][a-z0-9_*/-]{0,255}(@[a-z][a-z0-9_*/-]{0,13})?";

  /** Printable ASCII but comma and equals sign, no space at its end. */
  private static final String VALUE = "[ -+\\--<>-~]{0,255}[!-+\\--<>-~]";

  private static final Pattern STATE_MEMBER = Pattern.compile(KEY + "=" + VALUE);
  private static final int MOST_MEMBERS = 32;

  private static final int TRACE_ID = 3;
  private static final int PARENT_ID = 36;
  private static final int FLAGS = 53;
  private static final int END = 55;

  /**
   * Checks both.
   *
   * @throws IllegalArgumentException when one of them is not as W3C Trace Context has it; the
   *     message does not quote it
   */
  public TraceContext {
    if (!isParent(traceparent)) {
      throw new IllegalArgumentException(
          "not a traceparent of W3C Trace Context: expected 00-<32 hex digits>-<16 hex digits>-<2 hex digits>, in lower case, neither id all zeros");
    }
    if (tracestate.isPresent() && !isState(tracestate.get())) {
      throw new IllegalArgumentException(
          "not a tracestate of W3C Trace Context: expected up to %d key=value with commas, %d characters at most"
              .formatted(MOST_MEMBERS, LONGEST));
    }
  }

  /**
   * One without a tracestate.
   *
   * @throws IllegalArgumentException as the constructor does
   */
  public static TraceContext of(String traceparent) {
    return new TraceContext(traceparent, Optional.empty());
  }

  /**
   * What an entry's fields say, the first of each name. Whoever may write to the stream has chosen
   * them: what is no traceparent is as none, and a tracestate that cannot be read is left out.
   */
  public static Optional<TraceContext> of(Fields fields) {
    return fields
        .find(TRACEPARENT)
        .flatMap(TraceContext::text)
        .filter(TraceContext::isParent)
        .map(
            parent ->
                new TraceContext(
                    parent,
                    fields
                        .find(TRACESTATE)
                        .flatMap(TraceContext::text)
                        .filter(TraceContext::isState)));
  }

  /** These fields and behind them this; unchanged where they have a traceparent. */
  public Fields addTo(Fields fields) {
    if (fields.find(TRACEPARENT).isPresent()) {
      return fields;
    }
    var pairs = fields.pairs();
    add(pairs, TRACEPARENT, traceparent);
    tracestate.ifPresent(state -> add(pairs, TRACESTATE, state));
    return Fields.ofPairs(pairs.toArray(byte[][]::new));
  }

  private static void add(List<byte[]> pairs, String name, String value) {
    pairs.add(name.getBytes(US_ASCII));
    pairs.add(value.getBytes(US_ASCII));
  }

  /** The trace's id: 32 hexadecimal digits. */
  public String traceId() {
    return traceparent.substring(TRACE_ID, PARENT_ID - 1);
  }

  /** The id of the span that sent the entry: 16 hexadecimal digits. */
  public String parentId() {
    return traceparent.substring(PARENT_ID, FLAGS - 1);
  }

  /** Whether the sender may have recorded its part. */
  public boolean isSampled() {
    return (Integer.parseInt(traceparent, FLAGS, END, 16) & 1) != 0;
  }

  private static Optional<String> text(byte[] value) {
    return value.length > LONGEST ? Optional.empty() : Optional.of(new String(value, UTF_8));
  }

  private static boolean isParent(String text) {
    if (text.length() > LONGEST) {
      return false;
    }
    var match = PARENT.matcher(text);
    return match.matches() && (match.group("more") == null || !text.startsWith("00"));
  }

  private static boolean isState(String text) {
    if (text.length() > LONGEST) {
      return false;
    }
    var members = 0;
    for (var member : text.split(",", -1)) {
      var stripped = member.replaceAll("^[ \t]+|[ \t]+$", "");
      if (!stripped.isEmpty() && !STATE_MEMBER.matcher(stripped).matches()) {
        return false;
      }
      if (!stripped.isEmpty()) {
        members++;
      }
    }
    return members > 0 && members <= MOST_MEMBERS;
  }
}
