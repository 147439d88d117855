// The HTTP front end that many would write before a queue, in place of psa-host: takes a ticket, looks at it, and answers 202
// once `add` has stored it. Prints where it listens.
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const digest = (text) => createHash('sha256').update(text).digest();
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

function answer(response, status, document) {
  const body = JSON.stringify(document);
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}

/** `add`: stores (ticket, idempotency key) and returns the job's id. */
export function serve(token, add) {
  const allowed = digest(`Bearer ${token}`);
  async function submit(request) {
    if (request.method !== 'POST' || request.url !== '/v1/tickets') throw new Refused(404, 'there is nothing here');
    if (!timingSafeEqual(digest(request.headers.authorization ?? ''), allowed)) throw new Refused(401, 'no such token');
    const ticket = ticketIn(await bodyOf(request));
    const id = await add(ticket, request.headers['idempotency-key']);
    return { id, connection: ticket.connection, state: 'queued' };
  }
  const server = createServer((request, response) =>
    submit(request).then(
      (ticket) => answer(response, 202, ticket),
      (error) => answer(response, error.status ?? 500, { error: error.message }),
    ),
  );
  server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
}
