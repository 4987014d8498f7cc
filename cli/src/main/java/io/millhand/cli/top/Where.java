// SPDX-License-Identifier: Apache-2.0
package io.millhand.cli.top;

import java.util.List;
import java.util.Optional;

/**
 * Where the user is: what is selected, and what he looks into.
 *
 * @param selected the group that is selected; empty before there is one
 * @param isInside whether he looks into it
 * @param hasQuit whether he has enough
 */
record Where(Optional<Name> selected, boolean isInside, boolean hasQuit) {

  /** Less than the smallest terminal shows. */
  private static final int PAGE = 15;

  static final Where START = new Where(Optional.empty(), false, false);

  /**
   * A group.
   *
   * @param stream its stream
   * @param group its name
   */
  record Name(String stream, String group) {}

  /** After a key, with these groups shown, in this order. */
  Where after(Key key, List<Name> shown) {
    return switch (key) {
      case UP -> move(shown, -1);
      case DOWN -> move(shown, 1);
      case PAGE_UP -> move(shown, -PAGE);
      case PAGE_DOWN -> move(shown, PAGE);
      case FIRST -> move(shown, -shown.size());
      case LAST -> move(shown, shown.size());
      case ENTER -> new Where(selected, selected.isPresent(), false);
      case BACK -> isInside ? new Where(selected, false, false) : quit();
      case QUIT -> quit();
    };
  }

  private Where quit() {
    return new Where(selected, isInside, true);
  }

  private Where move(List<Name> shown, int by) {
    if (isInside || shown.isEmpty()) {
      return this;
    }
    var at = selected.map(shown::indexOf).orElse(0);
    var next = Math.clamp(at + (long) by, 0, shown.size() - 1);
    return new Where(Optional.of(shown.get(next)), false, false);
  }

  /** With these groups shown: somebody is selected, and he exists. */
  Where within(List<Name> shown) {
    if (selected.filter(shown::contains).isPresent()) {
      return this;
    }
    return new Where(shown.stream().findFirst(), false, hasQuit);
  }
}
