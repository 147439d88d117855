// Notes and changes of tickets, and actions on many tickets.
import assert from 'node:assert/strict';
import { test } from 'node:test';

const wait = { prefer: 'wait=20' };
const ticket = { connection: 'first', company: 'Acme Dental', title: 'Backup failed on SRV02' };

export async function updates(api) {
  const submit = async (body = ticket) => (await api.expect(202, 'POST', '/v1/tickets', { body, headers: wait })).id;
  const post = (status, id, end, body, headers = {}, query = '') =>
    api.expect(status, 'POST', `/v1/tickets/${id}/${end}${query}`, { body, headers });
  const patch = (status, id, body, headers = {}, query = '') =>
    api.expect(status, 'PATCH', `/v1/tickets/${id}${query}`, { body, headers });
  const act = (status, body) => api.expect(status, 'POST', '/v1/tickets/actions', { body });
  const show = (id) => api.expect(200, 'GET', `/v1/tickets/${id}`);
  /** A ticket that needs review, since it names no company. */
  const needsReview = () => submit({ connection: 'first', title: 'Whose is it?' });

  await test('a note, a change, resolve and reopen are carried out in the PSA', async () => {
    const reopenedStatus = 'Acknowledged'; // what the plugin suggests is not on this board
    await api.expect(200, 'PUT', '/v1/connections/second', { body: { updates: { reopenedStatus } } });
    const priorities = { first: 'High', second: 'Priority 1 - Emergency Response' };
    for (const [connection, priority] of Object.entries(priorities)) {
      const id = await submit({ ...ticket, connection });
      const { updates: possible } = await show(id);
      assert.deepEqual(possible.can, ['note', 'change', 'resolve', 'reopen']);
      const requests = [
        () => post(202, id, 'notes', { text: 'Größe: 5 µm\n', visibility: 'public' }, wait),
        () => patch(202, id, { priority }, wait),
        () => post(202, id, 'resolve', { note: 'Over.', kind: 'resolution' }, wait),
        () => post(202, id, 'reopen', undefined, wait),
      ];
      for (const request of requests) {
        const { operations } = await request();
        assert.deepEqual([...new Set(operations.map(({ state }) => state))], ['done'], JSON.stringify(operations));
      }
      assert.equal((await show(id)).operations.length, 5);
    }
  });

  await test('one key stores an update once', async () => {
    const id = await submit();
    const requests = [
      (status, text, headers) => post(status, id, 'notes', { text }, headers),
      (status, priority, headers) => patch(status, id, { priority }, headers),
      (status, note, headers) => post(status, id, 'resolve', { note }, headers),
      (status, note, headers) => post(status, id, 'reopen', { note }, headers),
    ];
    for (const [i, request] of requests.entries()) {
      const headers = { 'idempotency-key': `update-${i}` };
      const first = await request(202, 'High', headers);
      assert.equal((await request(200, 'High', headers)).operations[0].id, first.operations.at(-1).id);
      await request([422, 'key-taken'], 'Low', headers);
    }
    await post([400, 'bad-key'], id, 'notes', { text: 'x' }, { 'idempotency-key': 'k'.repeat(256) });
    await post([400, 'bad-number'], id, 'notes', { text: 'x' }, { prefer: 'wait=61' });
  });

  await test('a dry run of an update says what would be sent, and stores nothing', async () => {
    const id = await submit();
    const { operations, withheldRequests } = await post(200, id, 'resolve', { note: 'Over.' }, {}, '?dryRun=true');
    assert.deepEqual(operations.map(({ kind }) => kind), ['note', 'change']);
    assert.equal(withheldRequests.length, 2);
    assert.ok((await patch(200, id, { priority: 'Nothing' }, {}, '?dryRun=true')).error);
    await post(200, id, 'notes', { text: 'x' }, {}, '?dryRun=true');
    await post(200, id, 'reopen', {}, {}, '?dryRun=true');
    assert.deepEqual((await show(id)).operations, []);
  });

  await test('an update that cannot be carried out is rejected', async () => {
    const id = await needsReview();
    await api.expect(200, 'POST', `/v1/tickets/${id}/discard`);
    const { updates: possible } = await show(id);
    assert.deepEqual(possible.can, []);
    assert.match(possible.why, /is cancelled/);
    await post([409, 'not-allowed'], id, 'notes', { text: 'x' });
    await patch([409, 'not-allowed'], id, { status: 5 });
    await post([409, 'not-allowed'], id, 'resolve');
    await post([409, 'not-allowed'], id, 'reopen');
    const other = await submit();
    await patch([422, 'invalid'], other, {});
    await patch([400, 'bad-body'], other, { title: 'x' });
    await post([404, 'unknown-ticket'], 'nobody', 'notes', { text: 'x' });
    for (const end of ['resolve', 'reopen']) await post([404, 'unknown-ticket'], 'nobody', end);
    await patch([404, 'unknown-ticket'], 'nobody', { status: 5 });
  });

  await test('a note that waits is discarded and retried by its number', async () => {
    const id = await needsReview();
    const { operations } = await post(202, id, 'notes', { text: 'x' }, wait);
    const [{ id: note, state, waitsFor }] = operations;
    assert.deepEqual([state, waitsFor.code], ['ready', 'ticket']);
    const decide = (status, action, body, number = note) => post(status, id, `operations/${number}/${action}`, body);
    await decide([409, 'not-allowed'], 'retry');
    assert.equal((await decide(200, 'discard', { reason: 'Too late.' })).state, 'cancelled');
    await decide([409, 'not-allowed'], 'discard');
    assert.equal((await decide(200, 'retry')).state, 'ready');
    for (const action of ['retry', 'discard']) {
      await decide([404, 'not-found'], action, {}, 99999999);
      await decide([400, 'bad-number'], action, {}, 'x');
    }
  });

  await test('many tickets are retried, discarded and linked, each on its own', async () => {
    const [one, two] = [await needsReview(), await needsReview()];
    const tried = await act(200, { action: 'discard', ids: [one, 'nobody'], dryRun: true });
    assert.deepEqual(tried.results.map(({ ok }) => ok), [true, false]);
    const filter = { state: ['needs_review'], connection: 'first', reason: 'invalid_ticket' };
    const { results } = await act(200, { action: 'discard', filter, reason: 'Was made by hand.' });
    for (const id of [one, two]) assert.deepEqual(results.find((each) => each.id === id), { id, ok: true, state: 'cancelled' });
    const corrected = await act(200, { action: 'retry', ids: [one], changes: { company: 'Acme Dental' } });
    assert.equal(corrected.results[0].ok, true);
    const links = [{ id: two, psaTicketId: 'T00000000.0000' }];
    assert.equal((await act(200, { action: 'link', links })).results[0].error.status, 422);
    await act([422, 'invalid'], { action: 'retry' });
    await act([422, 'invalid'], { action: 'retry', filter: {} });
    await act([400, 'bad-state'], { action: 'retry', filter: { state: ['gone'] } });
  });

  await test('tickets are found by words and by the code of their reason', async () => {
    const id = await needsReview();
    const list = async (query) => (await api.expect(200, 'GET', `/v1/tickets?${query}`)).tickets.map((each) => each.id);
    assert.ok((await list('q=whose%20is')).includes(id));
    assert.deepEqual(await list('q=whose%20nothing'), []);
    assert.ok((await list('reason=invalid_ticket')).includes(id));
    assert.deepEqual(await list('reason=nothing'), []);
  });
}
