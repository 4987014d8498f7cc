// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.model;

/**
 * A status reply.
 *
 * @param text its word
 */
public record Status(String text) {
  static final Status OK = new Status("OK");
}
