// graphile_worker.mjs front URI TOKEN CONNECTIONS | graphile_worker.mjs work URI CONNECTIONS PSA_PORT CA_FILE [tuned]: Graphile
// Worker in place of psa-host, with a task for each connection to a PSA ("a,b,c"). Both print a line once they are ready.
//
// The key of a request is the key of its job, so that a repeated request makes no second one. As it comes, the worker runs
// one job at a time. Tuned, it runs 32 at a time, takes jobs in batches and completes them in batches.
import { makeWorkerUtils, run } from 'graphile-worker';
import { serve } from './front.mjs';
import { psa } from './psa.mjs';

const [mode, uri, ...rest] = process.argv.slice(2);
const quiet = (await import('graphile-worker')).Logger;
const logger = new quiet(() => (level, message) => {
  if (level === 'error') console.error(message);
});

if (mode === 'front') {
  const [token] = rest;
  const worker = await makeWorkerUtils({ connectionString: uri, logger });
  await worker.migrate();
  serve(token, async (ticket, jobKey) => {
    const job = await worker.addJob(ticket.connection, ticket, { jobKey, maxAttempts: 10 });
    return job.id;
  });
} else {
  const [connections, port, caFile, tuned] = rest;
  const options = tuned
    ? { concurrentJobs: 32, localQueue: { size: 200 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 }
    : {};
  const create = psa(Number(port), caFile, 32);
  const taskList = {};
  for (const each of connections.split(',')) taskList[each] = (_payload, helpers) => create(helpers.job.id);
  await run({
    taskList,
    logger,
    preset: { worker: { connectionString: uri, ...options } },
  });
  console.log('ready');
}
