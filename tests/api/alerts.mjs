// Alertmanager's notifications, and the tickets created from them.
import assert from 'node:assert/strict';
import { test } from 'node:test';

const notification = (group, change = {}) => ({
  receiver: 'psa',
  status: 'firing',
  alerts: [
    {
      status: 'firing',
      labels: { alertname: 'DiskFull', severity: 'critical' },
      annotations: { summary: 'Disk full on srv1' },
      startsAt: '2026-11-25T10:00:00Z',
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: 'http://prometheus:9090/graph',
      fingerprint: 'c2a1f0b9d5e87344',
    },
  ],
  groupLabels: { alertname: 'DiskFull' },
  commonLabels: { alertname: 'DiskFull', severity: 'critical' },
  commonAnnotations: {},
  externalURL: 'http://alertmanager:9093',
  version: '4',
  groupKey: group,
  truncatedAlerts: 0,
  ...change,
});

export async function alerts(api) {
  const notify = (status, body, connection = 'first') =>
    api.expect(status, 'POST', `/v1/hooks/alertmanager/${connection}`, { body });
  const settings = (status, method, body, connection = 'first') =>
    api.expect(status, method, `/v1/connections/${connection}/alerts`, { body });

  await test('settings are stored as given, and invalid ones rejected', async () => {
    assert.deepEqual(await settings(200, 'GET'), {});
    const wanted = {
      fields: {
        company: { default: 'Acme Dental' },
        priority: { from: ['label:severity'], values: { critical: 'High' } },
      },
      resolvedAfterMinutes: 0,
    };
    await settings(200, 'PUT', wanted);
    assert.deepEqual(await settings(200, 'GET'), wanted);
    assert.deepEqual(await settings(200, 'PUT', { fields: { queue: null }, resolvedAfterMinutes: null }), { fields: {} });
    await settings(200, 'PUT', wanted);
    const wrong = [
      { nothing: 1 },
      { fields: [] },
      { fields: { title: {} } },
      { resolvedAfterMinutes: true },
      { fields: { title: { from: ['summary'] } } },
      { fields: { title: { from: 7, default: 'x' } } },
    ];
    for (const each of wrong) await settings([422, 'invalid'], 'PUT', each);
    await settings([400, 'bad-body'], 'PUT');
    await settings([404, 'unknown-connection'], 'GET', undefined, 'nobody');
    await settings([404, 'unknown-connection'], 'PUT', {}, 'nobody');
  });

  await test('a group of alerts has one ticket until it is resolved', async () => {
    const { episode, ticket } = await notify(200, notification('one'));
    assert.equal(episode, 'opened');
    assert.deepEqual(await notify(200, notification('one')), { episode: 'duplicate', ticket });
    assert.deepEqual(await notify(200, notification('one', { status: 'resolved' })), { episode: 'closed', ticket });
    assert.deepEqual(await notify(200, notification('one', { status: 'resolved' })), { episode: 'nothing' });
    const { title } = (await api.expect(200, 'GET', '/v1/tickets?limit=10')).tickets.find(({ id }) => id === ticket);
    assert.equal(title, 'Disk full on srv1');
  });

  await test('what is not a notification is rejected permanently', async () => {
    for (const change of [{ version: '3' }, { groupKey: '' }, { status: 'gone' }, { alerts: [] }, { truncatedAlerts: -1 }])
      await notify([400, 'bad-alerts'], notification('bad', change));
    await notify([404, 'unknown-connection'], notification('one'), 'nobody');
  });

  await test('an alert whose ticket cannot be built needs review, and can be retried after a correction', async () => {
    const { ticketDefaults } = await api.expect(200, 'GET', '/v1/connections/first');
    const setDefaults = (values) => api.expect(200, 'PUT', '/v1/connections/first', { body: { ticketDefaults: values } });
    await setDefaults({});
    const { ticket } = await notify(200, notification('two', { commonAnnotations: { summary: 'x'.repeat(2000) } }));
    assert.equal((await api.expect(200, 'GET', `/v1/tickets/${ticket}`)).state, 'needs_review');
    await api.expect([422, 'ticket-refused'], 'POST', `/v1/tickets/${ticket}/retry`);
    await setDefaults(ticketDefaults);
    await api.expect(200, 'POST', `/v1/tickets/${ticket}/retry`);
  });
}
