// Connections: created, changed, tested and removed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const secretOf = ({ secretFile }) => readFileSync(secretFile, 'utf8').trim();

/** What an operator fills in for each PSA. */
export const inputs = ({ autotask, connectwise, halopsa }) => ({
  first: {
    plugin: 'autotask',
    configuration: { integrationCode: autotask.integrationCode, userName: autotask.user, secret: secretOf(autotask) },
    ticketDefaults: { queue: '8', category: '3' },
  },
  second: {
    plugin: 'connectwise',
    configuration: {
      siteUrl: `https://${connectwise.site.replace(/^api-/, '')}`,
      companyId: connectwise.company,
      publicKey: connectwise.publicKey,
      privateKey: secretOf(connectwise),
      clientId: connectwise.clientId,
    },
    ticketDefaults: { queue: 'Alerts', status: 'New Alert' },
  },
  third: {
    plugin: 'halopsa',
    configuration: {
      tenantUrl: `https://${halopsa.site}`,
      clientId: halopsa.clientId,
      clientSecret: secretOf(halopsa),
    },
    ticketDefaults: { ticketType: 'Incident' },
  },
});

/**
 * The secrets in them, which no answer may contain. The last ones are the login that requests of the second contain, and
 * what every token of the third begins with.
 */
export const secretsOf = (sandboxes) => {
  const { first, second, third } = inputs(sandboxes);
  const { companyId, publicKey, privateKey, clientId } = second.configuration;
  return [
    first.configuration.integrationCode,
    first.configuration.secret,
    privateKey,
    clientId,
    third.configuration.clientSecret,
    `${companyId}+${publicKey}:${privateKey}`,
    'HaloSandboxToken.',
  ];
};

export async function connections(api, sandboxes) {
  const { first, second, third } = inputs(sandboxes);
  const put = (status, name, body) => api.expect(status, 'PUT', `/v1/connections/${name}`, { body });
  const get = (path, status = 200) => api.expect(status, 'GET', `/v1/connections${path}`);
  const askTest = (status, name, body) => api.expect(status, 'POST', `/v1/connections/${name}/test`, { body });

  await test('a connection to each PSA is created, and read without its secrets', async () => {
    for (const [name, input] of Object.entries({ first, second, third })) {
      await put(201, name, input);
      const { secret, privateKey, clientSecret } = input.configuration;
      const view = JSON.stringify(await get(`/${name}`));
      assert.ok(!view.includes(secret ?? privateKey ?? clientSecret));
    }
    const { connections: all } = await get('');
    assert.deepEqual(
      all.map(({ name }) => name),
      ['first', 'second', 'third'],
    );
    await get('/nobody', [404, 'unknown-connection']);
  });

  await test('a change keeps what it does not name', async () => {
    const { version, configuration } = await get('/first');
    const changed = await put(200, 'first', { ticketDefaults: { ...first.ticketDefaults, priority: null } });
    assert.equal(changed.version, version + 1);
    assert.deepEqual(changed.configuration, configuration);
    await put(200, 'first', { plugin: null, configuration: null, ticketDefaults: first.ticketDefaults });
    await put(200, 'first', undefined);
  });

  await test('how tickets are updated is set, and returns to what the plugin suggests', async () => {
    const updates = { resolvedStatus: 'Complete', reopenedStatus: 5, notes: 'public' };
    assert.deepEqual((await put(200, 'first', { updates })).updates, updates);
    assert.deepEqual((await put(200, 'first', { updates: { notes: 'internal', resolvedStatus: ' ' } })).updates, {
      notes: 'internal',
    });
    assert.deepEqual((await put(200, 'first', { updates: {} })).updates, {});
    for (const wrong of [{ notes: 'all' }, { resolvedStatus: [] }, { resolved: 'x' }])
      await put([422, 'connection-refused'], 'first', { updates: wrong });
    await put([400, 'bad-body'], 'first', { updates: 'x' });
  });

  await test('errors of a connection are reported by field', async () => {
    const { errors } = await put([422, 'connection-refused'], 'fourth', { plugin: 'autotask', configuration: {} });
    assert.ok(errors.some(({ pointer }) => pointer === '/configuration/userName'));
    await put([422, 'connection-refused'], 'fourth', { plugin: 'nothing' });
    await put([422, 'connection-refused'], 'fourth', undefined);
    await put([422, 'connection-refused'], 'bad%20name', first);
    await put([422, 'connection-refused'], 'first', { configuration: { userName: 'x', nothing: 1 } });
    await put([422, 'connection-refused'], 'first', { ticketDefaults: { queue: ['8'] } });
    for (const body of [{ plugin: 7 }, { configuration: [] }, { ticketDefaults: 'x' }, { name: 'first' }])
      await put([400, 'bad-body'], 'first', body);
  });

  await test('a test reports its result, saved or not', async () => {
    assert.equal((await askTest(200, 'first')).ok, true);
    assert.equal((await askTest(200, 'second')).ok, true);
    assert.equal((await askTest(200, 'third')).ok, true);
    const wrong = { plugin: 'autotask', configuration: { ...first.configuration, secret: 'wrong' } };
    assert.equal((await askTest(200, 'unsaved', wrong)).error.status, 'auth');
    await askTest([422, 'connection-refused'], 'unsaved', { plugin: 'nothing' });
    await askTest([404, 'unknown-connection'], 'unsaved');
  });

  await test('lists of the PSA are read page by page', async () => {
    const companies = '/first/choices/companies';
    const { result } = await get(`${companies}?limit=1`);
    assert.equal(result.items.length, 1);
    assert.equal((await get(`${companies}?limit=1&cursor=${result.nextCursor}`)).ok, true);
    assert.equal((await get(`${companies}?query=acme`)).result.items[0].label, 'Acme Dental');
    assert.equal((await get('/second/choices/statuses?dependsOn.queue=Alerts')).ok, true);
    assert.equal((await get('/third/choices/statuses?dependsOn.ticketType=Incident')).ok, true);
    assert.equal((await get('/first/choices/nothing')).ok, false);
    await get(`${companies}?limit=0`, [400, 'bad-number']);
    await get('/nobody/choices/companies', [404, 'unknown-connection']);
  });

  await test('a connection pauses, and holds its tickets, if the PSA rejects its credentials', async () => {
    await put(201, 'locked', { ...second, configuration: { ...second.configuration, privateKey: 'wrong' } });
    const ticket = await api.expect(202, 'POST', '/v1/tickets', {
      headers: { prefer: 'wait=20' },
      body: { connection: 'locked', company: 'Acme Dental', title: 'Held' },
    });
    assert.equal(ticket.state, 'held');
    assert.equal(ticket.waitsFor.unusual, true, 'its connection is paused');
    assert.equal((await get('/locked')).pause, 'auth');
    const { connections: all } = await api.expect(200, 'GET', '/v1/status');
    assert.equal(all.find(({ name }) => name === 'locked').tickets.held, 1);
    await api.expect([409, 'not-allowed'], 'DELETE', '/v1/connections/locked');
    await api.expect(200, 'POST', `/v1/tickets/${ticket.id}/discard`);
    await api.expect(204, 'DELETE', '/v1/connections/locked');
    await api.expect([404, 'unknown-connection'], 'DELETE', '/v1/connections/locked');
  });
}
