// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.millhand.testkit;

import org.jspecify.annotations.NullMarked;
