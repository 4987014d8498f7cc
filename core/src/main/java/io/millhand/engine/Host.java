// SPDX-License-Identifier: Apache-2.0
package io.millhand.engine;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.HexFormat;

/** The name of this host, in Kubernetes the pod's, and ids for runs on it. */
public final class Host {

  private static final int BOOT_BYTES = 4;

  private Host() {}

  /** The host's name. */
  public static String name() {
    // The environment answers at once; the resolver may wait for a name server that is not there.
    var name = System.getenv("HOSTNAME");
    if (name != null && !name.isBlank()) {
      return name.strip();
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  /** An id for one run of a worker: 8 hexadecimal digits. */
  public static String newBootId() {
    var bytes = new byte[BOOT_BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
