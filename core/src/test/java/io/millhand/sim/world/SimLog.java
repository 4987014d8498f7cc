// SPDX-License-Identifier: Apache-2.0
package io.millhand.sim.world;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** Logs into the trace of the world. */
public final class SimLog extends LegacyAbstractLogger {

  private static final long serialVersionUID = 1;

  private SimLog(String name) {
    this.name = name;
  }

  /** Stands for LoggerFactory in rewritten classes. */
  public static Logger getLogger(String name) {
    return new SimLog(name);
  }

  /** Stands for LoggerFactory in rewritten classes. */
  public static Logger getLogger(Class<?> type) {
    return new SimLog(type.getName());
  }

  @Override
  protected @Nullable String getFullyQualifiedCallerName() {
    return null;
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level level,
      @Nullable Marker marker,
      String text,
      @Nullable Object @Nullable [] arguments,
      @Nullable Throwable cause) {
    World.current()
        .tell(
            "log",
            level
                + " "
                + MessageFormatter.basicArrayFormat(text, arguments)
                + (cause == null ? "" : " (" + cause + ")"));
  }

  private static boolean isOn() {
    return World.current().isTracing();
  }

  @Override
  public boolean isTraceEnabled() {
    return false;
  }

  @Override
  public boolean isDebugEnabled() {
    return isOn();
  }

  @Override
  public boolean isInfoEnabled() {
    return isOn();
  }

  @Override
  public boolean isWarnEnabled() {
    return isOn();
  }

  @Override
  public boolean isErrorEnabled() {
    return isOn();
  }
}
