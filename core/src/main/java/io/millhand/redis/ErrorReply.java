// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

/**
 * An error where a reply was expected.
 *
 * @param text the server's words
 */
record ErrorReply(String text) {
  String code() {
    return Errors.code(text);
  }
}
