// SPDX-License-Identifier: Apache-2.0
package io.millhand.redis;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A socket on which a write waits only so long for the other end to take something: the platform
 * has a time-out for reads alone, and a server that has frozen takes nothing once the buffers are
 * full.
 *
 * <p>Threads: one writes. One for all sockets of the process looks after writes that take long, and
 * ends when there are none.
 *
 * <p>Failure: the socket is closed under the write, which throws a {@link SocketTimeoutException}.
 */
final class PatientSocket extends Socket {

  private static final long NOTHING = Long.MIN_VALUE;

  /** What the platform hands to the system at once: no call more than without us. */
  private static final int PIECE = 128 << 10;

  private static final long IDLE_SECONDS = 10;
  private static final ScheduledThreadPoolExecutor LOOKING = looking();

  private final long patienceNanos;

  /** Since when the system has been taking a piece, nanoTime. Written by the thread that writes. */
  private volatile long since = NOTHING;

  private final AtomicBoolean watched = new AtomicBoolean();
  private volatile boolean gaveUp;

  PatientSocket(Duration patience) {
    this.patienceNanos = patience.toNanos();
  }

  private static ScheduledThreadPoolExecutor looking() {
    var executor =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("millhand-writes").factory());
    executor.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    return new Patient(super.getOutputStream());
  }

  private void begin() {
    var now = System.nanoTime();
    since = now == NOTHING ? now + 1 : now;
    watch();
  }

  private void watch() {
    // Rarely true: whoever looks stays for as long as one write may take.
    if (!watched.get() && watched.compareAndSet(false, true)) {
      lookIn(patienceNanos);
    }
  }

  private void lookIn(long nanos) {
    var unused = LOOKING.schedule(this::look, nanos, TimeUnit.NANOSECONDS);
  }

  private void look() {
    var begun = since;
    if (begun == NOTHING) {
      watched.set(false);
      if (since != NOTHING) {
        watch();
      }
      return;
    }
    var left = patienceNanos - (System.nanoTime() - begun);
    if (left > 0) {
      lookIn(left);
      return;
    }
    gaveUp = true;
    try {
      close();
    } catch (IOException e) {
      // Closing was all that was wanted.
    }
  }

  private IOException told(IOException error) {
    if (!gaveUp) {
      return error;
    }
    var told =
        new SocketTimeoutException(
            "nothing was taken for %d ms".formatted(TimeUnit.NANOSECONDS.toMillis(patienceNanos)));
    told.initCause(error);
    return told;
  }

  /** Writes in pieces, each of which may take so long. */
  private final class Patient extends OutputStream {

    private final OutputStream out;

    Patient(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      try {
        for (int at = from; at < from + count; at += PIECE) {
          begin();
          out.write(bytes, at, Math.min(PIECE, from + count - at));
        }
      } catch (IOException e) {
        throw told(e);
      } finally {
        since = NOTHING;
      }
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
