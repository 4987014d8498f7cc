// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli;

import java.util.regex.Pattern;

/**
 * A name, or a pattern as Redis has them: {@code *}, {@code ?}, {@code [abc]}, {@code [^a]}, and a
 * backslash before what is meant literally.
 *
 * @param text as it was given; of what is one name, that name
 * @param pattern the same for Java
 * @param isName whether it is one name: no character of it stands for others
 */
public record Glob(String text, Pattern pattern, boolean isName) {

  /** Reads one. */
  public static Glob of(String text) {
    var regex = new StringBuilder();
    var name = new StringBuilder();
    var isName = true;
    for (int i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      var close = c == '[' ? text.indexOf(']', i + 1) : -1;
      if (c == '*' || c == '?') {
        regex.append(c == '*' ? ".*" : ".");
        isName = false;
      } else if (close > i + 1) {
        regex.append(set(text.substring(i + 1, close)));
        isName = false;
        i = close;
      } else {
        i += c == '\\' && i + 1 < text.length() ? 1 : 0;
        regex.append(Pattern.quote(text.substring(i, i + 1)));
        name.append(text.charAt(i));
      }
    }
    return isName
        ? literal(name.toString())
        : new Glob(text, Pattern.compile(regex.toString(), Pattern.DOTALL), false);
  }

  /** That name and no other, whatever it is made of. */
  public static Glob literal(String name) {
    return new Glob(name, Pattern.compile(Pattern.quote(name)), true);
  }

  private static String set(String inside) {
    var negated = inside.startsWith("^");
    var set = (negated ? inside.substring(1) : inside).replaceAll("[\\\\\\[&^]", "\\\\$0");
    return (negated ? "[^" : "[") + set + "]";
  }

  /** Whether that is the name, or fits the pattern. */
  public boolean matches(String name) {
    return pattern.matcher(name).matches();
  }
}
