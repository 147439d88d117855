// A ticket is corrected on the page: by choosing what was meant, or in a form with all fields.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { psas } from './psas.mjs';
import { api, checkAccessible, checkFits, choose, dark, phone, shoot, ticketsIn, withSignedIn } from './support.mjs';

const [psa] = psas;
const click = (page, name) => page.getByRole('button', { name, exact: true }).click();

/** A ticket that stays, since something in it fits nothing. */
async function stuck(what) {
  const ticket = await api(
    'POST',
    '/v1/tickets',
    { connection: psa.plugin, title: 'Disk full', ...what },
    { Prefer: 'wait=20' },
  );
  assert.equal(ticket.state, 'needs_review', ticket.reason);
  return ticket.id;
}

describe('corrections', () => {
  for (const [name, options] of [
    ['light', {}],
    ['dark', dark],
    ['phone', phone],
  ])
    test(`an ambiguous company name is left to the reader, ${name}`, async () => {
      const id = await stuck({ company: 'Globex' });
      await withSignedIn(`/tickets/${id}`, options, async (page) => {
        await page.getByText('The PSA has 2 entries named “Globex”. Select one.').waitFor();
        await checkAccessible(page, `candidates, ${name}`);
        await checkFits(page, `candidates, ${name}`);
        await shoot(page, `ticket-candidates-${name}`);
        const second = page.getByRole('button', { name: /^Globex \(/ }).nth(1);
        const wanted = /(\d+)\)$/.exec(await second.textContent())[1];
        await second.click();
        await click(page, 'Save and retry');
        await page.getByText('The PSA has it.').waitFor();
        const created = (await ticketsIn(psa.sandbox)).at(-1);
        assert.equal(String(created.companyID), wanted);
        await page.getByText('ticket.retry').click();
        await page.locator('.entry pre').getByText(`"company": "${wanted}"`).waitFor();
      });
    });

  test('an unknown value is shown alone, and all fields on request', async () => {
    const id = await stuck({ company: 'Acme Dental', queue: 'Closed years ago' });
    await withSignedIn(`/tickets/${id}`, {}, async (page) => {
      await page.getByRole('heading', { name: 'Correct and resend' }).waitFor();
      await page.getByText("The PSA's list has no selectable “Closed years ago”").waitFor();
      assert.equal(await page.getByRole('combobox').count(), 1, 'only what was wrong');
      await click(page, 'Show all fields');
      await page.getByRole('combobox', { name: 'Priority' }).waitFor();
      await checkAccessible(page, 'all fields of a ticket');
      await shoot(page, 'ticket-correct-all');
      await choose(page, 'Queue ID', 'Monitoring Alert');
      await click(page, 'Save and retry');
      await page.getByText('The PSA has it.').waitFor();
      const { request } = await api('GET', `/v1/tickets/${id}`);
      assert.equal(request.company, 'Acme Dental', 'what was not touched stays');
      assert.equal(request.priority, undefined, 'and what the defaults say is left to them');
    });
  });

  test('a rejected correction is explained beside its field', async () => {
    const id = await stuck({ company: 'Nobody has this name' });
    await withSignedIn(`/tickets/${id}`, {}, async (page) => {
      await click(page, 'Show all fields');
      const hours = page.getByLabel('Due in hours');
      await hours.fill('soon');
      await click(page, 'Save and retry');
      await page.getByText(/Due in hours \(dueInHours\) must be/).waitFor();
      assert.equal(await hours.getAttribute('aria-invalid'), 'true');
      assert.equal((await api('GET', `/v1/tickets/${id}`)).state, 'needs_review');
    });
  });

  test('a discarded ticket can be corrected and still be sent', async () => {
    const id = await stuck({ company: 'Globex' });
    await api('POST', `/v1/tickets/${id}/discard`, { reason: 'not sure whose it is' });
    await withSignedIn(`/tickets/${id}`, {}, async (page) => {
      await page.getByText('Globex (').first().waitFor();
      await choose(page, 'Company', 'Acme Dental');
      await click(page, 'Save and retry');
      await page.getByText('The PSA has it.').waitFor();
    });
  });
});
