// SPDX-License-Identifier: Apache-2.0
/** Settings, their defaults and ranges, and the checks that refuse an unsafe combination. */
@NullMarked
package io.millhand.config;

import org.jspecify.annotations.NullMarked;
