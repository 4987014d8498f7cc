// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.autoscale;

import io.millhand.autoscale.ScalingPolicy;
import io.millhand.cli.CommandFailure;
import io.millhand.cli.Durations;
import io.millhand.cli.Escape;
import io.millhand.cli.Glob;
import java.util.ArrayList;
import java.util.List;
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

  /**
   * Reads one as it stands on a command line: {@code stream=orders,group=processing,max=20}. What
   * is not given is the default; stream and group may be patterns, and are any by default. A comma
   * in a name is written {@code \,}.
   *
   * @throws CommandFailure when it cannot be read, or cannot work
   */
  public static GroupPolicy parse(String text) {
    var stream = Glob.of("*");
    var group = Glob.of("*");
    var policy = ScalingPolicy.DEFAULT;
    for (var word : words(text)) {
      var equals = word.indexOf('=');
      var key = equals < 0 ? word : word.substring(0, equals);
      var value = equals < 0 ? "" : word.substring(equals + 1);
      switch (key) {
        case "stream" -> stream = Glob.of(value);
        case "group" -> group = Glob.of(value);
        default -> policy = with(policy, key, value, text);
      }
    }
    var problems = policy.problems();
    if (!problems.isEmpty()) {
      throw failure(text, String.join("; ", problems));
    }
    return new GroupPolicy(stream, group, policy);
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
        default -> throw failure(whole, "there is no '%s'".formatted(Escape.text(key)));
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

  /** Parts between commas; a comma after a backslash is none, and the backslash goes. */
  private static List<String> words(String text) {
    var words = new ArrayList<String>();
    var word = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length() && text.charAt(i + 1) == ',') {
        word.append(',');
        i++;
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
