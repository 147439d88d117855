// What happens to a ticket after its creation: notes, values, resolved and reopened on the page, and what people do to it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { psas } from './psas.mjs';
import {
  act,
  api,
  changeTenant,
  checkAccessible,
  checkFits,
  choose,
  dark,
  phone,
  setSwitches,
  shoot,
  truthOf,
  withSignedIn,
} from './support.mjs';

const [autotask] = psas;
const click = (page, name) => page.getByRole('button', { name, exact: true }).click();
const update = (page) => page.getByRole('region', { name: 'Update', exact: true });
const history = (page) => page.getByRole('region', { name: 'History', exact: true });
const entry = (page, name) => history(page).getByRole('listitem', { name });
const opened = (page, name) => page.getByRole('form', { name, exact: true });
const noteOf = (page) => page.getByRole('textbox', { name: /^Note/ });
const operationsOf = async (id) => (await api('GET', `/v1/tickets/${id}`)).operations;

async function ticketIn(psa, title = 'Disk full on SRV03', wait = 20) {
  const ticket = await api(
    'POST',
    '/v1/tickets',
    { connection: psa.plugin, company: 'Acme Dental', title },
    { Prefer: `wait=${wait}` },
  );
  assert.equal(ticket.state, 'done', ticket.reason);
  return ticket;
}

const notesOf = async (psa, { psaTicket }) =>
  (await truthOf(psa.sandbox)).notes.filter(({ ticket }) => String(ticket) === psaTicket.id);

/** Opens the form of an update. */
async function open(page, name) {
  await update(page).getByRole('button', { name, exact: true }).click();
  await opened(page, name).waitFor();
}

