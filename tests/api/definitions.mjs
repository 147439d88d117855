// Rules, maintenance windows and customers.
import assert from 'node:assert/strict';
import { test } from 'node:test';

const rule = (change = {}) => ({
  name: 'Critical alerts',
  conditions: { all: ['severity=~"critical|high"'] },
  ticket: { connection: 'first', fields: { title: '{{title}}' } },
  ...change,
});
const window = (change = {}) => ({
  name: 'Patch night',
  timeZone: 'Europe/Oslo',
  weekly: { days: ['sun'], start: '02:00', minutes: 120 },
  ...change,
});
const customer = (change = {}) => ({
  name: 'Brightwater Clinic',
  aliases: [{ source: 'rmm', id: '27' }],
  ...change,
});

/** The same of rules, windows and customers: `wrong` is rejected because of what is at `pointer`. */
async function changes(api, kind, document, { wrong, pointer }) {
  const path = `/v1/${kind}s`;
  const one = `${path}/${encodeURIComponent(document().name)}`;
  const added = await api.expect(201, 'POST', path, { body: document() });
  assert.equal(added.version, 1);
  await api.expect([409, 'conflict'], 'POST', path, { body: document() });
  const { errors } = await api.expect([422, `invalid-${kind}`], 'POST', path, { body: document({ ...wrong, name: 'x' }) });
  assert.equal(errors[0].pointer, pointer);
  await api.expect([422, `invalid-${kind}`], 'PUT', one, { body: document(wrong) });
  const { [`${kind}s`]: all } = await api.expect(200, 'GET', path);
  assert.ok(all.some(({ id }) => id === added.id));
  // What was read can be changed and sent back.
  const changed = await api.expect(200, 'PUT', one, { body: { ...(await api.expect(200, 'GET', one)), name: 'renamed' } });
  assert.equal(changed.version, 2);
  await api.expect([409, 'conflict'], 'PUT', `${path}/renamed`, { body: { ...document(), version: 1 } });
  await api.expect([400, 'bad-body'], 'PUT', `${path}/renamed`, { body: { ...document(), version: 'one' } });
  for (const method of ['GET', 'PUT', 'DELETE'])
    await api.expect([404, `unknown-${kind}`], method, one, { body: method === 'PUT' ? document() : undefined });
  await api.expect(204, 'DELETE', `${path}/renamed`);
  await api.expect(201, 'POST', path, { body: document() });
}

export async function definitions(api) {
  await test('rules are added, changed and removed, and wrong ones rejected with the place', async () => {
    await changes(api, 'rule', rule, { wrong: { conditions: { all: ['severity='] } }, pointer: '/conditions/all/0' });
    await api.expect([422, 'invalid-rule'], 'POST', '/v1/rules', { body: rule({ name: 'x', ticket: { connection: 'nobody' } }) });
    const { versions } = await api.expect(200, 'GET', `/v1/rules/${encodeURIComponent('Critical alerts')}/versions`);
    assert.equal(versions[0].rule.name, 'Critical alerts');
    await api.expect([404, 'unknown-rule'], 'GET', '/v1/rules/nobody/versions');
  });

  await test('a value that the PSA does not have is rejected when the rule is saved', async () => {
    const { errors } = await api.expect([422, 'invalid-rule'], 'POST', '/v1/rules', {
      body: rule({ name: 'x', ticket: { connection: 'first', fields: { priority: 'Urgent' } } }),
    });
    assert.equal(errors[0].pointer, '/ticket/fields/priority');
  });

  await test('rules are put in order', async () => {
    await api.expect(201, 'POST', '/v1/rules', { body: rule({ name: 'second' }) });
    const { rules } = await api.expect(200, 'PUT', '/v1/rules-order', { body: { names: ['second', 'Critical alerts'] } });
    assert.deepEqual(rules.map(({ name, position }) => [name, position]), [['second', 1], ['Critical alerts', 2]]);
    await api.expect([422, 'invalid-rule'], 'PUT', '/v1/rules-order', { body: { names: ['second'] } });
    await api.expect([400, 'bad-body'], 'PUT', '/v1/rules-order', { body: { names: [1] } });
    await api.expect([400, 'bad-body'], 'PUT', '/v1/rules-order', { body: {} });
    await api.expect(204, 'DELETE', '/v1/rules/second');
  });

  await test('an event is tried with the rules, and a rule with the events of the past', async () => {
    const event = { kind: 'problem', key: 'disk-srv1', severity: 'critical', title: 'Disk full on SRV1' };
    const tried = (status, body) => api.expect(status, 'POST', '/v1/rules-test', { body });
    const { rules } = await tried(200, { event });
    assert.equal(rules[0].matches, true);
    assert.equal(rules[0].ticket.title, 'Disk full on SRV1');
    const { rules: one } = await tried(200, { event, rule: rule({ name: 'new', conditions: { all: ['severity="low"'] } }) });
    assert.deepEqual(one.map(({ matches }) => matches), [false]);
    await tried([404, 'unknown-rule'], { event, rule: 'nobody' });
    await tried([404, 'unknown-event'], { event: 987654321 });
    await tried([422, 'invalid-rule'], { event, rule: { name: 'x', conditions: 7 } });
    await tried([400, 'bad-body'], { event: { kind: 'disaster' } });
    await tried([400, 'bad-body'], {});
    const preview = (status, body) => api.expect(status, 'POST', '/v1/rules-preview', { body });
    const seen = await preview(200, { rule: 'Critical alerts', days: 30 });
    assert.equal(seen.all, true);
    await preview(200, { rule: rule({ name: 'new' }) });
    await preview([404, 'unknown-rule'], { rule: 'nobody' });
    await preview([422, 'invalid-rule'], { rule: {} });
    await preview([400, 'bad-number'], { rule: 'Critical alerts', days: 1000 });
    await preview([400, 'bad-body'], { rule: 7 });
  });

  await test('windows are added, changed and removed, and have a calendar', async () => {
    await changes(api, 'window', window, { wrong: { timeZone: 'Atlantis' }, pointer: '/timeZone' });
    const { spans } = await api.expect(200, 'GET', '/v1/windows-calendar?from=2026-12-01T00:00:00Z&to=2026-12-15T00:00:00Z');
    assert.deepEqual(spans, [
      { window: 'Patch night', from: '2026-12-06T01:00:00Z', to: '2026-12-06T03:00:00Z' },
      { window: 'Patch night', from: '2026-12-13T01:00:00Z', to: '2026-12-13T03:00:00Z' },
    ]);
    await api.expect(200, 'GET', '/v1/windows-calendar');
    await api.expect([400, 'bad-time'], 'GET', '/v1/windows-calendar?from=2026-12-01T00:00:00Z&to=2026-11-01T00:00:00Z');
    await api.expect([400, 'bad-time'], 'GET', '/v1/windows-calendar?from=tomorrow');
  });

  await test('customers are added, changed and removed, and get further aliases', async () => {
    await changes(api, 'customer', customer, { wrong: { companies: { first: 'No Such Company' } }, pointer: '/companies/first' });
    const alias = (status, body, name = 'Brightwater Clinic') =>
      api.expect(status, 'POST', `/v1/customers/${encodeURIComponent(name)}/aliases`, { body });
    const { aliases } = await alias(200, { source: '*', name: 'Brightwater' });
    assert.equal(aliases.length, 2);
    await alias([422, 'invalid-customer'], { source: '*' });
    await alias([404, 'unknown-customer'], { source: '*', name: 'x' }, 'nobody');
    assert.deepEqual(await api.expect(200, 'GET', '/v1/customers-unknown'), { customers: [] });
    await api.expect([404, 'unknown-customer'], 'DELETE', '/v1/customers-unknown?source=rmm&id=1');
  });
}

