// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The names that a process of ours knows, instead of the system's; they may change as it runs. */
public final class HostsFile {

  private final Path file;

  /** An empty one; its folder is made if missing. */
  public HostsFile(Path file) {
    this.file = file.toAbsolutePath();
    write("");
  }

  /** Gives a name an address; no other name is known any more. */
  public void lead(String name, String address) {
    write(address + " " + name + "\n");
  }

  /** No name is known. */
  public void forget() {
    write("");
  }

  /** Options of Java that resolve names here, and ask again after a second. */
  public String[] options() {
    return new String[] {
      "-Djdk.net.hosts.file=" + file,
      "-Dsun.net.inetaddr.ttl=1",
      "-Dsun.net.inetaddr.negative.ttl=1"
    };
  }

  /** Whoever reads it sees all or nothing. */
  private void write(String text) {
    try {
      Files.createDirectories(file.getParent());
      var next = Files.writeString(file.resolveSibling(file.getFileName() + ".next"), text);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
