// SPDX-License-Identifier: Apache-2.0
/** {@code millhand work}: a worker whose handlers are processes, an HTTP service, or a class. */
@NullMarked
package io.millhand.cli.work;

import org.jspecify.annotations.NullMarked;
