// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.error.RefusedException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;

/**
 * The markers of one stream. A key is hashed: whatever it holds, and however long it is, its marker
 * has a short name, which shows nothing of it and is never that of another key of ours.
 * Thread-safe.
 */
public final class Marks {

  /** Longest key of a caller, in characters. */
  public static final int MAX_KEY = 16_384;

  /** Most fields of an entry that is added once: a script cannot pass on more. */
  public static final int MAX_FIELDS = 3_500;

  private static final int HASH_BYTES = 16;
  private static final Base64.Encoder NAMES = Base64.getUrlEncoder().withoutPadding();

  private final String stream;
  private final String prefix;
  private final byte[] window;
  private final byte[] ownWindow;
  private final SecureRandom random = new SecureRandom();

  /**
   * For a stream.
   *
   * @param window how long the markers of callers' keys stay
   * @param ownWindow how long those stay that we make ourselves
   */
  public Marks(String stream, Duration window, Duration ownWindow) {
    this.stream = stream;
    this.prefix = Keys.onceOf(stream);
    this.window = millis(window);
    this.ownWindow = millis(ownWindow);
  }

  /**
   * Of a caller's key.
   *
   * @throws RefusedException when it is empty, too long, or no text
   */
  public Mark of(String key) {
    if (key.isEmpty() || key.length() > MAX_KEY) {
      throw refused("has %d characters; 1 to %d are allowed".formatted(key.length(), MAX_KEY));
    }
    try {
      var hash = MessageDigest.getInstance("SHA-256");
      hash.update(UTF_8.newEncoder().encode(CharBuffer.wrap(key)));
      return new Mark(name(ByteBuffer.wrap(hash.digest(), 0, HASH_BYTES)), window, Mark.Of.CALLER);
    } catch (CharacterCodingException e) {
      // It would be the same as every other one with such a half at that place.
      throw refused("holds half of a surrogate pair");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Of a key that there never was. */
  public Mark random() {
    var bytes = new byte[HASH_BYTES];
    random.nextBytes(bytes);
    return new Mark(name(ByteBuffer.wrap(bytes)), ownWindow, Mark.Of.PRODUCER);
  }

  private byte[] name(ByteBuffer unique) {
    return (prefix + US_ASCII.decode(NAMES.encode(unique))).getBytes(UTF_8);
  }

  private static byte[] millis(Duration duration) {
    return Long.toString(duration.toMillis()).getBytes(US_ASCII);
  }

  private RefusedException refused(String why) {
    return new RefusedException("%s: the key %s; nothing was sent".formatted(stream, why));
  }
}
