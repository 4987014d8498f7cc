// SPDX-License-Identifier: Apache-2.0
/** HTTP as the commands that can be asked over it have it: the JDK's own server, read-only. */
@NullMarked
package io.millhand.cli.http;

import org.jspecify.annotations.NullMarked;
