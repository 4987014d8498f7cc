// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.tls;

import io.millhand.cli.CommandFailure;
import io.millhand.cli.Escape;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was made of files, and is made anew when they change. Their content is compared, once a
 * second at most and when somebody asks: Kubernetes swaps a link, and times tell nothing then. What
 * cannot be read leaves the last good one in place, and is told once.
 *
 * <p>Threads: any.
 */
public final class Reread<T> {

  private static final Logger log = LoggerFactory.getLogger("io.millhand.tls");
  private static final long AT_MOST_EVERY = 1_000_000_000;

  private final List<Path> files;
  private final String what;
  private final Making<T> making;
  private final ReentrantLock lock = new ReentrantLock();
  private List<byte[]> tried; // guarded by the lock
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

  private Reread(List<Path> files, String what, Making<T> making) {
    this.files = List.copyOf(files);
    this.what = what;
    this.making = making;
    try {
      tried = contents();
      current = making.of(tried);
    } catch (IOException | GeneralSecurityException e) {
      throw CommandFailure.usage("%s cannot be used: %s".formatted(what, words(e)));
    }
  }

  /**
   * Reads them for the first time.
   *
   * @param what they are, for people, with their names
   * @throws CommandFailure when that fails
   */
  public static <T> Reread<T> of(List<Path> files, String what, Making<T> making) {
    return new Reread<>(files, what, making);
  }

  /** What they are good for now. */
  public T current() {
    if (System.nanoTime() - looked >= AT_MOST_EVERY && lock.tryLock()) {
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
      var now = contents();
      if (!isSame(now, tried)) {
        tried = now; // before it is made: what cannot be used is not tried each second
        current = making.of(now);
        isTold = false;
        log.info("{} changed: what stands there now is used", what);
      }
    } catch (IOException e) {
      tried = List.of();
      tell(e);
    } catch (GeneralSecurityException e) {
      tell(e);
    }
  }

  private void tell(Exception error) {
    if (!isTold) {
      isTold = true;
      log.error("{}: {}. What was read before stays in use until it is mended", what, words(error));
    }
  }

  private List<byte[]> contents() throws IOException {
    var contents = new ArrayList<byte[]>();
    for (var file : files) {
      contents.add(Files.readAllBytes(file));
    }
    return contents;
  }

  private static boolean isSame(List<byte[]> one, List<byte[]> other) {
    return Arrays.deepEquals(one.toArray(), other.toArray());
  }

  private static String words(Exception error) {
    var why = Escape.line(String.valueOf(error.getMessage()));
    return switch (error) {
      case NoSuchFileException e -> "there is no file " + why;
      case AccessDeniedException e -> why + " may not be read";
      default -> why;
    };
  }
}
