// What a worker of a queue does with a ticket: one request over HTTPS, on a kept connection, as psa-host's plugin does.
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';

/** `port`: of 127.0.0.1; `sockets`: maximum number of connections. */
export function psa(port, caFile, sockets) {
  const agent = new Agent({ keepAlive: true, maxSockets: sockets, ca: readFileSync(caFile) });
  const options = { agent, host: '127.0.0.1', servername: 'psa.example.com', port, method: 'POST', path: '/tickets' };
  return (reference) =>
    new Promise((resolve, reject) => {
      const sent = request({ ...options, headers: { Host: 'psa.example.com' } }, (response) => {
        response.resume();
        response.on('end', () =>
          response.statusCode === 201 ? resolve() : reject(new Error(`the PSA answered ${response.statusCode}`)),
        );
      });
      sent.on('error', reject);
      sent.end(reference);
    });
}
