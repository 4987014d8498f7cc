// SPDX-License-Identifier: Apache-2.0
/** A model of one Redis: the keys, commands and scripts that Millhand uses, and no more. */
@NullMarked
package io.millhand.sim.model;

import org.jspecify.annotations.NullMarked;
