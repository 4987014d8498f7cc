// SPDX-License-Identifier: Apache-2.0
/** Asks the cluster in which this process is a pod, with the JDK's own HTTP client. */
@NullMarked
package io.millhand.cli.kubernetes;

import org.jspecify.annotations.NullMarked;
