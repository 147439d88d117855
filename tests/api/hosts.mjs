// Hosts that share a database.
import assert from 'node:assert/strict';
import { test } from 'node:test';

const wait = (ms) =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** `one` and `other`: of the hosts. */
export async function twoHosts(one, other, input) {
  await test('each of them lists both, and what each of them works', async () => {
    await one.expect(201, 'PUT', '/v1/connections/first', { body: input });
    await other.expect(201, 'POST', '/v1/sources', { body: { name: 'prod', preset: 'json' } });
    const leasesOf = ({ hosts }) => hosts.flatMap(({ leases }) => leases.map(({ kind, of }) => `${kind} ${of}`));
    let seen;
    for (let i = 0; i < 300; ++i, await wait(100)) {
      seen = await one.expect(200, 'GET', '/v1/hosts');
      if (seen.hosts.length === 2 && leasesOf(seen).some((lease) => lease.startsWith('source '))) break;
    }
    assert.equal(seen.shared, true);
    assert.deepEqual(
      seen.hosts.map(({ state }) => state),
      ['live', 'live'],
    );
    assert.ok(leasesOf(seen).includes('connection first'));
    const [source] = seen.hosts.flatMap(({ leases }) => leases.filter(({ kind }) => kind === 'source'));
    assert.equal(source.name, 'prod');
    const there = await other.expect(200, 'GET', '/v1/hosts');
    assert.deepEqual(there.hosts.map(({ id }) => id).sort(), seen.hosts.map(({ id }) => id).sort());
    for (const host of [one, other]) {
      const [{ leasedBy }] = (await host.expect(200, 'GET', '/v1/status')).connections;
      assert.ok(seen.hosts.some(({ name }) => name === leasedBy));
      assert.match((await host.ask('GET', '/metrics')).body.toString(), /^psa_host_fleet_hosts 2$/m);
    }
  });

  await test('a delivery goes to the host that works its source, and is taken by the other one', async () => {
    const { token } = await one.expect(200, 'POST', '/v1/sources/prod/token');
    const states = [];
    for (const host of [one, other])
      states.push(
        (
          await host
            .as(token)
            .expect(200, 'POST', '/v1/hooks/prod', { body: { kind: 'problem', key: `${states.length}`, title: 'Disk full' } })
        ).state,
      );
    assert.deepEqual(states.sort(), ['done', 'kept']);
  });

  await test('a store in PostgreSQL is not backed up here', () =>
    one.expect([422, 'invalid'], 'POST', '/v1/backups', { body: { file: '/tmp/never' } }));
}
