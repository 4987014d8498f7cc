// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.world;

/** Something that is broken on purpose. */
public sealed interface Mutation {

  /**
   * A script's text is changed.
   *
   * @param file its file
   * @param from what stands there
   * @param to what stands there instead
   */
  record Script(String file, String from, String to) implements Mutation {}

  /**
   * A method does nothing but answer.
   *
   * @param type simple name of a class of the engine
   * @param method its name
   * @param answer 0 (false) or 1 (true) where it answers at all
   */
  record Method(String type, String method, int answer) implements Mutation {
    boolean is(String owner, String name) {
      return owner.equals("io/millhand/engine/" + type) && name.equals(method);
    }
  }
}
