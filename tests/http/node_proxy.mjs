// node_proxy.mjs PORT FOLDER: a proxy as many people write one: a few lines that pass on the headers unchanged. Its
// agent keeps one connection to the server, and all requests use it, one after another. Attackers are disconnected
// after a moment, so that none has to be waited for.
import { randomUUID } from 'node:crypto';
import { Agent, createServer, request } from 'node:http';

const [port, folder] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const ofThisHop = new Set(['connection', 'keep-alive', 'proxy-connection']);

/** Raw headers, names and values in turn, but for those that are meant for this hop. */
const passedOn = (raw) => raw.filter((_, i) => !ofThisHop.has(raw[i - (i % 2)].toLowerCase()));

function proxy(incoming, outgoing) {
  const fail = () => {
    if (outgoing.headersSent) outgoing.destroy();
    else outgoing.writeHead(502, { Connection: 'close' }).end();
  };
  let upstream;
  try {
    upstream = request({
      agent,
      port,
      host: '127.0.0.1',
      method: incoming.method,
      path: incoming.url,
      headers: [...passedOn(incoming.rawHeaders), 'X-Stamp', randomUUID()],
    });
  } catch {
    fail(); // Node's own client refuses to send it
    return;
  }
  upstream.on('error', fail);
  upstream.on('response', (answer) => {
    outgoing.writeHead(answer.statusCode, passedOn(answer.rawHeaders));
    answer.on('error', fail).pipe(outgoing);
  });
  outgoing.on('close', () => {
    if (!outgoing.writableFinished) upstream.destroy();
  });
  incoming.pipe(upstream);
}

const server = createServer({ insecureHTTPParser: true, keepAliveTimeout: 20000 }, proxy);
server.httpAllowHalfOpen = true; // the test sends no more, and waits for the answer
server.listen(`${folder}/proxy.sock`);
