// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.autoscale;

import io.millhand.autoscale.ScalingPolicy;
import io.millhand.cli.CommandFailure;
import io.millhand.cli.Durations;
import io.millhand.cli.Escape;
import io.millhand.cli.Glob;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.TypeConversionException;

/**
 * A policy, and the groups that it is for.
 *
 * @param stream name or pattern of their streams
 * @param group name or pattern of the groups
 * @param policy what their fleets are to keep to
 */
public record GroupPolicy(Glob stream, Glob group, ScalingPolicy policy) {

  /** The words of a policy, for a help text. */
  public static final String FORM =
      "stream=KEY,group=NAME,min=N,max=N,objective=TIME,drain=TIME,utilisation=PART,rate=N";

  /** An objective brings its own time to drain, so it comes before what is said of that. */
  private static final List<String> SETTINGS =
      List.of("min", "max", "objective", "drain", "utilisation", "rate");

  /**
   * Reads one as it stands on a command line: {@code stream=orders,group=processing,max=20}. What
   * is not given is the default; stream and group may be patterns, and are any by default. Their
   * order is free. A comma in a name is written {@code \,}.
   *
   * @throws CommandFailure when it cannot be read, or cannot work
   */
  public static GroupPolicy parse(String text) {
    var values = values(text);
    var stream = Glob.of(values.getOrDefault("stream", "*"));
    var group = Glob.of(values.getOrDefault("group", "*"));
    var policy = ScalingPolicy.DEFAULT;
    for (var key : SETTINGS) {
      var value = values.get(key);
      policy = value == null ? policy : with(policy, key, value, text);
    }
    var problems = policy.problems();
    if (!problems.isEmpty()) {
      throw failure(text, String.join("; ", problems));
    }
    return new GroupPolicy(stream, group, policy);
  }

  private static Map<String, String> values(String text) {
    var values = new HashMap<String, String>();
    for (var word : words(text)) {
      var equals = word.indexOf('=');
      var key = equals < 0 ? word : word.substring(0, equals);
      var value = equals < 0 ? "" : word.substring(equals + 1);
      if (!key.equals("stream") && !key.equals("group") && !SETTINGS.contains(key)) {
        throw failure(text, "there is no '%s'".formatted(Escape.text(key)));
      }
      if (value.isEmpty()) {
        throw failure(text, "%s has no value".formatted(key));
      }
      if (values.put(key, value) != null) {
        throw failure(text, "%s stands twice".formatted(key));
      }
    }
    return values;
  }

  private static ScalingPolicy with(ScalingPolicy policy, String key, String value, String whole) {
    try {
      return switch (key) {
        case "min" -> policy.between(Integer.parseInt(value), policy.max());
        case "max" -> policy.between(policy.min(), Integer.parseInt(value));
        case "objective" -> policy.objective(new Durations().convert(value));
        case "drain" -> policy.drain(new Durations().convert(value));
        case "utilisation" -> policy.utilisation(Double.parseDouble(value));
        case "rate" -> policy.rate(Double.parseDouble(value));
        default -> throw new IllegalArgumentException(key);
      };
    } catch (NumberFormatException e) {
      throw failure(whole, "%s is no number: '%s'".formatted(key, Escape.text(value)));
    } catch (TypeConversionException e) {
      throw failure(whole, key + ": " + e.getMessage());
    }
  }

  private static CommandFailure failure(String text, String why) {
    return CommandFailure.usage(
        "--scale '%s' cannot work: %s. It is written %s".formatted(Escape.text(text), why, FORM));
  }

  /**
   * Parts between commas; a comma after a backslash is none, and the backslash goes. Any other sign
   * after a backslash stays with it: what that means is for the pattern to say.
   */
  private static List<String> words(String text) {
    var words = new ArrayList<String>();
    var word = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length()) {
        var next = text.charAt(++i);
        word.append(next == ',' ? "," : "\\" + next);
      } else if (c == ',') {
        words.add(word.toString());
        word.setLength(0);
      } else {
        word.append(c);
      }
    }
    words.add(word.toString());
    return words.stream().map(String::strip).filter(each -> !each.isEmpty()).toList();
  }

  /** Whether it is for that group. */
  boolean isFor(String key, String name) {
    return stream.matches(key) && group.matches(name);
  }

  /** Whether it names one group of one stream. */
  boolean isNamed() {
    return stream.isName() && group.isName();
  }
}
