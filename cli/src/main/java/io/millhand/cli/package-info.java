// SPDX-License-Identifier: Apache-2.0
/**
 * The command {@code millhand}: its options, output, log and exit codes. Each family of subcommands
 * has a package below.
 */
@NullMarked
package io.millhand.cli;

import org.jspecify.annotations.NullMarked;
