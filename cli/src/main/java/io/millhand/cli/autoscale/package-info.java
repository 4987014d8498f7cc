// SPDX-License-Identifier: Apache-2.0
/** Measures groups, has it decided how many workers they need, and keeps that for whoever asks. */
@NullMarked
package io.millhand.cli.autoscale;

import org.jspecify.annotations.NullMarked;