/** The whole configuration, and how people are notified. */
export async function configuration(api) {
  await test('what is exported is applied without a change, and a change is reported first', async () => {
    const exported = await api.expect(200, 'GET', '/v1/configuration');
    assert.deepEqual((await api.expect(200, 'POST', '/v1/configuration', { body: exported })).changes, []);
    const windows = [window({ name: 'Another night' })];
    const dry = await api.expect(200, 'POST', '/v1/configuration?dryRun=true', { body: { windows } });
    assert.deepEqual(dry.changes, [{ kind: 'window', name: 'Another night', change: 'add' }]);
    assert.equal(dry.applied, false);
    await api.expect(200, 'POST', '/v1/configuration', { body: { windows } });
    await api.expect(204, 'DELETE', '/v1/windows/Another%20night');
    const { errors } = await api.expect([422, 'invalid-configuration'], 'POST', '/v1/configuration', {
      body: { rules: [rule({ name: 'x', conditions: { all: ['='] } })] },
    });
    assert.equal(errors[0].pointer, '/rules/0/conditions/all/0');
    await api.expect([422, 'invalid-configuration'], 'POST', '/v1/configuration', { body: { sources: 7 } });
    await api.expect([400, 'bad-body'], 'POST', '/v1/configuration', { body: { prune: 7 } });
    await api.expect([409, 'not-allowed'], 'POST', '/v1/configuration', { body: { prune: true, connections: [] } });
  });

  await test('the library of rules has at least eight, each of which is accepted once its questions are answered', async () => {
    const { rules } = await api.expect(200, 'GET', '/v1/rules-library');
    assert.ok(rules.length >= 8);
    for (const { rule: document } of rules) {
      if (document.ticket) document.ticket.connection = 'first';
      const { name } = await api.expect(201, 'POST', '/v1/rules', { body: { ...document, name: `Library: ${document.name}` } });
      await api.expect(204, 'DELETE', `/v1/rules/${encodeURIComponent(name)}`);
    }
  });

  await test('the webhook of notifications is set without being shown, and tried', async () => {
    assert.deepEqual(await api.expect(200, 'GET', '/v1/notify'), { webhook: null, command: null, fromFile: [] });
    const { ok, problem } = await api.expect(200, 'POST', '/v1/notify/test');
    assert.ok(!ok && /neither a webhook nor a command/.test(problem));
    const { webhook } = await api.expect(200, 'PUT', '/v1/notify', { body: { webhook: 'https://127.0.0.1.example/secret' } });
    assert.equal(webhook, 'https://127.0.0.1.example/…');
    await api.expect([422, 'invalid'], 'PUT', '/v1/notify', { body: { webhook: 'http://plain.example' } });
    await api.expect(200, 'PUT', '/v1/notify', { body: { webhook: null } });
  });
}
