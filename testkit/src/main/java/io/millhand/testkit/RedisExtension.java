// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import java.util.List;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** The engine of {@link WithRedis}. */
final class RedisExtension implements BeforeAllCallback, BeforeEachCallback, ParameterResolver {

  private static final Namespace NAMESPACE = Namespace.create(RedisExtension.class);

  /** What a class asked for; nested classes that ask for the same have the same server. */
  private record Wish(boolean persistent, boolean isolated, List<String> config) {

    boolean isShared() {
      return !persistent && !isolated && config.isEmpty();
    }

    EmbeddedRedis.Builder settings() {
      var settings = EmbeddedRedis.builder();
      if (persistent) {
        settings.config("appendonly", "yes");
        settings.config("appendfsync", "no"); // see WithRedis.persistent
      }
      for (var line : config) {
        var words = List.of(line.strip().split("\\s+"));
        settings.config(words.getFirst(), words.subList(1, words.size()).toArray(String[]::new));
      }
      return settings;
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    server(context);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    server(context).renew();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == EmbeddedRedis.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return server(context).redis();
  }

  /**
   * Started by the first who asks, in {@link #beforeAll}; JUnit closes it with the store that holds
   * it.
   */
  private static synchronized TestServer server(ExtensionContext context) {
    var wish = wish(context.getRequiredTestClass());
    var store = (wish.isShared() ? context.getRoot() : context).getStore(NAMESPACE);
    var server = store.get(wish, TestServer.class); // looks in the enclosing contexts, too
    if (server == null) {
      server = new TestServer(wish.settings());
      store.put(wish, server);
    }
    return server;
  }

  private static Wish wish(Class<?> testClass) {
    for (Class<?> type = testClass; type != null; type = type.getEnclosingClass()) {
      var with = type.getAnnotation(WithRedis.class);
      if (with != null) {
        return new Wish(with.persistent(), with.isolated(), List.of(with.config()));
      }
    }
    return new Wish(false, false, List.of()); // @ExtendWith without the annotation
  }
}
