// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.external;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The tables are what Kubernetes' own parser does, found by reading it. */
class SelectorTest {

  private static final Map<String, String> LABELS =
      Map.of("stream", "orders", "group", "g", "in", "in", "n", "5", "empty", "", "x.y/z", "v");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "\"\" | true",
        "\"  \" | true",
        "stream=orders | true",
        "stream==orders | true",
        "\" stream \t = \t orders \" | true",
        "stream=orders,group=g | true",
        "stream=orders , group=x | false",
        "stream!=orders | false",
        "stream!=mail | true",
        "other!=x | true",
        "stream | true",
        "!stream | false",
        "! other | true",
        "other | false",
        "stream in (orders,mail) | true",
        "stream in(orders) | true",
        "stream in ( mail , orders ) | true",
        "stream in (mail) | false",
        "other in (a) | false",
        "stream notin (mail) | true",
        "stream notin (orders) | false",
        "other notin (a) | true",
        // the empty value
        "empty= | true",
        "empty= ,stream | true",
        "stream= | false",
        "empty in () | true",
        "empty in (,) | true",
        "empty in (a,) | true",
        "empty in (,a) | true",
        "empty in (a,,b) | true",
        "empty in (a,b) | false",
        "stream in () | false",
        "stream!= | true",
        // keywords as keys and values
        "in=in | true",
        "in in (in) | true",
        "in notin (notin) | true",
        "notin | false",
        "in | true",
        "!notin | true",
        // numbers
        "n>4 | true",
        "n > 5 | false",
        "n<6 | true",
        "n<5 | false",
        "stream>1 | false",
        "other<1 | false",
        // with a domain
        "x.y/z=v | true",
        "x.y/z | true",
        "z | false",
        // the same key again
        "stream=orders,stream=mail | false",
        "stream,stream=orders | true"
      })
  void a_selector_selects_as_kubernetes_own_does(String text, boolean matches)
      throws SelectorException {
    assertThat(Selector.parse(text).matches(LABELS)).isEqualTo(matches);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ",",
        "a,",
        ",a",
        "a,,b",
        "!",
        "!!a",
        "!a=b",
        "!a in (b)",
        "=",
        "=a",
        "a=b=c",
        "a===b",
        "a=!b",
        "a!==b",
        "a b",
        "a in",
        "a in b",
        "a in (",
        "a in (b",
        "a in (b,",
        "a in (b c)",
        "a in (b))",
        "a in (b) c",
        "a in ((b))",
        "a notin",
        "a in (=)",
        "a=(b)",
        "(a)",
        "a)",
        "a>",
        "a>b",
        "a>-1",
        "a>9223372036854775808",
        "a>1>2",
        "a><1",
        "-a",
        "a-",
        "a_",
        ".a",
        "a/b/c",
        "/a",
        "a/",
        "A.b/c",
        "-a/b",
        "a..b/c",
        "a=-b",
        "a=b_",
        "a=b/c",
        "a='b'",
        "a=\"b\"",
        "'a'=b",
        "a=b;c=d",
        "a=b\u0000",
        "ä=b",
        "a=ä",
        "a\u00a0=b",
        "a&b",
        "{}",
        "a:b",
        "a=b:c"
      })
  void what_is_no_selector_is_refused_in_words(String text) {
    assertThatThrownBy(() -> Selector.parse(text))
        .isInstanceOf(SelectorException.class)
        .hasMessageMatching("(?s).{10,}");
  }

  @Test
  void keys_and_values_have_63_characters_at_most_and_a_domain_253() throws SelectorException {
    var name = "a".repeat(63);
    var domain = "a".repeat(253);
    assertThat(
            Selector.parse(domain + "/" + name + "=" + name)
                .matches(Map.of(domain + "/" + name, name)))
        .isTrue();
    for (var text : List.of(name + "a", "k=" + name + "a", domain + "a/k")) {
      assertThatThrownBy(() -> Selector.parse(text)).isInstanceOf(SelectorException.class);
    }
    assertThatThrownBy(() -> Selector.parse("a,".repeat(40_000) + "a"))
        .hasMessageContaining("longer");
  }

  /** A selector, and what it means by a reckoning of its own. */
  private record Meant(String text, Predicate<Map<String, String>> meaning) {}

  private static final List<String> KEYS = List.of("stream", "group", "in", "notin", "a.b/c", "x");
  private static final List<String> VALUES =
      List.of("", "orders", "g", "in", "notin", "5", "17", "a-b_c.d");

  @Test
  void any_selector_selects_what_it_means() throws SelectorException {
    var random = new Random(4);
    for (var i = 0; i < 50_000; i++) {
      var parts = new ArrayList<Meant>();
      for (var n = random.nextInt(4); n >= 0; n--) {
        parts.add(requirement(random));
      }
      var text = String.join(spaces(random) + ",", parts.stream().map(Meant::text).toList());
      var selector = Selector.parse(text);
      for (var j = 0; j < 4; j++) {
        var labels = labels(random);
        assertThat(selector.matches(labels))
            .as("%s of %s", text, labels)
            .isEqualTo(parts.stream().allMatch(part -> part.meaning().test(labels)));
      }
    }
  }

  private static Map<String, String> labels(Random random) {
    var labels = new HashMap<String, String>();
    KEYS.stream()
        .filter(key -> random.nextInt(3) > 0)
        .forEach(key -> labels.put(key, any(random, VALUES)));
    return labels;
  }

  private static Meant requirement(Random random) {
    var key = any(random, KEYS);
    var value = any(random, VALUES);
    var s = spaces(random);
    return switch (random.nextInt(8)) {
      case 0 -> new Meant(s + key + s + "=" + s + value, l -> value.equals(l.get(key)));
      case 1 -> new Meant(s + key + "==" + s + value + s, l -> value.equals(l.get(key)));
      case 2 -> new Meant(key + s + "!=" + value, l -> !value.equals(l.get(key)));
      case 3 -> new Meant(s + key + s, l -> l.get(key) != null);
      case 4 -> new Meant(s + "!" + s + key, l -> l.get(key) == null);
      case 5 -> set(random, key, "in", true);
      case 6 -> set(random, key, "notin", false);
      default -> bound(random, key);
    };
  }

  private static Meant set(Random random, String key, String operator, boolean isWanted) {
    var values = new ArrayList<String>();
    for (var n = random.nextInt(3); n >= 0; n--) {
      values.add(any(random, VALUES));
    }
    var s = spaces(random);
    var text = key + " " + operator + s + "(" + s + String.join(s + "," + s, values) + s + ")" + s;
    return new Meant(text, l -> (l.containsKey(key) && values.contains(l.get(key))) == isWanted);
  }

  private static Meant bound(Random random, String key) {
    var bound = random.nextInt(20);
    var isMore = random.nextBoolean();
    return new Meant(
        key + (isMore ? ">" : "<") + spaces(random) + bound,
        l -> {
          var value = l.getOrDefault(key, "");
          var isNumber = !value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9');
          return isNumber
              && (isMore ? Integer.parseInt(value) > bound : Integer.parseInt(value) < bound);
        });
  }

  private static String spaces(Random random) {
    return List.of("", "", "", " ", "\t ", " \r\n").get(random.nextInt(6));
  }

  private static <T> T any(Random random, List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  @Test
  void any_text_is_a_selector_or_refused() {
    var random = new Random(5);
    var pieces =
        List.of("a", "in", "notin", "(", ")", ",", "=", "!", "<", ">", " ", "5", "-", "ü", "'");
    for (var i = 0; i < 100_000; i++) {
      var text = new StringBuilder();
      for (var n = random.nextInt(10); n > 0; n--) {
        text.append(any(random, pieces));
      }
      try {
        assertThat(Selector.parse(text.toString()).requirements()).isNotNull();
      } catch (SelectorException e) {
        assertThat(e).hasMessageMatching("(?s).{10,}");
      }
    }
  }
}
