// SPDX-License-Identifier: Apache-2.0
package io.millhand.verification.row;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/** A row too long for {@code mvn verify}: only {@code verification/faults} runs it. */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Tag(Full.TAG)
public @interface Full {

  /** The tag that {@code mvn verify} leaves out. */
  String TAG = "full";
}
