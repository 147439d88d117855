// Tickets that wait for a person: found, understood, and settled by hand.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { psas } from './psas.mjs';
import { api, checkAccessible, shoot, ticketsIn, withSignedIn } from './support.mjs';

const [psa] = psas;
const click = (page, name) => page.getByRole('button', { name, exact: true }).click();
const inDialog = (page) => page.getByRole('dialog');

/** A ticket without a company: nobody but a person can say whose it is. */
async function needsReview() {
  const ticket = await api(
    'POST',
    '/v1/tickets',
    { connection: psa.plugin, title: 'Backup failed on SRV01' },
    { Prefer: 'wait=20' },
  );
  assert.equal(ticket.state, 'needs_review');
  return ticket;
}

let inPsa;
describe('tickets', () => {
  before(async () => {
    [inPsa] = await ticketsIn(psa.sandbox);
  });

  test('a ticket that needs review is found and linked by hand', async () => {
    const { id } = await needsReview();
    await withSignedIn('/tickets', {}, async (page) => {
      await page.getByLabel('State').selectOption('Needs attention');
      await page.getByRole('link', { name: `Ticket ${id}`, exact: true }).click();
      await page.getByRole('heading', { name: `Ticket ${id}`, exact: true }).waitFor();
      await page
        .getByText(/The ticket has no company\. Name the company in the ticket/)
        .first()
        .waitFor();
      await checkAccessible(page, 'a ticket that needs review');
      await shoot(page, 'ticket-needs-review');

      await click(page, 'Link');
      await inDialog(page).getByLabel('Ticket in the PSA').fill('1');
      await checkAccessible(page, 'the question which ticket it is');
      await shoot(page, 'ticket-link');
      await inDialog(page).getByRole('button', { name: 'Link' }).click();
      await page.getByRole('alert').waitFor(); // the PSA has no ticket 1
      await click(page, 'Link');
      await inDialog(page).getByLabel('Ticket in the PSA').fill(String(inPsa.id));
      await page.keyboard.press('Enter');
      await page.locator('.notice-title').getByText('Linked', { exact: true }).waitFor();
      await page
        .getByText(/Linked by/)
        .first()
        .waitFor();
      await page.getByRole('link', { name: /T\d{8}\.\d{4}/ }).waitFor();
      assert.equal(await page.getByRole('button', { name: 'Link' }).count(), 0, 'there is nothing left to decide');
      await shoot(page, 'ticket-linked');
      await page.goBack();
      await page.getByRole('heading', { name: 'Tickets' }).waitFor();
      assert.equal(await page.getByLabel('State').inputValue(), 'attention', 'the filter is still there');
    });
  });

  test('a ticket is discarded with a reason, which is kept', async () => {
    const { id } = await needsReview();
    await withSignedIn(`/tickets/${id}`, {}, async (page) => {
      await click(page, 'Discard');
      await inDialog(page).getByRole('button', { name: 'Cancel' }).click();
      await click(page, 'Discard');
      await inDialog(page).getByLabel('Reason').fill('was made by hand');
      await inDialog(page).getByRole('button', { name: 'Discard' }).click();
      await page.locator('.notice-title').getByText('Discarded', { exact: true }).waitFor();
      await page.locator('.reason').getByText('was made by hand').waitFor();
    });
    assert.equal((await api('GET', `/v1/tickets/${id}`)).state, 'cancelled');
  });

  test('a retry uses the current ticket defaults', async () => {
    const { id } = await needsReview();
    const { connections } = await api('GET', '/v1/connections');
    const { ticketDefaults } = connections.find(({ name }) => name === psa.plugin);
    const save = (defaults) => api('PUT', `/v1/connections/${psa.plugin}`, { plugin: psa.plugin, ticketDefaults: defaults });
    await save({ ...ticketDefaults, company: 'Acme Dental' });
    try {
      await withSignedIn(`/tickets/${id}`, {}, async (page) => {
        await click(page, 'Retry');
        await inDialog(page).getByRole('button', { name: 'Retry' }).click();
        await page.getByText('The PSA has it.').waitFor(); // without a reload
      });
    } finally {
      await save(ticketDefaults);
    }
  });

  test('the audit log shows each exchange, without secrets', () =>
    withSignedIn('/audit', {}, async (page) => {
      await page.getByLabel('Connection', { exact: true }).selectOption(psa.plugin);
      await page.waitForURL(/connection=/);
      await page.locator('summary', { hasText: 'ticket.attempt' }).filter({ hasText: 'Done' }).first().click();
      await page
        .getByText(/POST https:\/\/\S+\/Tickets/)
        .first()
        .waitFor();
      const text = await page.locator('main').textContent();
      for (const secret of [psa.sandbox.secret, psa.sandbox.integrationCode]) assert.ok(!text.includes(secret));
      await checkAccessible(page, 'an opened entry');
      await shoot(page, 'audit-entry');
    }));

  test('a long list is shown page by page', async () => {
    const many = Array.from({ length: 60 }, (_, i) =>
      api('POST', '/v1/tickets', { connection: 'connectwise', company: 'Acme Dental', title: `Disk ${i} is full` }),
    );
    await Promise.all(many);
    await withSignedIn('/tickets?connection=connectwise', {}, async (page) => {
      const rows = page.locator('tbody tr');
      await rows.nth(49).waitFor();
      assert.equal(await rows.count(), 50);
      await click(page, 'Show older');
      await page.waitForFunction(() => document.querySelectorAll('tbody tr').length > 50);
      assert.match(
        await page.evaluate(() => document.activeElement.textContent),
        /^Ticket \d+$/,
        'the first new row has the focus',
      );
    });
  });
});