describe('updates', () => {
  // Each board of ConnectWise has its own statuses: those that the plugin suggests need not be among them.
  const settings = { connectwise: { reopenedStatus: 'New Alert' } };
  const saveSettings = (updates) => (psa) =>
    api('PUT', `/v1/connections/${psa.plugin}`, { plugin: psa.plugin, updates: updates[psa.plugin] ?? {} });
  before(() => Promise.all(psas.map(saveSettings(settings))));
  after(() => Promise.all(psas.map(saveSettings({}))));

  for (const psa of psas)
    test(`a note is previewed, sent once and shown in the history, ${psa.name}`, async () => {
      const ticket = await ticketIn(psa);
      const before = (await notesOf(psa, ticket)).length; // some PSAs keep the description as a note
      await withSignedIn(`/tickets/${ticket.id}`, {}, async (page) => {
        await open(page, 'Add a note');
        await click(page, 'Add the note');
        await opened(page, 'Add a note').getByText('Write the note first.').waitFor();
        await noteOf(page).fill('The disk was cleaned.\n12 GB are free.');
        await click(page, 'Show what would be sent');
        await page.getByText('This would be sent; nothing was changed').waitFor();
        await checkAccessible(page, 'a note that would be sent');
        await shoot(page, `update-note-preview-${psa.plugin}`);
        assert.equal((await notesOf(psa, ticket)).length, before, 'a preview changes nothing');
        await page.getByRole('button', { name: 'Add the note', exact: true }).dblclick(); // twice, as impatient people do
        await entry(page, 'Note, Done').getByText('The disk was cleaned.').waitFor();
        await entry(page, 'Note, Done').getByText('Internal', { exact: true }).waitFor();
        await page.locator('.notice-title').getByText('Note: Done').waitFor();
        await checkAccessible(page, 'a ticket with a note');
        await shoot(page, `update-note-${psa.plugin}`);
      });
      const notes = (await notesOf(psa, ticket)).slice(before);
      assert.equal(notes.length, 1, 'a double click writes one note');
      assert.match(notes[0].text, /12 GB are free/);
      assert.equal(notes[0].public, false, 'internal, as the connection says');
    });

  for (const psa of psas)
    test(`a ticket is resolved with a note and reopened, ${psa.name}`, async () => {
      const ticket = await ticketIn(psa, 'Backup failed on SRV04');
      await withSignedIn(`/tickets/${ticket.id}`, {}, async (page) => {
        await open(page, 'Resolve');
        await noteOf(page).fill('The job was repeated.');
        await page.getByRole('checkbox', { name: /This is the resolution/ }).check();
        await checkAccessible(page, 'the form that resolves');
        await shoot(page, `update-resolve-${psa.plugin}`);
        await click(page, 'Resolve the ticket');
        await entry(page, 'Resolve: note, Done').getByText('Resolution', { exact: true }).waitFor();
        await entry(page, 'Resolve: status, Done').getByText('Set: Status').waitFor();
        await page.getByText(/\(closed\)/).waitFor(); // what was read afterwards
        await open(page, 'Reopen');
        await click(page, 'Reopen the ticket');
        await entry(page, 'Reopen: status, Done').waitFor();
        await page.getByText(/\(closed\)/).waitFor({ state: 'detached' });
        await shoot(page, `update-reopened-${psa.plugin}`);
      });
      const names = (await operationsOf(ticket.id)).map(({ kind, intent }) => `${intent} ${kind}`);
      assert.deepEqual(names, ['resolve note', 'resolve change', 'reopen change']);
    });

  for (const psa of psas)
    test(`values are chosen from the lists of ${psa.name}, and equal ones are not sent`, async () => {
      const ticket = await ticketIn(psa);
      await withSignedIn(`/tickets/${ticket.id}`, {}, async (page) => {
        await open(page, 'Set values');
        const { updates } = await api('GET', `/v1/tickets/${ticket.id}`);
        const form = opened(page, 'Set values');
        const fields = form.locator('[data-field]');
        const offered = await fields.evaluateAll((all) => all.map(({ dataset }) => dataset.field));
        assert.deepEqual(offered.sort(), [...updates.changes].sort());
        await click(page, 'Set');
        await form.getByText(/names nothing to set/).waitFor();
        await form.getByRole('combobox', { name: 'Priority' }).click();
        const option = form.getByRole('option').filter({ hasNot: page.locator('[aria-disabled]') }).nth(1);
        await option.click();
        await checkAccessible(page, 'the form of values');
        await shoot(page, `update-values-${psa.plugin}`);
        await click(page, 'Set');
        await entry(page, 'Change, Done').first().getByText(/Set: Priority/).waitFor();
        const [{ document }] = await operationsOf(ticket.id);
        await open(page, 'Set values');
        await form.getByRole('combobox', { name: 'Priority' }).click();
        await form.getByRole('option', { name: String(document.priority) }).first().click();
        await click(page, 'Show what would be sent');
        await page.getByText('The ticket in the PSA has these values already.').waitFor();
      });
    });

  test('the text of an update stays when its answer is lost, and it is done once', async () => {
    const ticket = await ticketIn(autotask);
    await withSignedIn(
      `/tickets/${ticket.id}`,
      {},
      async (page) => {
        await open(page, 'Add a note');
        const text = noteOf(page);
        await text.fill('Written once.');
        let lost = 0;
        await page.route('**/v1/tickets/*/notes', async (route) => {
          if (lost++ > 0) return route.continue();
          await route.fetch(); // psa-host has it, but the page does not learn of it
          return route.abort();
        });
        await click(page, 'Add the note');
        await opened(page, 'Add a note').getByText('You can send it again without risk').waitFor();
        assert.equal(await text.inputValue(), 'Written once.');
        await checkAccessible(page, 'an update whose answer was lost');
        await shoot(page, 'update-lost');
        await page.getByRole('navigation').getByRole('link', { name: 'Audit' }).click();
        await page.getByRole('heading', { name: 'Leave without saving?' }).waitFor();
        await click(page, 'Stay');
        await click(page, 'Add the note');
        await page.locator('.notice-title').getByText('Note: Done').waitFor();
      },
      { networkErrors: true },
    );
    assert.equal((await operationsOf(ticket.id)).length, 1);
  });

  test('a text that was changed after a lost answer is not taken for the first one', async () => {
    const ticket = await ticketIn(autotask);
    await withSignedIn(
      `/tickets/${ticket.id}`,
      {},
      async (page) => {
        await open(page, 'Add a note');
        const text = noteOf(page);
        await text.fill('First.');
        let lost = 0;
        await page.route('**/v1/tickets/*/notes', async (route) => {
          if (lost++ > 0) return route.continue();
          await route.fetch();
          return route.abort();
        });
        await click(page, 'Add the note');
        await page.getByText('You can send it again without risk').waitFor();
        await text.fill('Second.');
        await click(page, 'Add the note');
        await page.getByText(/An earlier try has arrived after all/).waitFor();
        await entry(page, /^Note/).getByText('First.').waitFor();
        assert.equal((await operationsOf(ticket.id)).length, 1);
        await click(page, 'Add the note');
        await entry(page, /^Note/).getByText('Second.').waitFor();
      },
      { networkErrors: true },
    );
    assert.equal((await operationsOf(ticket.id)).length, 2);
  });

  test('what somebody enters stays while the ticket makes progress', async () => {
    const ticket = await ticketIn(autotask);
    await withSignedIn(`/tickets/${ticket.id}`, {}, async (page) => {
      await open(page, 'Add a note');
      await noteOf(page).fill('Half a');
      await api('POST', `/v1/tickets/${ticket.id}/notes`, { text: 'From elsewhere.' });
      await entry(page, 'Note, Done').getByText('From elsewhere.').waitFor(); // without a reload
      assert.equal(await noteOf(page).inputValue(), 'Half a');
      await open(page, 'Resolve');
      await update(page).getByRole('button', { name: 'Add a note', exact: true }).click();
      assert.equal(await noteOf(page).inputValue(), 'Half a', 'also when another form was open');
    });
  });

  for (const psa of psas)
    test(`a ticket that a human has touched is not resolved "only if untouched", and the page says why, ${psa.name}`, async () => {
      const ticket = await ticketIn(psa);
      await act(psa.sandbox, { ticketId: ticket.psaTicket.id, action: 'note', text: 'I am on site.' });
      await withSignedIn(`/tickets/${ticket.id}`, {}, async (page) => {
        await open(page, 'Resolve');
        await page.getByRole('checkbox', { name: /Only if untouched/ }).check();
        await click(page, 'Resolve the ticket');
        await page.locator('.notice-title').getByText('Resolve: status: Not done').waitFor();
        await entry(page, 'Resolve: status, Not done').getByText('Only if nobody has touched').waitFor();
        await page.getByText('Somebody has worked on it in the PSA').waitFor();
        await checkAccessible(page, 'a ticket that was touched');
        await shoot(page, `update-touched-${psa.plugin}`);
      });
    });

  test('a ticket that was deleted in the PSA says so, and offers no updates', async () => {
    const ticket = await ticketIn(autotask);
    await act(autotask.sandbox, { ticketId: ticket.psaTicket.id, action: 'delete' });
    await api('POST', `/v1/tickets/${ticket.id}/notes`, { text: 'Too late.' }, { Prefer: 'wait=20' });
    await withSignedIn(`/tickets/${ticket.id}`, {}, async (page) => {
      await page.getByText('It cannot be updated any more').waitFor();
      await update(page).getByText(/\S/).first().waitFor();
      assert.equal(await update(page).getByRole('button').count(), 0);
      await shoot(page, 'update-gone');
    });
  });

  test('a status that a rule of the PSA sets back is reported in the history', async () => {
    const ticket = await ticketIn(autotask);
    await setSwitches(autotask.sandbox, { 'rule.revertStatus': true });
    try {
      await withSignedIn(`/tickets/${ticket.id}`, {}, async (page) => {
        await open(page, 'Resolve');
        await click(page, 'Resolve the ticket');
        await entry(page, 'Resolve: status, Done').getByText(/workflow rule/).waitFor();
        await checkAccessible(page, 'a status that was set back');
        await shoot(page, 'update-set-back');
      });
    } finally {
      await setSwitches(autotask.sandbox, { 'rule.revertStatus': false });
    }
  });

  test('updates that wait say why, and those that are sent together say so', async () => {
    const ticket = await ticketIn(autotask);
    await changeTenant(autotask.sandbox, { secret: 'changed-by-somebody-else' });
    const note = (text) => api('POST', `/v1/tickets/${ticket.id}/notes`, { text }, { Prefer: 'wait=5' });
    await note('The first to wait.');
    await note('The second to wait.');
    await note('The third to wait.');
    await withSignedIn(`/tickets/${ticket.id}`, {}, async (page) => {
      await entry(page, /^Note/).first().getByText(/The PSA does not accept the credentials/).waitFor();
      await checkAccessible(page, 'updates that wait');
      await shoot(page, 'update-waiting');
      await changeTenant(autotask.sandbox, { secret: autotask.sandbox.secret });
      await api('POST', `/v1/connections/${autotask.plugin}/test`);
      await entry(page, 'Note, Done').nth(2).waitFor(); // without a reload
      await entry(page, 'Note, Done').getByText(/^Sent together with the note of /).first().waitFor();
      await shoot(page, 'update-merged');
    });
    assert.equal((await notesOf(autotask, ticket)).filter(({ text }) => /third to wait/.test(text)).length, 1);
  });

  test('a change that the PSA rejects is explained, and is retried or discarded on its own', async () => {
    const ticket = await ticketIn(autotask);
    const wrong = { priority: 'There is no such priority' };
    const { operations } = await api('PATCH', `/v1/tickets/${ticket.id}`, wrong, { Prefer: 'wait=20' });
    assert.notEqual(operations[0].state, 'done');
    await withSignedIn('/tickets', {}, async (page) => {
      await page.getByLabel('State').selectOption('Needs attention');
      await page.getByRole('link', { name: `Ticket ${ticket.id}`, exact: true }).click();
      const change = entry(page, /^Change/);
      await change.getByText('Priority: There is no such priority').waitFor();
      await checkAccessible(page, 'a change that was rejected');
      await shoot(page, 'update-rejected');
      await change.getByRole('button', { name: /^Retry/ }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Retry' }).click();
      await page.locator('.notice-title').getByText(/^Change: /).waitFor();
      const discard = change.getByRole('button', { name: /^Discard/ });
      await discard.click();
      await page.getByRole('dialog').getByLabel('Reason').fill('was set by hand');
      await page.getByRole('dialog').getByRole('button', { name: 'Discard' }).click();
      await entry(page, 'Change, Discarded').getByText('was set by hand').waitFor();
    });
  });

  for (const [name, options] of [
    ['dark', dark],
    ['phone', phone],
  ])
    test(`a ticket with its history and an open form, ${name}`, async () => {
      const ticket = await ticketIn(autotask);
      await api('POST', `/v1/tickets/${ticket.id}/resolve`, { note: 'All is well again. '.repeat(20) }, { Prefer: 'wait=20' });
      await withSignedIn(`/tickets/${ticket.id}`, options, async (page) => {
        await open(page, 'Resolve');
        await checkAccessible(page, `the history of a ticket, ${name}`);
        await checkFits(page, `the history of a ticket, ${name}`);
        await shoot(page, `update-history-${name}`);
      });
    });
});

describe('update settings', () => {
  test('the status of resolved tickets is chosen from the list, with the suggestion of the plugin preselected', () =>
    withSignedIn('/integrations', {}, async (page) => {
      await click(page, `Updates: ${autotask.plugin}`);
      await page.getByRole('heading', { name: 'Updates', exact: true }).waitFor();
      const resolved = page.getByRole('combobox', { name: 'Status of resolved tickets' });
      await page.waitForFunction((id) => document.getElementById(id).value === 'Complete', await resolved.getAttribute('id'));
      await page.getByText('Suggested by the plugin: Complete.').waitFor();
      await checkAccessible(page, 'the update settings');
      await shoot(page, 'updates-panel');
      await choose(page, 'Status of reopened tickets', 'New');
      await page.getByLabel('Who can see notes').selectOption({ label: 'Public: the customer as well' });
      await click(page, 'Save');
      await page.getByText('Update settings saved').waitFor();
      const { updates } = await api('GET', `/v1/connections/${autotask.plugin}`);
      assert.deepEqual(Object.keys(updates).sort(), ['notes', 'reopenedStatus'], 'the suggestion is not stored as a choice');
      assert.equal(updates.notes, 'public');
      await page.reload();
      await page.getByText('Suggested by the plugin: Complete.').waitFor();
      assert.equal(await page.getByLabel('Who can see notes').evaluate((select) => select.selectedOptions[0].text), 'Public: the customer as well');
      await page.getByLabel('Who can see notes').selectOption({ label: 'Internal: only people who work on tickets' });
      await click(page, 'Save');
      await page.getByText('Update settings saved').waitFor();
      await api('PUT', `/v1/connections/${autotask.plugin}`, { plugin: autotask.plugin, updates: {} });
    }));

  test('where statuses depend on a board, their name is typed', () =>
    withSignedIn('/integrations/connectwise/updates', phone, async (page) => {
      const resolved = page.getByLabel('Status of resolved tickets');
      assert.equal(await resolved.getAttribute('role'), null, 'it is a text field');
      assert.notEqual(await resolved.inputValue(), '', 'with the suggestion of the plugin');
      await checkAccessible(page, 'the update settings of ConnectWise');
      await checkFits(page, 'the update settings of ConnectWise');
      await shoot(page, 'updates-panel-phone');
    }));
});
