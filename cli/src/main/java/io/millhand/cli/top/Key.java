// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.top;

/** What a user can press. */
enum Key {
  UP,
  DOWN,
  /** Up by a page. */
  PAGE_UP,
  /** Down by a page. */
  PAGE_DOWN,
  /** To the worst. */
  FIRST,
  /** To the last. */
  LAST,
  /** Look into what is selected. */
  ENTER,
  /** Go back; from the first picture: quit. */
  BACK,
  QUIT
}
