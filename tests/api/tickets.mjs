// Tickets: submitted, listed, shown, and settled by hand.
import assert from 'node:assert/strict';
import { test } from 'node:test';

const wait = { prefer: 'respond-async, wait=20' };
const ticket = { connection: 'first', company: 'Acme Dental', title: 'Backup failed on SRV01' };

export async function tickets(api) {
  const submit = (status, body, headers = {}, query = '') =>
    api.expect(status, 'POST', `/v1/tickets${query}`, { body, headers });
  const act = (status, id, action, body) => api.expect(status, 'POST', `/v1/tickets/${id}/${action}`, { body });
  const list = (query, status = 200) => api.expect(status, 'GET', `/v1/tickets?${query}`);
  /** A ticket that needs review, since it names no company. */
  const needsReview = async () => {
    const { id, state, waitsFor } = await submit(202, { connection: 'first', title: 'Whose is it?' }, wait);
    assert.equal(state, 'needs_review');
    assert.equal(waitsFor.unusual, false, 'its state says that it waits for a human');
    return id;
  };

  await test('a ticket reaches each PSA completely', async () => {
    await submit(202, ticket);
    for (const connection of ['first', 'second']) {
      const done = await submit(202, { ...ticket, connection, description: 'Größe: 5 µm\n' }, wait);
      assert.equal(done.state, 'done');
      const seen = await api.expect(200, 'GET', `/v1/tickets/${done.id}`);
      assert.ok(seen.psaTicket.number);
      assert.deepEqual(await api.expect(200, 'GET', `/v1/tickets/${done.reference}`), seen);
    }
    for (const id of ['0', '99999999', 'nobody', '9'.repeat(30)])
      await api.expect([404, 'unknown-ticket'], 'GET', `/v1/tickets/${id}`);
  });

  await test('the content type of the body is ignored', () =>
    submit(202, ticket, { 'content-type': 'application/x-www-form-urlencoded' }));

  await test('output of serializers is accepted: null and blanks, integers with a decimal point, a byte order mark', async () => {
    const nulls = { contact: null, dueAt: null, category: ' ', description: null, fields: null, key: '' };
    const { id } = await submit(202, { ...ticket, ...nulls });
    const { request } = await api.expect(200, 'GET', `/v1/tickets/${id}`);
    assert.deepEqual(request, ticket);
    const number = await submit(202, '{"connection": "first", "title": "Float id", "company": 175.0}', wait);
    assert.equal((await api.expect(200, 'GET', `/v1/tickets/${number.id}`)).request.company, 175);
    await submit(202, `\ufeff${JSON.stringify(ticket)}`);
    await submit([400, 'bad-body'], Buffer.from(JSON.stringify(ticket), 'utf16le'));
    await submit([400, 'bad-body'], { ...ticket, company: 175.5 });
    await submit([400, 'bad-body'], { ...ticket, title: ' ' });
  });

  await test('a title with control characters is shown completely everywhere', async () => {
    const title = 'Bad log line \u0000 on app-01 \u001b[31m';
    const { id } = await submit(202, { ...ticket, title }, wait);
    assert.equal((await api.expect(200, 'GET', `/v1/tickets/${id}`)).request.title, title);
    assert.ok((await list('limit=100')).tickets.some((each) => each.id === id && each.title === title));
  });

  await test('one key creates one ticket', async () => {
    const key = { 'idempotency-key': 'backup-1' };
    const { id } = await submit(202, ticket, key);
    assert.equal((await submit(200, ticket, key)).id, id);
    assert.equal((await submit(200, { ...ticket, key: 'backup-1' }, key)).id, id);
    await submit([422, 'key-taken'], { ...ticket, title: 'Another' }, key);
    await submit([400, 'two-keys'], { ...ticket, key: 'backup-2' }, key);
    await submit([400, 'bad-key'], ticket, { 'idempotency-key': 'k'.repeat(256) });
    await submit([400, 'bad-key'], ticket, { 'idempotency-key': '\xfc' }); // one byte that is not UTF-8
  });

  await test('a dry run reports what would be sent', async () => {
    const run = await submit(200, ticket, {}, '?dryRun=true');
    const warned = await submit(200, { ...ticket, title: 'x'.repeat(300) }, {}, '?dryRun=true');
    assert.match(warned.warnings.join('\n'), /The title is longer than the 255 characters/);
    assert.equal(run.withheldRequests.length, 1);
    assert.ok((await submit(200, { ...ticket, company: 'Nobody' }, {}, '?dryRun=true')).error);
    await submit([400, 'bad-flag'], ticket, {}, '?dryRun=1');
  });

  await test('an invalid ticket is rejected', async () => {
    await submit([422, 'ticket-refused'], { title: 'To whom?' });
    await submit([422, 'ticket-refused'], { ...ticket, fields: { nothing: 1 } });
    await submit([404, 'unknown-connection'], { ...ticket, connection: 'nobody' });
    for (const wrong of [{ titel: 'x' }, { title: '' }, { title: 7 }, { dueAt: 'tomorrow' }, { fields: [] }])
      await submit([400, 'bad-body'], { ...ticket, ...wrong });
    await submit([400, 'bad-number'], ticket, { prefer: 'wait=61' });
  });

  await test('the list is filtered, and read page by page', async () => {
    const { tickets: all } = await list('');
    const { tickets: newest, next } = await list('limit=1');
    assert.equal(newest[0].id, all[0].id);
    assert.equal((await list(`limit=1&cursor=${next}`)).tickets[0].id, all[1].id);
    assert.ok(all.some(({ title }) => title === ticket.title));
    const ended = await list('connection=second&state=done&state=dead');
    assert.ok(ended.tickets.length > 0 && ended.tickets.every(({ connection }) => connection === 'second'));
    const { created } = all.at(-1);
    assert.equal((await list(`until=${created}`)).tickets.length, 0);
    assert.equal((await list(`from=${created}`)).tickets.length, all.length);
    assert.deepEqual((await list('connection=nobody')).tickets, []);
    for (const [query, kind] of [
      ['state=gone', 'bad-state'],
      ['from=x', 'bad-time'],
      ['until=2026-13-01T00:00:00Z', 'bad-time'],
      ['limit=0', 'bad-number'],
      ['limit=1001', 'bad-number'],
    ])
      await list(query, [400, kind]);
    await list('cursor=x', [422, 'invalid']);
  });

  await test('the list is filtered by the meaning of states', async () => {
    const id = await needsReview();
    const { ticketStates } = await api.expect(200, 'GET', '/v1/status');
    for (const [group, fits] of [['attention', ({ needsHuman }) => needsHuman], ['open', ({ ended }) => !ended]]) {
      const states = ticketStates.filter(fits).map(({ state }) => state);
      const { tickets: listed } = await list(`limit=1000&state=${group}`);
      assert.ok(listed.some((each) => each.id === id));
      assert.deepEqual(listed.filter(({ state }) => !states.includes(state)), []);
    }
  });

  await test('the list shows number and company of every done ticket before it is opened', async () => {
    const { id } = await submit(202, { ...ticket, company: '0' }, wait);
    const done = async () => (await list('state=done&limit=1000')).tickets;
    const until = Date.now() + 20000;
    for (;;) {
      const tickets = await done();
      const isNamed = ({ psaTicket, company }) => psaTicket.number && company && company !== '0';
      if (tickets.every(isNamed) || Date.now() > until) {
        assert.deepEqual(tickets.filter((each) => !isNamed(each)), []);
        assert.ok(tickets.some((each) => each.id === id && each.psaTicket.number !== each.psaTicket.id));
        break;
      }
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
    }
  });

  await test('a ticket and its audit entries are found by its number or id in the PSA', async () => {
    const [{ id, psaTicket }] = (await list('connection=first&state=done')).tickets;
    for (const name of [psaTicket.number, psaTicket.id]) {
      assert.deepEqual((await list(`psaTicket=${name}`)).tickets.map((each) => each.id), [id]);
      const { entries } = await api.expect(200, 'GET', `/v1/audit?psaTicket=${name}`);
      assert.ok(entries.length > 0 && entries.every((each) => each.ticket === id));
    }
    assert.deepEqual((await list(`psaTicket=${psaTicket.number}&connection=second`)).tickets, []);
    assert.deepEqual((await list('psaTicket=none')).tickets, []);
    const linked = await needsReview();
    await act([422, 'invalid'], linked, 'link', { psaTicketId: 'T00000000.0000' });
    assert.equal((await act(200, linked, 'link', { psaTicketId: psaTicket.number })).psaTicket.id, psaTicket.id);
  });

  await test('a ticket that needs review is linked, discarded or retried', async () => {
    const [, { psaTicket }] = (await list('connection=first&state=done')).tickets;
    const linked = await needsReview();
    const { actions, needsHuman, movesByItself } = await api.expect(200, 'GET', `/v1/tickets/${linked}`);
    assert.deepEqual(actions, ['retry', 'correct', 'verify', 'link', 'discard']);
    assert.deepEqual([needsHuman, movesByItself], [true, false]);
    await act([422, 'invalid'], linked, 'link', { psaTicketId: '1' });
    await act([422, 'invalid'], linked, 'link', { psaTicketId: '' });
    await act([400, 'bad-body'], linked, 'link', { psaTicketId: 7 });
    assert.deepEqual((await act(200, linked, 'link', { psaTicketId: psaTicket.id })).actions, []);
    await act([409, 'not-allowed'], linked, 'link', { psaTicketId: psaTicket.id });
    await act([409, 'not-allowed'], linked, 'retry');

    const discarded = await needsReview();
    await act(200, discarded, 'discard', { reason: 'was made by hand' });
    await act([409, 'not-allowed'], discarded, 'discard');
    await act([400, 'bad-body'], discarded, 'retry', { verifyFirst: 'yes' });
    await act(200, discarded, 'retry', { verifyFirst: true });

    for (const action of ['retry', 'discard']) await act([404, 'unknown-ticket'], 'nobody', action);
    await act([404, 'unknown-ticket'], 'nobody', 'link', { psaTicketId: '1' });
  });
}
