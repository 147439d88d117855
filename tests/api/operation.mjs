// Requests of those who operate psa-host.
import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

/** Something that the audit has. */
const touch = (api) => api.expect(200, 'POST', '/v1/keys/rotation');

export async function operation(api, folder) {
  const get = (target, status = 200) => api.expect(status, 'GET', target);
  const nobody = api.as(null);

  await test('the document, health and the page need no token', async () => {
    assert.deepEqual(await nobody.expect(200, 'GET', '/openapi.json'), api.contract.document);
    await nobody.expect(200, 'GET', '/healthz');
    await nobody.expect(200, 'GET', '/readyz');
    for (const file of ['', 'index.html', 'app.js', 'style.css', 'icon.svg']) await nobody.expect(200, 'GET', `/${file}`);
  });

  await test('status and metrics', async () => {
    assert.equal((await get('/v1/status')).store.writable, true);
    await get('/metrics');
  });

  await test('a store in SQLite is shared by no hosts', async () => {
    const { duties, ...fleet } = await get('/v1/hosts');
    assert.deepEqual(fleet, { shared: false, hosts: [] });
    assert.deepEqual(duties.map(({ name }) => name), ['retention']);
    const metrics = (await api.ask('GET', '/metrics')).body.toString();
    assert.match(metrics, /^psa_host_duty_age_seconds\{duty="retention"\} [0-9.e-]+$/m);
    const { connections } = await get('/v1/status');
    for (const connection of connections) assert.ok(!('leasedBy' in connection));
  });

  await test('rejected requests are shown with path and sender, and counted', async () => {
    const hook = '/v1/hooks/misspelt';
    const count = async () => {
      const metrics = (await api.ask('GET', '/metrics')).body.toString();
      return Number(/^psa_host_refused_requests_total\{kind="hook",status="401"\} (\d+)$/m.exec(metrics)[1]);
    };
    const before = await count();
    await api.expect([401, 'hook-unauthorized'], 'POST', hook, { body: {}, from: '127.0.0.9' });
    assert.equal(await count(), before + 1);
    const { addresses } = await get('/v1/refusals');
    const { kind, last } = addresses.find(({ address }) => address === hook);
    assert.equal(kind, 'hook');
    const [{ status, code, from, token }] = last;
    assert.deepEqual({ status, code, from }, { status: 401, code: 'hook-unauthorized', from: '127.0.0.9' });
    assert.ok(api.token.startsWith(`psa_${token}_`));
  });

  await test('a stream reports what has changed', async () => {
    const touching = setInterval(() => touch(api), 100); // whenever the stream starts
    try {
      const { status, body } = await api.ask('GET', '/v1/stream', { until: '"audit"]' });
      assert.equal(status, 200);
      const events = body.toString().trimEnd().split('\n\n');
      assert.match(events.shift(), /^retry: \d+$/);
      assert.match(events.pop(), /^event: changed\ndata: \[("tickets",)?"audit"\]$/);
      // numbers that were read in the meantime
      for (const other of events) assert.equal(other, 'event: changed\ndata: ["tickets"]');
    } finally {
      clearInterval(touching);
    }
  });

  await test('plugins, as found and as they describe themselves', async () => {
    const { plugins } = await get('/v1/plugins');
    for (const { id, version, file } of plugins) {
      const build = `${id}@${version}`;
      assert.equal((await get(`/v1/plugins/${build}`)).version, version);
      assert.equal((await get(`/v1/plugins/${encodeURIComponent(file)}`)).version, version);
      if (plugins.filter((other) => other.id === id).length > 1) continue;
      assert.equal((await get(`/v1/plugins/${id}`)).version, version);
    }
    await get('/v1/plugins/nothing', [404, 'unknown-plugin']);
  });

  await test('an id that matches two builds is rejected everywhere', async () => {
    const { plugins } = await get('/v1/plugins');
    const twice = plugins.filter(({ id }) => id === 'com.example.swap');
    assert.equal(twice.length, 2);
    const { detail } = await get('/v1/plugins/com.example.swap', [409, 'ambiguous-plugin']);
    for (const { version, file } of twice)
      assert.ok(detail.includes(`com.example.swap@${version} from ${file}`), detail);
    const body = { plugin: 'com.example.swap', configuration: { apiKey: 'x' } };
    const refused = await api.expect([422, 'connection-refused'], 'PUT', '/v1/connections/swap', { body });
    assert.match(refused.detail, /matches 2 builds/);
    await api.expect([422, 'connection-refused'], 'POST', '/v1/connections/swap/test', { body });
  });

  await test('a reload keeps a connection whose plugin file is gone on its build, and serves its forms', async () => {
    const reload = async () => (await api.expect(200, 'POST', '/v1/plugins/reload')).connections;
    assert.deepEqual(await reload(), []);
    const { build } = await get('/v1/connections/first');
    const { plugins } = await get('/v1/plugins');
    const { file } = plugins.find(({ id, version }) => `${id}@${version}` === build);
    renameSync(file, `${file}.away`);
    const [{ trouble, ...stays }, ...others] = await reload();
    assert.deepEqual([stays, others], [{ connection: 'first', from: build }, []]);
    assert.match(trouble, /^There is no plugin /);
    const { version } = await get(`/v1/plugins/${build}`); // forms of tickets need it
    assert.equal(`${build.split('@')[0]}@${version}`, build);
    renameSync(`${file}.away`, file);
    assert.deepEqual(await reload(), [{ connection: 'first', from: build, to: build }]);
    const { entries } = await get('/v1/audit');
    const about = entries.filter(({ action }) => ['connection.swap', 'plugin.reload'].includes(action));
    assert.deepEqual(
      about.map(({ action, connection }) => connection ?? action),
      ['first', 'plugin.reload', 'plugin.reload', 'plugin.reload'],
    );
  });

  await test('the audit log is filtered, and read page by page', async () => {
    const { next } = await get('/v1/audit?limit=1');
    await get(`/v1/audit?limit=1000&cursor=${next}`);
    const [{ id }] = (await get('/v1/tickets?connection=first&limit=1')).tickets;
    const { entries } = await get(`/v1/audit?ticket=${id}&connection=first`);
    assert.ok(entries.length > 0 && entries.every(({ ticket }) => ticket === id));
    await get('/v1/audit?ticket=0', [400, 'bad-number']);
    await get('/v1/audit?limit=x', [400, 'bad-number']);
    await get('/v1/audit?cursor=x', [422, 'invalid']);
  });

  await test('a backup, and the keys of sealed values', async () => {
    const backup = (status, file) => api.expect(status, 'POST', '/v1/backups', { body: { file } });
    await backup(200, join(folder, 'backup.db'));
    await backup([422, 'invalid'], join(folder, 'backup.db'));
    await backup([422, 'invalid'], join(folder, 'nothing', 'backup.db'));
    await backup([422, 'invalid'], 'backup.db');
    await backup([400, 'bad-body'], 7);
    const { active, needed } = await get('/v1/keys');
    assert.deepEqual(needed, [active]);
    assert.deepEqual(await api.expect(200, 'POST', '/v1/keys/rotation'), { connections: 0, sources: 0 });
  });
}
