// SPDX-License-Identifier: Apache-2.0

/** What makes a test a row of the table of faults, and what a trial of it measures. */
@NullMarked
package io.millhand.verification.row;

import org.jspecify.annotations.NullMarked;
