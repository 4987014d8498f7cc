// SPDX-License-Identifier: Apache-2.0
package io.millhand.examples;

import static java.time.Duration.ofSeconds;

import io.millhand.Millhand;

/**
 * A worker in one group with clients of another kind, such as scripts that read with XREADGROUP and
 * claim by idle time. Runs until Ctrl-C or SIGTERM.
 */
public final class SharedGroupExample {

  private SharedGroupExample() {}

  public static void main(String[] args) throws InterruptedException {
    try (var millhand = Millhand.connect(Example.url(args))) {
      var worker =
          millhand
              .worker("orders", "processing")
              // What such a client has held for so long is taken over: longer than its slowest
              // handler needs.
              .reclaimAfter(ofSeconds(2))
              // Such clients claim what has been idle for so long: what we hold or defer is renewed
              // before.
              .sharedWith(ofSeconds(10))
              .onEach(
                  delivery ->
                      System.out.println(delivery.text("order_id") + " came " + delivery.origin()))
              .start();
      worker.awaitStop();
    }
  }
}
