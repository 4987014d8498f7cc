// SPDX-License-Identifier: Apache-2.0
/** What the suites are made of: workers as processes, load, a look at the group, the proof. */
package io.millhand.verification.rig;
