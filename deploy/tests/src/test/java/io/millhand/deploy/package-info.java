// SPDX-License-Identifier: Apache-2.0
/**
 * What deploy/ holds, rendered by the real tools, and held to what Kubernetes, the operators and
 * our own command take.
 */
@NullMarked
package io.millhand.deploy;

import org.jspecify.annotations.NullMarked;
