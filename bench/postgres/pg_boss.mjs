// pg_boss.mjs front URI TOKEN CONNECTIONS | pg_boss.mjs work URI CONNECTIONS PSA_PORT CA_FILE [tuned]: pg-boss in place of
// psa-host, with a queue for each connection to a PSA ("a,b,c"). Both print a line once they are ready.
//
// The key of a request makes the id of its job, so that a repeated request makes no second one. As it comes, the worker of a
// queue takes one job every 2 s. Tuned, it takes up to 500 jobs at a time and polls every 0.5 s, the shortest interval that
// pg-boss allows.
import { createHash } from 'node:crypto';
import PgBoss from 'pg-boss';
import { serve } from './front.mjs';
import { psa } from './psa.mjs';

const [mode, uri, ...rest] = process.argv.slice(2);
const boss = new PgBoss(uri);
boss.on('error', (error) => console.error(error.message));
await boss.start();

function idOf(key) {
  const hex = createHash('sha256').update(key).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

if (mode === 'front') {
  const [token, connections] = rest;
  for (const each of connections.split(',')) await boss.createQueue(each);
  serve(token, (ticket, key) =>
    boss.send(ticket.connection, ticket, { id: idOf(key), retryLimit: 10, retryBackoff: true }),
  );
} else {
  const [connections, port, caFile, tuned] = rest;
  const options = tuned ? { batchSize: 500, pollingIntervalSeconds: 0.5 } : {};
  const create = psa(Number(port), caFile, 32);
  for (const each of connections.split(','))
    await boss.work(each, options, (jobs) => Promise.all(jobs.map((job) => create(job.id))));
  console.log('ready');
}
