// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The names that a process of ours knows, instead of the system's; they may change as it runs. */
public final class HostsFile {

  /** For how long Java believes an answer: by default 30 s a good one and 10 s a bad one. */
  private static final String CACHE =
      "networkaddress.cache.ttl=1\nnetworkaddress.cache.negative.ttl=1\n";

  private final Path file;
  private final Path security;

  /** An empty one; its folder is made if missing. */
  public HostsFile(Path file) {
    this.file = file.toAbsolutePath();
    this.security = this.file.resolveSibling(file.getFileName() + ".security");
    write(security, CACHE);
    forget();
  }

  /** Gives a name an address; no other name is known any more. */
  public void lead(String name, String address) {
    write(file, address + " " + name + "\n");
  }

  /** No name is known. */
  public void forget() {
    write(file, "");
  }

  /** Options of Java that resolve names here, and ask again after a second. */
  public String[] options() {
    return new String[] {"-Djdk.net.hosts.file=" + file, "-Djava.security.properties=" + security};
  }

  /** Whoever reads it sees all or nothing. */
  private static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      var next = Files.writeString(file.resolveSibling(file.getFileName() + ".next"), text);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
