// Sends requests to psa-host, and compares each answer with its document.
import assert from 'node:assert/strict';
import http from 'node:http';

export class Client {
  constructor(url, token, contract) {
    Object.assign(this, { url, token, contract });
  }

  /** The same psa-host as another caller. */
  as(token) {
    return new Client(this.url, token, this.contract);
  }

  /**
   * One request, on a connection of its own.
   * @param {{headers?: object, body?: object | string | Buffer, from?: string, unfinished?: boolean, until?: string}} options
   *   `from`: the address that it comes from; `unfinished`: the body that the head speaks of never comes; `until`: the
   *   answer goes on for ever, and is taken for whole when it has this
   * @returns {Promise<{status: number, headers: object, body: Buffer, json: any}>}
   */
  async ask(method, target, { headers = {}, body, from, unfinished = false, until } = {}) {
    const text = typeof body === 'object' && !Buffer.isBuffer(body) ? JSON.stringify(body) : body;
    const bytes = text === undefined ? undefined : Buffer.from(text); // node sends head and text in one write otherwise
    const all = {
      ...(this.token ? { authorization: `Bearer ${this.token}` } : {}),
      ...(bytes === undefined || headers['transfer-encoding'] ? {} : { 'content-length': bytes.length }),
      ...headers,
    };
    const answer = await send(
      this.url + target,
      { method, headers: all, localAddress: from, agent: false },
      bytes,
      { unfinished, until },
    );
    this.contract.checkAnswer({ method, target, ...answer });
    if (answer.status < 300) this.contract.checkRequest({ method, target, body: text });
    const isJson = /json/.test(answer.headers['content-type'] ?? '');
    return { ...answer, json: isJson ? JSON.parse(answer.body) : null };
  }

  /** The same; `status` is what must come, or [status, slug] of a problem. Gives the answer's JSON. */
  async expect(status, method, target, options) {
    const [code, slug] = [status].flat();
    const answer = await this.ask(method, target, options);
    const what = `${method} ${target}: ${answer.body}`; // without the request: it has secrets
    assert.equal(answer.status, code, what);
    if (slug) assert.equal(answer.json.type, `urn:psa-host:problem:${slug}`, what);
    return answer.json;
  }
}

function send(url, options, body, { unfinished, until }) {
  return new Promise((resolve, reject) => {
    const request = http.request(url, options, (response) => {
      const chunks = [];
      const finish = () => {
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) });
        request.destroy();
      };
      response.on('data', (chunk) => {
        chunks.push(chunk);
        if (until && Buffer.concat(chunks).includes(until)) finish();
      });
      response.on('error', reject);
      response.on('end', finish);
    });
    request.on('error', reject);
    if (unfinished) request.flushHeaders();
    else request.end(body);
  });
}
