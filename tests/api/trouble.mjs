// Answers while something that psa-host needs is missing.
import assert from 'node:assert/strict';
import { test } from 'node:test';

/** `api`: of a psa-host that knows connections, and has lost the plugins. */
export const withoutPlugins = (api) =>
  test('without its plugin a connection does nothing, and reports it', async () => {
    const body = { connection: 'first', company: 'Acme Dental', title: 'Not now' };
    await api.expect([503, 'connection-broken'], 'POST', '/v1/tickets', { body });
    await api.expect([503, 'connection-broken'], 'GET', '/v1/connections/first/choices/companies');
    const [{ id }] = (await api.expect(200, 'GET', '/v1/tickets?connection=first&state=done&limit=1')).tickets;
    const updates = [['POST', '/notes', { text: 'x' }], ['PATCH', '', { status: 5 }], ['POST', '/resolve'], ['POST', '/reopen']];
    for (const [method, end, update] of updates)
      await api.expect([503, 'connection-broken'], method, `/v1/tickets/${id}${end}`, { body: update });
    await api.expect([503, 'secrets'], 'POST', '/v1/keys/rotation');
    assert.equal((await api.expect(200, 'POST', '/v1/connections/first/test')).ok, false);
    assert.equal((await api.expect(200, 'GET', '/v1/connections/first')).state, 'broken');
    await api.expect(200, 'GET', '/v1/connections');
    await api.expect(200, 'GET', '/v1/status');
    await api.expect(200, 'GET', '/v1/tickets');
    const { ready, degraded } = await api.expect(503, 'GET', '/readyz');
    assert.equal(ready, false);
    assert.match(degraded.join('\n'), /The connection first cannot work: its plugin is not ready/);
  });

/** `api`: of a new psa-host that was given no master key. */
export const withoutKey = (api, input) =>
  test('without a master key no secret is accepted', async () => {
    await api.expect([503, 'secrets'], 'PUT', '/v1/connections/first', { body: input });
    assert.deepEqual(await api.expect(200, 'GET', '/v1/keys'), { active: '', needed: [] });
  });
