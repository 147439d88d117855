// queue_front.mjs REDIS_SOCKET TOKEN: BullMQ behind front.mjs. The key of a request is the id of its job, so that a repeated
// request makes no second one.
import { Queue } from 'bullmq';
import { serve } from './front.mjs';

const [socket, token] = process.argv.slice(2);
const queue = new Queue('tickets', { connection: { path: socket } });
await queue.waitUntilReady();
serve(token, async (ticket, jobId) => {
  const job = await queue.add('ticket', ticket, { jobId, attempts: 10, backoff: { type: 'exponential', delay: 1000 } });
  return job.id;
});
