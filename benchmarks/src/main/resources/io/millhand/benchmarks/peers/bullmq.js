// SPDX-License-Identifier: Apache-2.0
//
// BullMQ: jobs instead of entries, so it loads its own queue, on the same server. Arguments key=value, as
// io.millhand.benchmarks.child.Consume has them; prints READY, and figures behind RESULT.

const { Queue, Worker } = require('bullmq');
const Redis = require('ioredis');

const told = Object.fromEntries(process.argv.slice(2).map((word) => word.split(/=(.*)/s)));
const connection = { host: told.host, port: Number(told.port), maxRetriesPerRequest: null };
const pause = Number(told.sleep || 0);
const payload = 'x'.repeat(Number(told.payload));

async function load(queue, jobs) {
  for (let from = 0; from < jobs; from += 1000) {
    const bulk = [];
    for (let i = from; i < Math.min(jobs, from + 1000); i++) {
      bulk.push({
        name: 'order',
        data: { order_id: String(i), amount: '99.99', payload },
        opts: { removeOnComplete: true },
      });
    }
    await queue.addBulk(bulk);
  }
}

/** Works through a queue; answers when Redis has confirmed the last of its jobs. */
async function drain(name, jobs) {
  const work = pause > 0 ? () => new Promise((resolve) => setTimeout(resolve, pause)) : async () => {};
  let worker;
  await new Promise((resolve, reject) => {
    let done = 0;
    worker = new Worker(name, work, { connection, concurrency: Number(told.inflight) });
    worker.on('error', reject);
    worker.on('failed', (_, error) => reject(error));
    worker.on('completed', () => {
      done += 1;
      if (done >= jobs) resolve();
    });
  });
  return worker;
}

async function serverCpu(client) {
  const info = await client.info('cpu');
  return [...info.matchAll(/^used_cpu_(?:sys|user):([\d.]+)/gm)].reduce((sum, match) => sum + Number(match[1]), 0);
}

async function main() {
  const entries = Number(told.entries);
  const warmUp = Number(told['warm-entries']);
  const name = `bull-${process.pid}`;
  const client = new Redis(connection);
  const queue = new Queue(name, { connection });
  const warm = new Queue(`${name}-warm`, { connection });
  await load(warm, warmUp);
  await (await drain(`${name}-warm`, warmUp)).close();
  await load(queue, entries);
  console.log('READY');
  const server = await serverCpu(client);
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  const worker = await drain(name, entries);
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  const used = process.cpuUsage(cpu);
  const figures = {
    rate: entries / seconds,
    entries,
    client_cpu_s_per_million: (used.user + used.system) / entries,
    server_cpu_s_per_million: ((await serverCpu(client)) - server) * 1e6 / entries,
    peak_rss_mib: process.resourceUsage().maxRSS / 1024,
    left: await queue.getJobCountByTypes('waiting', 'active', 'delayed', 'failed'),
  };
  await worker.close();
  await queue.obliterate({ force: true });
  await warm.obliterate({ force: true });
  await queue.close();
  await warm.close();
  console.log(`RESULT ${JSON.stringify(figures)}`);
  process.exit(0);
}

main().catch((error) => {
  console.error(`Error: ${error.message}`);
  process.exit(1);
});
