// SPDX-License-Identifier: Apache-2.0
/**
 * What happens when something dies, stops, or is cut off: real processes, a real Redis, and the
 * ledger that proves the outcome.
 */
package io.millhand.verification;
