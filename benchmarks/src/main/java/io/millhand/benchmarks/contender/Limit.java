// SPDX-License-Identifier: Apache-2.0
package io.millhand.benchmarks.contender;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millhand.benchmarks.wire.Bytes;
import io.millhand.benchmarks.wire.Resp;
import io.millhand.benchmarks.wire.RespReader;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The yardstick: a bare socket loop. Two reads are outstanding; the XACK of a batch and the next
 * XREADGROUP go in one write. It copies ids from reply to ack, and skips fields that nobody asks
 * for. Not a client: it trusts every reply, and knows no failure.
 *
 * <p>Where it is to wait for entries it has one read outstanding, since Redis does nothing else for
 * a connection that waits.
 */
final class Limit implements Contender {

  private static final String BLOCK_MILLIS = "1000";
  private static final byte[] XACK = "XACK".getBytes(UTF_8);

  private final int count;
  private final boolean waits;

  private Limit(int count, boolean waits) {
    this.count = count;
    this.waits = waits;
  }

  /** Drains what is there. */
  static Limit draining(int count) {
    return new Limit(count, false);
  }

  /** Waits for what comes. */
  static Limit waiting(int count) {
    return new Limit(count, true);
  }

  @Override
  public Running start(Job job) {
    return LoopThread.start(job, () -> run(job));
  }

  private void run(Job job) throws Exception {
    var target = job.target();
    try (var redis = new Resp(target.host(), target.port())) {
      new Turns(job, redis, read(target)).run(waits ? 1 : 2);
    }
  }

  private Bytes read(Job.Target target) {
    var words =
        new ArrayList<>(
            List.of("XREADGROUP", "GROUP", target.group(), "limit", "COUNT", "" + count));
    if (waits) {
      words.addAll(List.of("BLOCK", BLOCK_MILLIS));
    }
    words.addAll(List.of("STREAMS", target.stream(), ">"));
    return new Bytes().command(words.toArray(String[]::new));
  }

  /** The turns of one run. */
  private static final class Turns {
    private static final int READ = -1;

    private final Job job;
    private final Resp redis;
    private final RespReader in;
    private final Bytes read;
    private final Bytes ids = new Bytes();
    private final Bytes out = new Bytes();

    /** What the replies to come are for: a read, or an ack of so many. */
    private final ArrayDeque<Integer> expected = new ArrayDeque<>();

    Turns(Job job, Resp redis, Bytes read) {
      this.job = job;
      this.redis = redis;
      this.in = redis.in();
      this.read = read;
    }

    void run(int outstanding) throws Exception {
      for (int i = 0; i < outstanding; i++) {
        askNext();
      }
      redis.send(out);
      for (var reply = expected.poll(); reply != null; reply = expected.poll()) {
        if (reply == READ) {
          turn();
        } else if (in.head(':') != reply) {
          throw new IOException("not all of " + reply + " were acked");
        }
      }
    }

    private void turn() throws Exception {
      var got = batch();
      if (got > 0) {
        out.head('*', got + 3).bulk(XACK);
        out.bulk(job.target().stream().getBytes(UTF_8)).bulk(job.target().group().getBytes(UTF_8));
        out.put(ids);
        ids.clear();
        expected.add(got);
      }
      if (job.goesOn()) {
        askNext();
      }
      if (out.length() > 0) {
        redis.send(out);
      }
    }

    private void askNext() {
      out.put(read);
      expected.add(READ);
    }

    /** Reads and handles a batch, and keeps its ids. */
    private int batch() throws Exception {
      if (in.head('*') < 0) {
        return 0;
      }
      in.head('*');
      in.skipBulk();
      var entries = (int) in.head('*');
      for (int i = 0; i < entries; i++) {
        in.head('*');
        in.copyBulk(ids);
        var fields = (int) in.head('*');
        if (job.isNoop()) {
          for (int f = 0; f < fields; f++) {
            in.skipBulk();
          }
        } else {
          handle(fields);
        }
      }
      if (job.isNoop()) {
        job.handled(entries);
      }
      return entries;
    }

    private void handle(int fields) throws Exception {
      Map<String, String> map = new HashMap<>();
      for (int f = 0; f < fields; f += 2) {
        map.put(in.bulk(), in.bulk());
      }
      job.handle(name -> Objects.requireNonNull(map.get(name)));
    }
  }
}
