// SPDX-License-Identifier: Apache-2.0
package io.millhand.delivery;

/**
 * Maps the fields of an entry to a typed payload and back. Called by many threads at once.
 *
 * @param <T> the payload's type
 */
public interface Codec<T> {

  /**
   * Reads the payload. Whatever is thrown sends the entry to the dead letters as it is, byte for
   * byte; it is never retried.
   *
   * @throws Exception when the entry cannot be read
   */
  T decode(Entry entry) throws Exception;

  /** Writes the payload; at least one field. */
  Fields encode(T payload);

  /** A codec from two functions. */
  static <T> Codec<T> of(Decoder<T> decoder, Encoder<T> encoder) {
    return new Codec<>() {
      @Override
      public T decode(Entry entry) throws Exception {
        return decoder.decode(entry);
      }

      @Override
      public Fields encode(T payload) {
        return encoder.encode(payload);
      }
    };
  }

  /**
   * The reading half.
   *
   * @param <T> the payload's type
   */
  @FunctionalInterface
  interface Decoder<T> {
    /**
     * Reads the payload.
     *
     * @throws Exception when the entry cannot be read
     */
    T decode(Entry entry) throws Exception;
  }

  /**
   * The writing half.
   *
   * @param <T> the payload's type
   */
  @FunctionalInterface
  interface Encoder<T> {
    /** Writes the payload. */
    Fields encode(T payload);
  }
}
