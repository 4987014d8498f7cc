// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Gives a JUnit test class a real Redis. A parameter of type {@link EmbeddedRedis} of a test, a
 * set-up method or the constructor is filled with it.
 *
 * <pre>{@code
 * @WithRedis
 * class OrdersTest {
 *   @Test
 *   void an_order_is_added(EmbeddedRedis redis) { ... }
 * }
 * }</pre>
 *
 * <p>Before each test the server is as new: running, empty, with its first configuration, users and
 * scripts. (Data from {@code @BeforeAll} is gone, too.) What a test does to it, to the point of
 * {@code kill()}, does not reach the next.
 *
 * <p>Without settings all classes of the run share one server, which is stopped at the end; those
 * classes do not run in parallel.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
@ExtendWith(RedisExtension.class)
@ResourceLock("io.millhand.testkit.WithRedis")
public @interface WithRedis {

  /**
   * A server of this class' own that persists to an append-only file: it finds its data after
   * {@code restart()}, and after {@code kill()} all that it has replied to. (For that it never
   * waits for the disk. With the usual {@code appendfsync everysec}, which {@link #config} can ask
   * for, Redis keeps writes back for up to two seconds while an earlier flush is under way, and a
   * kill loses what has been replied to meanwhile.)
   */
  boolean persistent() default false;

  /** A server of this class' own. */
  boolean isolated() default false;

  /**
   * Lines of redis.conf, such as {@code "maxmemory 10mb"}; the class then has a server of its own.
   */
  String[] config() default {};
}
