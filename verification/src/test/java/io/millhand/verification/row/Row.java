// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.row;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Makes a test a row of the table of faults. A parameter of type {@link Trial}, of the test or of a
 * method before or after it, is filled with the trial.
 *
 * <p>It runs once in {@code mvn verify} with a random seed, unless it is {@link Full}, and for each
 * seed in {@code verification/faults}.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@ExtendWith(RowExtension.class)
public @interface Row {

  /** The rows of the table that it proves, a letter and a number each: {@code W1}. */
  String[] id();

  /** What is done, in a few words. */
  String fault();

  /** What must hold besides that nothing is lost, with its figures. */
  String bound();
}
