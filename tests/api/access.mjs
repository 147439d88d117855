// Tokens, and the sessions of browsers.
import assert from 'node:assert/strict';
import { test } from 'node:test';

/** Makes a token for each scope, and gives their texts. */
export async function makeTokens(api) {
  const make = async (scope) =>
    (await api.expect(201, 'POST', '/v1/tokens', { body: { name: scope, scopes: [scope] } })).token;
  return {
    submit: await make('submit'),
    read: await make('read'),
    operate: await make('operate'),
    admin: await make('admin'),
  };
}

export async function access(api, tokens) {
  const make = (status, body) => api.expect(status, 'POST', '/v1/tokens', { body });
  const nobody = api.as(null);

  await test('tokens are created, listed without their secret, and removed', async () => {
    const { id, token } = await make(201, {
      name: 'short-lived',
      scopes: ['read'],
      expires: '2259-12-31T23:59:59.999+01:00',
    });
    await api.as(token).expect(200, 'GET', '/v1/status');
    const { tokens: all } = await api.expect(200, 'GET', '/v1/tokens');
    assert.ok(all.some((each) => each.id === id && each.lastUsed));
    assert.ok(!JSON.stringify(all).includes(token));
    await api.expect(204, 'DELETE', `/v1/tokens/${id}`);
    await api.expect([404, 'unknown-token'], 'DELETE', `/v1/tokens/${id}`);
    await api.as(token).expect([401, 'bad-token'], 'GET', '/v1/status');
  });

  await test('a token without a name or scopes, or with an invalid expiry, is not created', async () => {
    const wrong = [
      {},
      { name: 'x' },
      { name: '', scopes: ['read'] },
      { name: 'x', scopes: [] },
      { name: 'x', scopes: [null] },
      { name: 'x', scopes: ['all'] },
      { name: 'x', scopes: ['read'], expires: '2001-01-01T00:00:00Z' },
      { name: 'x', scopes: ['read'], expires: '2999-01-01T00:00:00Z' },
      { name: 'x', scopes: ['read'], connections: [] },
      { name: 'x', scopes: ['read'], connections: 'first' },
      { name: 'x', scopes: ['read'], connections: ['first', 'nobody'] },
    ];
    for (const each of wrong) await make([422, 'invalid'], each);
    await make([400, 'bad-body'], { name: 7, scopes: ['read'] });
  });

  await test('a token that is bound to a connection shows nothing else, and cannot operate the host', async () => {
    const { id, token, connections } = await make(201, { name: 'bound', scopes: ['admin'], connections: ['second'] });
    assert.deepEqual(connections, ['second']);
    const bound = api.as(token);
    const { tickets } = await bound.expect(200, 'GET', '/v1/tickets?limit=1000');
    assert.ok(tickets.length > 0 && tickets.every(({ connection }) => connection === 'second'));
    const { tickets: others } = await api.expect(200, 'GET', '/v1/tickets?connection=first&limit=1');
    const { entries } = await bound.expect(200, 'GET', '/v1/audit?limit=1000');
    assert.ok(entries.length > 0 && entries.every(({ connection }) => connection === 'second'));
    const { connections: shown } = await bound.expect(200, 'GET', '/v1/status');
    assert.deepEqual(shown.map(({ name }) => name), ['second']);
    for (const { method, path, scope } of api.contract.operations) {
      if (scope === 'anybody') continue;
      const names = (name) => path.includes(`{${name}}`);
      if (path.startsWith('/v1/tickets/{id}')) {
        const target = path.replace('{id}', others[0].id).replace('{operation}', '1');
        await bound.expect([404, 'unknown-ticket'], method, target, { body: method === 'GET' ? undefined : {} });
      } else if (names('connection') || (names('name') && path.startsWith('/v1/connections/'))) {
        const target = path.replace(/\{(name|connection)\}/, 'first').replace(/\{[^}]*\}/g, 'x');
        await bound.expect([404, 'unknown-connection'], method, target, { body: method === 'GET' ? undefined : {} });
      } else if (/^\/v1\/(tokens|keys|backups|refusals|plugins\/reload)/.test(path))
        await bound.expect([403, 'bound-token'], method, path.replace(/\{[^}]*\}/g, 'x'), { body: method === 'GET' ? undefined : {} });
    }
    const submitted = { connection: 'first', title: 'Not for this token' };
    await bound.expect([403, 'bound-token'], 'POST', '/v1/tickets', { body: submitted });
    const signIn = await nobody.ask('POST', '/v1/session', { body: { token } });
    assert.deepEqual(signIn.json.connections, ['second']);
    await api.expect(204, 'DELETE', `/v1/tokens/${id}`);
  });

  await test('a browser signs in, does what its token allows, and signs out', async () => {
    const signIn = await nobody.ask('POST', '/v1/session', { body: { token: tokens.admin } });
    assert.equal(signIn.status, 200);
    const cookie = signIn.headers['set-cookie'][0].split(';')[0];
    const csrf = { cookie, 'x-csrf-token': signIn.json.csrf };
    await nobody.expect(200, 'GET', '/v1/session', { headers: { cookie } });
    await nobody.expect(200, 'GET', '/v1/status', { headers: { cookie } });
    for (const { method, path, scope } of api.contract.operations)
      if (method !== 'GET' && scope !== 'anybody')
        await nobody.expect([403, 'bad-csrf'], method, path.replace(/\{[^}]*\}/g, 'nobody'), { headers: { cookie } });
    await nobody.expect(200, 'POST', '/v1/keys/rotation', { headers: csrf });
    await nobody.expect(204, 'DELETE', '/v1/session', { headers: csrf });
    await nobody.expect([401, 'signed-out'], 'GET', '/v1/session', { headers: { cookie } });
    await nobody.expect([401, 'no-token'], 'GET', '/v1/status', { headers: { cookie } });
    await nobody.expect([401, 'bad-token'], 'POST', '/v1/session', { body: { token: 'psa_nobody' } });
  });
}
