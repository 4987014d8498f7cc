// SPDX-License-Identifier: Apache-2.0

/** The command {@code verification/faults}: runs rows for many seeds, and writes the table. */
@NullMarked
package io.millhand.verification.faults;

import org.jspecify.annotations.NullMarked;
