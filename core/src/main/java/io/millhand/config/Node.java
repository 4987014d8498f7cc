// SPDX-License-Identifier: Apache-2.0
package io.millhand.config;

/**
 * Where one server listens.
 *
 * @param host host name or address, IPv6 without brackets
 * @param port TCP port
 */
public record Node(String host, int port) {

  /** As in an address: {@code host:port}. */
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
