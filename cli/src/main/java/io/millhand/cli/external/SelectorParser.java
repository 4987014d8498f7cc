// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.external;

import io.millhand.cli.external.Requirement.Compared.Side;
import io.millhand.cli.external.SelectorLexer.Kind;
import io.millhand.cli.external.SelectorLexer.Token;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes requirements of a label selector's tokens, by Kubernetes' own rules, odd ones too: {@code
 * x=} and {@code x in ()} mean the empty value, {@code x in (a,,b)} that one as well, {@code in}
 * may be a key or a value, and after the last comma something must follow.
 */
final class SelectorParser {

  private final List<Token> tokens;
  private int at;

  /** Of tokens that end with {@link Kind#END}. */
  SelectorParser(List<Token> tokens) {
    this.tokens = tokens;
  }

  /**
   * All requirements.
   *
   * @throws SelectorException when it is no selector
   */
  List<Requirement> parse() throws SelectorException {
    var requirements = new ArrayList<Requirement>();
    if (peek().kind() == Kind.END) {
      return requirements;
    }
    requirements.add(requirement());
    while (peek().is(",")) {
      next();
      requirements.add(requirement());
    }
    expect(peek().kind() == Kind.END, peek(), "',' or the end");
    return requirements;
  }

  private Requirement requirement() throws SelectorException {
    if (peek().is("!")) {
      next();
      return new Requirement.Absent(key());
    }
    var key = key();
    if (isOver()) {
      return new Requirement.Exists(key);
    }
    var operator = next();
    return switch (operator.text()) {
      case "=", "==" -> new Requirement.In(key, Set.of(value()));
      case "!=" -> new Requirement.NotIn(key, Set.of(value()));
      case "in" -> new Requirement.In(key, values());
      case "notin" -> new Requirement.NotIn(key, values());
      case ">" -> new Requirement.Compared(key, Side.ABOVE, bound(value()));
      case "<" -> new Requirement.Compared(key, Side.BELOW, bound(value()));
      default -> throw unexpected(operator, "one of =, ==, !=, in, notin, >, <");
    };
  }

  private String key() throws SelectorException {
    var key = next();
    expect(key.kind() == Kind.WORD, key, "a key");
    LabelSyntax.checkKey(key.text());
    return key.text();
  }

  private String value() throws SelectorException {
    if (isOver()) {
      return "";
    }
    var value = next();
    expect(value.kind() == Kind.WORD, value, "a value");
    LabelSyntax.checkValue(value.text());
    return value.text();
  }

  private static long bound(String value) throws SelectorException {
    try {
      return Long.parseLong(value); // of ASCII by now: see value()
    } catch (NumberFormatException e) {
      throw new SelectorException("'%s' is no whole number of 64 bits".formatted(value));
    }
  }

  private Set<String> values() throws SelectorException {
    expect(peek().is("("), peek(), "'('");
    var values = new HashSet<String>();
    do {
      next(); // the parenthesis, or a comma
      values.add(member());
    } while (peek().is(","));
    expect(peek().is(")"), peek(), "',' or ')'");
    next();
    return Set.copyOf(values);
  }

  private String member() throws SelectorException {
    if (peek().is(",") || peek().is(")")) {
      return "";
    }
    return value();
  }

  /** Whether this requirement has come to its end. */
  private boolean isOver() {
    return peek().is(",") || peek().kind() == Kind.END;
  }

  private Token peek() {
    return tokens.get(at);
  }

  /** The end stays where it is. */
  private Token next() {
    var next = peek();
    if (next.kind() != Kind.END) {
      at++;
    }
    return next;
  }

  private static void expect(boolean isThere, Token found, String what) throws SelectorException {
    if (!isThere) {
      throw unexpected(found, what);
    }
  }

  private static SelectorException unexpected(Token found, String what) {
    return new SelectorException(
        found.kind() == Kind.END
            ? "it ends where %s is expected".formatted(what)
            : "found '%s' where %s is expected".formatted(found.text(), what));
  }
}
