# SPDX-License-Identifier: Apache-2.0
"""A consumer of a Redis Streams group as many write it, on redis-py alone: reads, works, acks.

consumer.py MODE HOST PORT STREAM GROUP CONSUMER LEDGERS MILLISECONDS

MODE read: reads up to ten entries at a time and works on each for so long.
MODE grab: claims, again and again, whatever has been idle for so long, and says so.

Writes a ledger as the worker processes do: a line is one write, whole when the call returns.
"""
import os
import signal
import sys
import time

import redis

mode, host, port, stream, group, consumer, ledgers, millis = sys.argv[1:]
running = True


def stop(signum, frame):
    global running
    running = False


signal.signal(signal.SIGTERM, stop)
client = redis.Redis(host=host, port=int(port), decode_responses=True)
ledger = os.open(
    os.path.join(ledgers, consumer + ".ledger"), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644
)


def note(kind, name, *rest):
    words = [kind, str(time.time_ns() // 1000), name, consumer, *rest, "."]
    os.write(ledger, (" ".join(words) + "\n").encode())


def handle(entry_id, fields):
    name = fields["n"]
    note("BEG", name, "1", "1")
    time.sleep(int(millis) / 1000)
    note("END", name)
    client.xack(stream, group, entry_id)


def read():
    for _, entries in client.xreadgroup(group, consumer, {stream: ">"}, count=10, block=500):
        for entry_id, fields in entries:
            handle(entry_id, fields)


looked = 0


def grab():
    global looked
    looked += 1
    reply = client.xautoclaim(stream, group, consumer, min_idle_time=int(millis), count=100)
    for entry_id, fields in reply[1]:
        print("grabbed", entry_id, flush=True)
        client.xack(stream, group, entry_id)
    time.sleep(0.05)


print("ready", flush=True)
while running:
    try:
        read() if mode == "read" else grab()
    except redis.RedisError as error:
        print("error", error, flush=True)
        time.sleep(0.2)
print("looked", looked, "times", flush=True)
