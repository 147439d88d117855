// Sources: from the choice of the sender to its first delivery, and what to do when something is wrong.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { notification, send } from './senders.mjs';
import { api, baseUrl, checkAccessible, checkFits, dark, phone, shoot, signIn, withPage, withSignedIn } from './support.mjs';

const click = (page, name) => page.getByRole('button', { name, exact: true }).click();
const open = (page, section) => page.locator('summary', { hasText: section }).first().click();
const body = (page) => page.getByLabel('Body', { exact: true });
const copied = (page) => page.evaluate(() => navigator.clipboard.readText());

describe('sources', () => {
  before(async () => {
    const { source, token } = await api('POST', '/v1/sources', {
      name: 'quiet',
      preset: 'json',
      reader: 'error("no such member")',
    });
    await send(source.url, { title: 'Backup failed' }, { token });
  });
  after(async () => {
    for (const { name } of (await api('GET', '/v1/sources')).sources) await api('DELETE', `/v1/sources/${name}`);
  });

  test('a source is added, and its page says by itself when the first delivery has arrived', () =>
    withSignedIn('/sources', { permissions: ['clipboard-read', 'clipboard-write'] }, async (page) => {
      await click(page, 'Add a source');
      await checkAccessible(page, 'the presets');
      await page.getByRole('link', { name: 'Prometheus Alertmanager' }).click();
      await page.getByLabel('Name').first().fill('prod alerts');
      await checkAccessible(page, 'a new source');
      await click(page, 'Save');
      await page.locator('[aria-invalid="true"]').waitFor(); // a name with a space is marked
      await shoot(page, 'source-wrong');
      await page.getByLabel('Name').first().fill('prod-alerts');
      await click(page, 'Save');
      await page.getByText('prod-alerts is saved').waitFor();
      await page.getByText('Waiting for the first delivery…').waitFor();
      await click(page, 'Copy: Token');
      const token = await copied(page);
      await click(page, 'Copy: URL');
      const url = await copied(page);
      assert.equal(url, `${baseUrl}/v1/hooks/prod-alerts`);
      await click(page, 'Copy: In alertmanager.yml');
      const text = await copied(page);
      assert.ok(text.includes(`url: ${url}`) && text.includes(`credentials: ${token}`), text);
      await checkAccessible(page, 'a source that waits');
      await shoot(page, 'source-waits');

      await send(url, notification({ alertname: 'FirstAlert', severity: 'warning' }), { token });
      await page.locator('.notice-title', { hasText: 'The first delivery has arrived' }).waitFor();
      await page
        .getByRole('row', { name: /^Delivery/ })
        .getByText('Read', { exact: true })
        .waitFor();
      await shoot(page, 'source-received');
      await page.reload();
      await page.getByText('Receiving', { exact: true }).waitFor();
      assert.equal(await page.getByText(token).count(), 0, 'the token is shown once');
    }));

  test('a new token and a secret URL are shown once, and the old ones are invalid', () =>
    withSignedIn('/sources/prod-alerts', { permissions: ['clipboard-read', 'clipboard-write'] }, async (page) => {
      await open(page, 'Access');
      await click(page, 'New token');
      await page.getByRole('dialog').getByRole('button', { name: 'New token' }).click();
      await click(page, 'Copy: Token');
      const token = await copied(page);
      const url = `${baseUrl}/v1/hooks/prod-alerts`;
      await send(url, notification({ alertname: 'NewToken' }), { token });
      await click(page, 'Make a secret URL');
      await click(page, 'Copy: URL with its secret');
      const secretUrl = await copied(page);
      assert.ok(secretUrl.startsWith(`${url}/`));
      await send(secretUrl, notification({ alertname: 'SecretUrl' }));
      await checkAccessible(page, 'the access of a source');
      await click(page, 'Remove the secret URL');
      await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
      await page.getByRole('button', { name: 'Make a secret URL' }).waitFor();
      await send(secretUrl, notification({ alertname: 'SecretUrl' }), { expected: 404 });
    }));

  test('a body that is tried shows its events, what is not set, and what the rules would do; nothing is stored', () =>
    withSignedIn('/sources/prod-alerts', {}, async (page) => {
      const before = (await api('GET', '/v1/events?limit=1')).events[0]?.id;
      await open(page, 'Try it');
      await body(page).fill(
        JSON.stringify(notification({ alertname: 'Tried', severity: 'critical', customer: 'Fjordline Ltd' })),
      );
      await click(page, 'Try it');
      const event = page.getByRole('region', { name: 'Tried' });
      await event.getByText('Fjordline Ltd', { exact: true }).waitFor();
      await event.getByText('What the rules would do').waitFor();
      await checkAccessible(page, 'a body that was tried');
      await shoot(page, 'source-tried');
      await body(page).fill('[{"labels": {"alertname": "FromPrometheus"}}]');
      await click(page, 'Try it');
      await page.getByText('The source refuses this body').waitFor();
      assert.equal((await api('GET', '/v1/events?limit=1')).events[0]?.id, before);
    }));

  test('a delivery that was not understood is shown, and read again after the reader was corrected', () =>
    withSignedIn('/sources', {}, async (page) => {
      const card = page.getByRole('article', { name: 'Source quiet' });
      await card.getByText('1 delivery not understood').waitFor();
      await checkAccessible(page, 'the sources');
      await shoot(page, 'sources-trouble');
      await card.getByRole('link', { name: 'Show them' }).click();
      const row = page.getByRole('row', { name: /^Delivery/ });
      await row.getByText(/no such member/).waitFor();
      await row.getByRole('button', { name: /^Body of delivery/ }).click();
      await page.getByText('"Backup failed"').waitFor();
      await click(page, 'Try it with this body');
      assert.match(await body(page).inputValue(), /Backup failed/);
      await open(page, 'Settings');
      await page.getByLabel('Reader').fill('{kind: "problem", key: "backup", title: .body.title}');
      await page.locator('form').getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByText('The settings are saved').waitFor();
      await page.getByText('There are none.').waitFor(); // of those that were not understood: it was read by itself
      assert.equal((await api('GET', '/v1/events?source=quiet')).events.length, 1);
    }));

  test('a reader that jq cannot compile is marked with its error', () =>
    withSignedIn('/sources/quiet', {}, async (page) => {
      await open(page, 'Settings');
      await page.getByLabel('Reader').fill('{kind: ');
      await page.locator('form').getByRole('button', { name: 'Save', exact: true }).click();
      await page.locator('textarea[aria-invalid="true"]').waitFor();
      await checkAccessible(page, 'a wrong reader');
    }));

  for (const [name, options] of [
    ['light', {}],
    ['dark', dark],
    ['phone', phone],
  ])
    test(`sources and the page of one, ${name}`, () =>
      withSignedIn('/sources', options, async (page) => {
        for (const path of ['/sources', '/sources/add/preset', '/sources/add/grafana', '/sources/prod-alerts']) {
          await page.goto(`${baseUrl}/#${path}`);
          await page.waitForFunction((hash) => location.hash === `#${hash}` && !document.querySelector('main[aria-busy]'), path);
          await page.evaluate(() => document.querySelectorAll('main details').forEach((each) => each.setAttribute('open', '')));
          await checkAccessible(page, `${path}, ${name}`);
          await checkFits(page, `${path}, ${name}`);
          await shoot(page, `source${path.replaceAll('/', '-')}-${name}`);
        }
      }));

  test('a read-only token sees sources without what it may not change', async () => {
    const { token } = await api('POST', '/v1/tokens', { name: 'reader', scopes: ['read'] });
    await withPage('/sources/quiet', {}, async (page) => {
      await signIn(page, token);
      await page.getByRole('heading', { level: 1, name: 'quiet' }).waitFor();
      for (const section of ['Settings', 'Access']) assert.equal(await page.locator('summary', { hasText: section }).count(), 0);
      assert.equal(await page.getByRole('button', { name: /^Body of|Remove|Run/ }).count(), 0);
    });
  });
});
