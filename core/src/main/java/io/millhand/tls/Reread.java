// SPDX-License-Identifier: Apache-2.0
package io.millhand.tls;

import io.millhand.config.Checks;
import io.millhand.error.SettingsException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was made of files, and is made anew when they change. Their content is compared, when
 * somebody asks: Kubernetes swaps a link, and times tell nothing then. What cannot be read leaves
 * the last good one in place, and is told once.
 *
 * <p>Threads: any.
 *
 * @param <T> what is made
 */
public final class Reread<T> {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.tls");
  private static final long AT_MOST_EVERY = 1_000_000_000;

  private final List<Path> files;
  private final String what;
  private final Making<T> making;
  private final ReentrantLock lock = new ReentrantLock();

  /** Prints of what was tried last, not the contents, which are secret. Guarded by the lock. */
  private byte[] tried;

  private boolean isTold; // guarded by the lock
  private volatile long looked = System.nanoTime();
  private volatile T current;

  /**
   * Makes something of what stands in files.
   *
   * @param <T> what is made
   */
  @FunctionalInterface
  public interface Making<T> {
    /**
     * Makes it of their contents, in their order.
     *
     * @throws GeneralSecurityException when nothing can be made of them; it says why, without
     *     secrets
     */
    T of(List<byte[]> contents) throws GeneralSecurityException;
  }

  private Reread(String purpose, List<Path> files, String what, Making<T> making) {
    this.files = List.copyOf(files);
    this.what = what;
    this.making = making;
    try {
      var contents = contents();
      tried = prints(contents);
      current = making.of(contents);
    } catch (IOException | GeneralSecurityException e) {
      throw new SettingsException(
          purpose, List.of("%s cannot be used: %s".formatted(what, words(e))));
    }
  }

  /**
   * Reads them for the first time.
   *
   * @param purpose what they are for, as an error begins
   * @param what they are, for people, with their names
   * @throws SettingsException when that fails
   */
  public static <T> Reread<T> of(String purpose, List<Path> files, String what, Making<T> making) {
    return new Reread<>(purpose, files, what, making);
  }

  /** What they were good for a second ago, or later: where many ask. */
  public T current() {
    return System.nanoTime() - looked >= AT_MOST_EVERY ? latest() : current;
  }

  /** What they are good for now, unless another thread is just looking. */
  public T latest() {
    if (lock.tryLock()) {
      try {
        look();
      } finally {
        looked = System.nanoTime();
        lock.unlock();
      }
    }
    return current;
  }

  private void look() {
    try {
      var contents = contents();
      var now = prints(contents);
      if (!Arrays.equals(now, tried)) {
        tried = now; // before it is made: what cannot be used is not tried each second
        current = making.of(contents);
        isTold = false;
        log.info("{} changed: what stands there now is used", what);
      }
    } catch (IOException e) {
      tried = new byte[0];
      tell(e);
    } catch (GeneralSecurityException e) {
      tell(e);
    }
  }

  private void tell(Exception error) {
    if (!isTold) {
      isTold = true;
      log.warn("{}: {}. What was read before stays in use until it is mended", what, words(error));
    }
  }

  private List<byte[]> contents() throws IOException {
    var contents = new ArrayList<byte[]>();
    for (var file : files) {
      contents.add(Files.readAllBytes(file));
    }
    return contents;
  }

  private static byte[] prints(List<byte[]> contents) throws GeneralSecurityException {
    var all = MessageDigest.getInstance("SHA-256");
    for (var content : contents) {
      all.update(MessageDigest.getInstance("SHA-256").digest(content));
    }
    return all.digest();
  }

  private static String words(Exception error) {
    var why = Checks.escaped(String.valueOf(error.getMessage()));
    return switch (error) {
      case NoSuchFileException e -> "there is no file " + why;
      case AccessDeniedException e -> why + " may not be read";
      default -> why;
    };
  }
}
