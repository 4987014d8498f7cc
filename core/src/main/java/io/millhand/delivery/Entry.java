// SPDX-License-Identifier: Apache-2.0
package io.millhand.delivery;

/**
 * What stands in a stream: an id and its fields.
 *
 * @param id the id that Redis gave it
 * @param fields its fields, in order
 */
public record Entry(EntryId id, Fields fields) {

  /**
   * The first field of that name as UTF-8 text.
   *
   * @throws UndecodableException when it is missing or not UTF-8
   */
  public String text(String name) {
    return fields.text(name);
  }
}
