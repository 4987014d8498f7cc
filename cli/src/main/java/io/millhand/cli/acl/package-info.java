// SPDX-License-Identifier: Apache-2.0
/** {@code millhand acl}: the least that Redis must allow to each kind of user. */
@NullMarked
package io.millhand.cli.acl;

import org.jspecify.annotations.NullMarked;
