// queue_front.mjs REDIS_SOCKET TOKEN: what many would write in place of psa-host: takes a ticket over HTTP, looks at it, and
// answers 202 once BullMQ has it in Redis. Prints where it listens. The key of a request is the id of its job, so that a
// repeated request makes no second one.
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { Queue } from 'bullmq';

const [socket, token] = process.argv.slice(2);
const queue = new Queue('tickets', { connection: { path: socket } });
const digest = (text) => createHash('sha256').update(text).digest();
const allowed = digest(`Bearer ${token}`);
const largestBody = 1 << 20;

class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function bodyOf(request) {
  const parts = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > largestBody) throw new Refused(413, 'the body is too large');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function ticketIn(text) {
  let ticket;
  try {
    ticket = JSON.parse(text);
  } catch {
    throw new Refused(400, 'the body is not JSON');
  }
  if (ticket === null || typeof ticket !== 'object') throw new Refused(422, 'the body is not an object');
  for (const field of ['connection', 'title'])
    if (typeof ticket[field] !== 'string' || ticket[field] === '') throw new Refused(422, `${field} is missing`);
  if (typeof (ticket.description ?? '') !== 'string') throw new Refused(422, 'description is not a text');
  return ticket;
}

async function submit(request) {
  if (request.method !== 'POST' || request.url !== '/v1/tickets') throw new Refused(404, 'there is nothing here');
  if (!timingSafeEqual(digest(request.headers.authorization ?? ''), allowed)) throw new Refused(401, 'no such token');
  const jobId = request.headers['idempotency-key'];
  const ticket = ticketIn(await bodyOf(request));
  const job = await queue.add('ticket', ticket, { jobId, attempts: 10, backoff: { type: 'exponential', delay: 1000 } });
  return { id: job.id, connection: ticket.connection, state: 'queued' };
}

function answer(response, status, document) {
  const body = JSON.stringify(document);
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}

const server = createServer((request, response) =>
  submit(request).then(
    (ticket) => answer(response, 202, ticket),
    (error) => answer(response, error.status ?? 500, { error: error.message }),
  ),
);
await queue.waitUntilReady();
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
