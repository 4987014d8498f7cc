// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.external;

import java.util.ArrayList;
import java.util.List;

/** Cuts a label selector into its tokens, where Kubernetes cuts it. */
final class SelectorLexer {

  /**
   * What a token is. {@code in} and {@code notin} are words: where they stand tells what they mean.
   */
  enum Kind {
    /** A key, a value, or a keyword. */
    WORD,
    /** One of {@code = == != < > ! , ( )}. */
    SYMBOL,
    /** After the last one. */
    END
  }

  /**
   * One token.
   *
   * @param kind what it is
   * @param text as it stands there
   */
  record Token(Kind kind, String text) {

    /** Whether it is that symbol. */
    boolean is(String symbol) {
      return kind == Kind.SYMBOL && text.equals(symbol);
    }
  }

  private static final String SPACES = " \t\r\n";
  private static final String SYMBOLS = "=!(),><";

  private SelectorLexer() {}

  /** All tokens, and the end. */
  static List<Token> tokens(String text) {
    var tokens = new ArrayList<Token>();
    var at = 0;
    while (at < text.length()) {
      var next = text.charAt(at);
      if (SPACES.indexOf(next) >= 0) {
        at++;
      } else {
        var token = SYMBOLS.indexOf(next) >= 0 ? symbol(text, at) : word(text, at);
        tokens.add(token);
        at += token.text().length();
      }
    }
    tokens.add(new Token(Kind.END, ""));
    return tokens;
  }

  /** The longest one that begins there: {@code ===} is {@code ==} and {@code =}. */
  private static Token symbol(String text, int at) {
    var isDouble = text.startsWith("==", at) || text.startsWith("!=", at);
    return new Token(Kind.SYMBOL, text.substring(at, at + (isDouble ? 2 : 1)));
  }

  private static Token word(String text, int from) {
    var at = from;
    while (at < text.length()
        && SPACES.indexOf(text.charAt(at)) < 0
        && SYMBOLS.indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return new Token(Kind.WORD, text.substring(from, at));
  }
}
