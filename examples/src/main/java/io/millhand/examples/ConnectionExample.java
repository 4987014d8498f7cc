// SPDX-License-Identifier: Apache-2.0
package io.millhand.examples;

import static java.time.Duration.ofSeconds;

import io.millhand.Millhand;
import io.millhand.error.DeniedException;
import io.millhand.error.UnavailableException;
import java.nio.file.Path;

/** Everything that can be set about a connection; a password comes from a file. */
public final class ConnectionExample {

  private ConnectionExample() {}

  public static void main(String[] args) {
    var builder =
        Millhand.builder()
            .uri(Example.url(args)) // rediss:// for TLS
            .connectTimeout(ofSeconds(1))
            .commandTimeout(ofSeconds(3));
    var passwordFile = System.getenv("REDIS_PASSWORD_FILE");
    if (passwordFile != null) {
      // Read at every connect, so that a rotated password is picked up.
      builder.passwordFile(System.getenv("REDIS_USERNAME"), Path.of(passwordFile));
    }
    try (var millhand = builder.connect()) {
      System.out.println("connected to " + millhand.serverVersion());
    } catch (UnavailableException e) {
      System.out.println("Redis cannot serve: " + e.reason());
    } catch (DeniedException e) {
      System.out.println("wrong user or password: " + e.getMessage());
    }
  }
}
