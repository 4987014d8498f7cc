# SPDX-License-Identifier: Apache-2.0
#
# The plain Python way to consume a group: read ten, handle one after the other, ack each. Arguments key=value, as
# io.millhand.benchmarks.child.Consume has them; prints READY, and figures behind RESULT.

import json
import resource
import sys
import time

import redis


def drain(client, stream, group, entries, pause):
    done = 0
    while done < entries:
        reply = client.xreadgroup(group, "python", {stream: ">"}, count=10, block=1000)
        for _, batch in reply:
            for entry_id, _fields in batch:
                if pause:
                    time.sleep(pause)
                client.xack(stream, group, entry_id)
                done += 1


def server_cpu(client):
    cpu = client.info("cpu")
    return cpu["used_cpu_sys"] + cpu["used_cpu_user"]


def own_cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main():
    told = dict(word.split("=", 1) for word in sys.argv[1:])
    client = redis.Redis(host=told["host"], port=int(told["port"]), decode_responses=True)
    pause = int(told.get("sleep", "0")) / 1000
    entries = int(told["entries"])
    drain(client, told["warm-stream"], told["group"], int(told["warm-entries"]), pause)
    print("READY", flush=True)
    server, cpu, start = server_cpu(client), own_cpu(), time.monotonic()
    drain(client, told["stream"], told["group"], entries, pause)
    seconds, cpu, server = time.monotonic() - start, own_cpu() - cpu, server_cpu(client) - server
    figures = {
        "rate": entries / seconds,
        "entries": entries,
        "client_cpu_s_per_million": cpu * 1e6 / entries,
        "server_cpu_s_per_million": server * 1e6 / entries,
        "peak_rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print("RESULT " + json.dumps(figures), flush=True)


main()
