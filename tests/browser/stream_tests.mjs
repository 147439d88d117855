// Views that refresh themselves: psa-host reports what has changed, and the page does not poll.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { psas } from './psas.mjs';
import { api, withSignedIn } from './support.mjs';

const [psa] = psas;
const quietRounds = 20; // at most: tickets of earlier tests may still be in progress

const submit = (title) => api('POST', '/v1/tickets', { connection: psa.plugin, company: 'Acme Dental', title });
const pathOf = (request) => new URL(request.url()).pathname;

/** Signed in at `path`, with a clock that the test moves. */
const withClock = (path, use) =>
  withSignedIn(path, {}, async (page) => {
    await page.clock.install();
    const stream = page.waitForResponse((response) => response.url().endsWith('/v1/stream'));
    await page.reload();
    await stream;
    await use(page);
  });

/** Ten minutes pass on the page, in which it must not ask for anything unless something has changed. */
async function passesQuietly(page) {
  const asked = [];
  const note = (request) => asked.push(pathOf(request));
  page.on('request', note);
  for (let round = 0; round < quietRounds; ++round) {
    asked.length = 0;
    await page.clock.runFor('10:00');
    await page.mouse.move(round, 1); // a sign of a present user
    if (asked.length === 0) break;
  }
  page.off('request', note);
  assert.deepEqual(asked, [], 'nothing was asked for while nothing changed');
}

describe('changes', () => {
  test('the list of tickets shows a new one, and its progress, without polling', () =>
    withClock('/tickets', async (page) => {
      await page.locator('tbody tr').first().waitFor();
      await passesQuietly(page);
      const { id } = await submit('Backup failed on SRV02');
      const row = page.locator('tbody tr').filter({ has: page.getByRole('link', { name: `Ticket ${id}`, exact: true }) });
      await row.waitFor();
      await row.getByText('Done').waitFor();
    }));

  test('the audit log shows a new entry, and keeps open ones open', () =>
    withClock('/audit', async (page) => {
      const first = page.locator('details').first();
      await first.locator('summary').click();
      const opened = await first.evaluate((details) => details.querySelector('summary').textContent);
      await passesQuietly(page);
      const { id } = await submit('Backup failed on SRV03');
      await page.locator('.entry-head', { hasText: `ticket ${id}` }).first().waitFor();
      const stillOpen = await page.locator('details[open] > summary').allTextContents();
      assert.deepEqual(stillOpen, [opened]);
    }));

  test('all views share one stream', () =>
    withSignedIn('/tickets', {}, async (page) => {
      const streams = [];
      page.on('request', (request) => pathOf(request) === '/v1/stream' && streams.push(request));
      await page.reload();
      for (const view of ['Audit', 'Tokens', 'Health', 'Integrations', 'Tickets']) {
        await page.getByRole('navigation').getByRole('link', { name: view, exact: true }).click();
        await page.getByRole('heading', { level: 1, name: view }).waitFor();
      }
      assert.equal(streams.length, 1);
    }));
});
