// Sources, their webhooks and deliveries.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';

const problem = (key, change = {}) => ({ kind: 'problem', key, title: `Trouble with ${key}`, ...change });
const bearer = (token) => ({ authorization: `Bearer ${token}` });

/** `tokens`: one of the API for each scope. */
export async function sources(api, tokens) {
  const { contract } = api;
  const nobody = api.as(null);
  const made = {};

  await test('presets say how senders are set up', async () => {
    const { presets } = await api.expect(200, 'GET', '/v1/presets');
    assert.ok(presets.some(({ name }) => name === 'alertmanager'));
    for (const { name } of presets) assert.ok((await api.expect(200, 'GET', `/v1/presets/${name}`)).reader.length > 0);
    await api.expect([404, 'unknown-preset'], 'GET', '/v1/presets/nothing');
  });

  await test('a source is stored, and shown without its secrets', async () => {
    const body = { name: 'web', preset: 'json', timeZone: 'Europe/Oslo' };
    Object.assign(made, await api.expect(201, 'POST', '/v1/sources', { body }));
    contract.keepSecret([made.token]);
    assert.match(made.url, /\/v1\/hooks\/web$/);
    await api.expect([409, 'conflict'], 'POST', '/v1/sources', { body });
    const shown = await api.expect(200, 'GET', '/v1/sources/web');
    assert.equal(shown.hasToken, true);
    assert.equal(shown.timeZone, 'Europe/Oslo');
    const changed = await api.expect(200, 'PUT', '/v1/sources/web', { body: { ...shown, quotaPerMinute: 1000 } });
    assert.equal(changed.quotaPerMinute, 1000);
    await api.expect([409, 'conflict'], 'PUT', '/v1/sources/web', { body: shown }); // of the version before
    assert.equal((await api.expect(200, 'GET', '/v1/sources')).sources.length, 1);
    assert.equal((await api.expect(200, 'GET', '/v1/status')).sources[0].name, 'web');
  });

  await test('an invalid source is rejected with the place of the error', async () => {
    for (const [wrong, pointer] of [
      [{ name: 'a b', preset: 'json' }, '/name'],
      [{ name: 'x', preset: 'nothing' }, '/preset'],
      [{ name: 'x', preset: 'json', reader: '.body |' }, '/reader'],
      [{ name: 'x', preset: 'json', settings: { nothing: 1 } }, '/settings/nothing'],
      [{ name: 'x', preset: 'json', signatureSecret: 'short' }, '/signatureSecret'],
      [{ name: 'x', preset: 'uptime-kuma', signatureSecret: 'long enough' }, '/signature'],
    ]) {
      const { errors } = await api.expect([422, 'invalid-source'], 'POST', '/v1/sources', { body: wrong });
      assert.equal(errors[0].pointer, pointer);
    }
    await api.expect([422, 'invalid-source'], 'PUT', '/v1/sources/web', { body: { preset: 'nothing' } });
    await api.expect([404, 'unknown-source'], 'PUT', '/v1/sources/nobody', { body: { preset: 'json' } });
    await api.expect([404, 'unknown-source'], 'GET', '/v1/sources/nobody');
    await api.expect([404, 'unknown-source'], 'DELETE', '/v1/sources/nobody');
  });

  await test('a webhook takes what its source may send, and answers with what was decided', async () => {
    const send = (status, method, target, options) => nobody.expect(status, method, target, { headers: bearer(made.token), ...options });
    const { delivery, events } = await send(200, 'POST', '/v1/hooks/web', { body: problem('disk') });
    assert.equal(events.length, 1);
    assert.equal((await send(200, 'POST', '/v1/hooks/web', { body: problem('disk') })).state, 'duplicate');
    await send(200, 'PUT', '/v1/hooks/web', { body: problem('disk', { kind: 'recovery' }) });
    await send(200, 'GET', '/v1/hooks/web?kind=problem&key=cpu&title=Busy');
    const shown = await api.expect(200, 'GET', `/v1/deliveries/${delivery}?body=true`);
    assert.deepEqual(JSON.parse(shown.body), problem('disk'));
    await api.as(tokens.read).expect([403, 'scope'], 'GET', `/v1/deliveries/${delivery}?body=true`);
    await api.as(tokens.read).expect(200, 'GET', `/v1/deliveries/${delivery}`);
    await api.expect([404, 'not-found'], 'GET', '/v1/deliveries/999');
    await api.expect([409, 'not-allowed'], 'POST', `/v1/deliveries/${delivery}/run`);
    await api.expect([404, 'not-found'], 'POST', '/v1/deliveries/999/run');
    const page = await api.expect(200, 'GET', '/v1/sources/web/deliveries?limit=2&state=done');
    assert.equal(page.deliveries.length, 2);
    const next = await api.expect(200, 'GET', `/v1/sources/web/deliveries?before=${encodeURIComponent(page.next)}`);
    assert.ok(next.deliveries.length > 0);
    await api.expect([400, 'bad-state'], 'GET', '/v1/sources/web/deliveries?state=gone');
    await api.expect([404, 'unknown-source'], 'GET', '/v1/sources/nobody/deliveries');
  });

  await test('a delivery that is not understood waits for a mended reader', async () => {
    const send = (body) => nobody.expect(200, 'POST', '/v1/hooks/web', { headers: bearer(made.token), body });
    const { delivery, state, reason } = await send('{"kind": "something else"}');
    assert.equal(state, 'notUnderstood');
    assert.ok(reason.length > 0);
    assert.equal((await api.expect(200, 'POST', `/v1/deliveries/${delivery}/run`)).state, 'notUnderstood');
    const reader = '{kind: "problem", key: "mended", title: .body.kind}';
    await api.expect(200, 'PUT', '/v1/sources/web', { body: { preset: 'json', reader } });
    for (let i = 0; (await api.expect(200, 'GET', `/v1/deliveries/${delivery}`)).state !== 'done'; ++i) {
      assert.ok(i < 200, 'it is read again');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await api.expect(200, 'PUT', '/v1/sources/web', { body: { preset: 'json' } });
    await api.expect(200, 'POST', '/v1/sources/web/resume');
    await api.expect([404, 'unknown-source'], 'POST', '/v1/sources/nobody/resume');
  });

  await test('events and episodes are shown, and the texts of a customer erased', async () => {
    const { events } = await api.expect(200, 'GET', '/v1/events?source=web&kind=problem&limit=10');
    assert.ok(events.length > 0);
    const { episode } = events[0];
    await api.expect(200, 'GET', `/v1/events/${events[0].id}`);
    await api.expect(200, 'GET', `/v1/episodes/${episode}`);
    await api.expect([404, 'unknown-event'], 'GET', '/v1/events/999');
    await api.expect([404, 'unknown-episode'], 'GET', '/v1/episodes/999');
    await api.expect([404, 'unknown-source'], 'GET', '/v1/events?source=nobody');
    await api.expect([400, 'bad-number'], 'GET', '/v1/events?ticket=x');
    await api.expect([422, 'invalid'], 'GET', '/v1/events?cursor=x');
    await api.expect(200, 'POST', '/v1/events/purge', { body: { customer: 'Nobody' } });
    await api.expect([422, 'invalid'], 'POST', '/v1/events/purge', { body: {} });
  });

  await test('an alert whose ticket cannot be built needs review, and can be retried after a correction', async () => {
    const { ticketDefaults } = await api.expect(200, 'GET', '/v1/connections/first');
    const setDefaults = (values) => api.expect(200, 'PUT', '/v1/connections/first', { body: { ticketDefaults: values } });
    await setDefaults({});
    const rule = { name: 'All', mode: 'on', do: 'ticket', ticket: { connection: 'first', fields: { title: '{{title}}' } } };
    await api.expect(201, 'POST', '/v1/rules', { body: rule });
    const { events } = await nobody.expect(200, 'POST', '/v1/hooks/web', { headers: bearer(made.token), body: problem('review') });
    const { ticket } = events[0];
    assert.equal((await api.expect(200, 'GET', `/v1/tickets/${ticket}`)).state, 'needs_review');
    await api.expect([422, 'ticket-refused'], 'POST', `/v1/tickets/${ticket}/retry`);
    await setDefaults(ticketDefaults);
    await api.expect(200, 'POST', `/v1/tickets/${ticket}/retry`);
    await api.expect(204, 'DELETE', '/v1/rules/All');
  });

  await test('credentials can be replaced and revoked, and a secret is told only once', async () => {
    const post = (status, target, headers) => nobody.expect(status, 'POST', target, { headers, body: problem('again', { text: `${Math.random()}` }) });
    const { token } = await api.expect(200, 'POST', '/v1/sources/web/token');
    contract.keepSecret([token]);
    await post([401, 'hook-unauthorized'], '/v1/hooks/web', bearer(made.token));
    await post(200, '/v1/hooks/web', bearer(token));
    const { url } = await api.expect(200, 'POST', '/v1/sources/web/secret-url');
    const { pathname } = new URL(url);
    contract.keepSecret([pathname.split('/').pop()]);
    await post(200, pathname);
    await nobody.expect(200, 'PUT', pathname, { body: problem('put') });
    await nobody.expect(200, 'GET', `${pathname}?kind=problem&key=get&title=Got`);
    assert.equal((await nobody.ask('OPTIONS', pathname)).status, 200);
    await api.expect(204, 'DELETE', '/v1/sources/web/secret-url');
    for (const method of ['POST', 'PUT', 'GET', 'OPTIONS']) await nobody.expect([404, 'unknown-hook'], method, pathname);
    await api.expect(204, 'DELETE', '/v1/sources/web/token');
    await post([401, 'hook-unauthorized'], '/v1/hooks/web', bearer(token));
    for (const [method, end] of [['POST', 'token'], ['DELETE', 'token'], ['POST', 'secret-url'], ['DELETE', 'secret-url'], ['DELETE', 'signature-secret']])
      await api.expect([404, 'unknown-source'], method, `/v1/sources/nobody/${end}`);
  });

  await test('a source with a signature secret takes signed requests only', async () => {
    const secret = 'a secret that signs';
    contract.keepSecret([secret]);
    await api.expect(200, 'PUT', '/v1/sources/web', { body: { preset: 'json', signature: { header: 'X-Signature' }, signatureSecret: secret } });
    const body = JSON.stringify(problem('signed'));
    const headers = { 'x-signature': createHmac('sha256', secret).update(body).digest('hex') };
    await nobody.expect(200, 'POST', '/v1/hooks/web', { headers, body });
    await nobody.expect([401, 'hook-unauthorized'], 'POST', '/v1/hooks/web', { headers, body: `${body} ` });
    await api.expect(204, 'DELETE', '/v1/sources/web/signature-secret');
  });

  await test('the webhooks of release 0.1 are gone', async () => {
    for (const method of ['POST', 'PUT', 'GET'])
      await nobody.expect([410, 'hook-gone'], method, '/v1/hooks/alertmanager/first');
    await nobody.expect([410, 'hook-gone'], 'OPTIONS', '/v1/hooks/alertmanager/first');
  });

  await test('a body can be tried before anything is stored', async () => {
    const trial = (status, body) => api.expect(status, 'POST', '/v1/sources/test', { body });
    const read = await trial(200, { preset: 'json', body: JSON.stringify(problem('disk', { text: null })) });
    assert.equal(read.events[0].key, 'disk');
    assert.deepEqual(read.tree.body.key, 'disk');
    assert.equal(read.decisions.length, 1);
    assert.equal((await trial(200, { source: 'web', bodyBase64: 'e30=' })).tree.source.name, 'web');
    assert.ok((await trial(200, { preset: 'json', reader: 'error("nothing")', body: '{}' })).failed);
    assert.ok((await trial(200, { preset: 'json', reader: '{refuse: "not this"}', body: '{}' })).refused);
    await trial([400, 'bad-body'], { preset: 'json', bodyBase64: '?' });
    await trial([404, 'unknown-source'], { source: 'nobody' });
    await trial([422, 'invalid-source'], { preset: 'nothing' });
  });

  await test('what a webhook does not take says why', async () => {
    const { token } = await api.expect(200, 'POST', '/v1/sources/web/token');
    contract.keepSecret([token]);
    const set = (change) => api.expect(200, 'PUT', '/v1/sources/web', { body: { preset: 'json', ...change } });
    const { url } = await api.expect(200, 'POST', '/v1/sources/web/secret-url');
    const { pathname } = new URL(url);
    contract.keepSecret([pathname.split('/').pop()]);
    const ways = ['POST', 'PUT', 'GET'].flatMap((method) => [
      [method, '/v1/hooks/web', bearer(token)],
      [method, pathname, {}],
    ]);
    const all = async (status, options = {}) => {
      for (const [method, target, headers] of ways) await nobody.expect(status, method, target, { ...options, headers: { ...headers, ...options.headers } });
    };
    for (const method of ['POST', 'PUT', 'GET']) await nobody.expect([401, 'hook-unauthorized'], method, '/v1/hooks/web');
    await set({ reader: '{refuse: "not this"}' });
    await all([400, 'delivery-refused']);
    await set({ enabled: false });
    await all([403, 'source-disabled']);
    await set({ quotaPerMinute: 1, reader: '[]' });
    await nobody.expect(200, 'POST', '/v1/hooks/web', { headers: bearer(token), body: '{}' });
    await all([503, 'over-quota']);
    await all([413, 'too-large'], { headers: { 'content-length': '8388609' }, unfinished: true });
    await all([415, 'compressed'], { headers: { 'content-encoding': 'gzip' }, body: 'x' });
    const from = '127.0.0.3';
    for (let i = 0; i < 10; ++i) await nobody.expect([401, 'hook-unauthorized'], 'POST', '/v1/hooks/nobody', { from });
    for (const method of ['POST', 'PUT', 'GET']) {
      await nobody.expect([429, 'too-many-attempts'], method, '/v1/hooks/nobody', { from });
      await nobody.expect([429, 'too-many-attempts'], method, '/v1/hooks/nobody/psau_0', { from });
    }
    await nobody.expect([429, 'too-many-attempts'], 'OPTIONS', '/v1/hooks/nobody/psau_0', { from });
    for (const method of ['POST', 'PUT', 'GET', 'OPTIONS'])
      for (const target of ['/v1/hooks/web', '/v1/hooks/web/psau_0']) await nobody.expect([400, 'bad-query'], method, `${target}?a=%zz`);
    assert.equal((await nobody.ask('OPTIONS', '/v1/hooks/web')).status, 200);
    await api.expect(204, 'DELETE', '/v1/sources/web');
  });
}
