// Maintenance windows: once and every week, in a time zone, with a calendar of the coming weeks.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { api, baseUrl, checkAccessible, checkFits, dark, phone, shoot, withSignedIn } from './support.mjs';

const click = (page, name) => page.getByRole('button', { name, exact: true }).click();
const window = (name) => api('GET', `/v1/windows/${encodeURIComponent(name)}`);

describe('windows', () => {
  after(async () => {
    for (const { name } of (await api('GET', '/v1/windows')).windows)
      await api('DELETE', `/v1/windows/${encodeURIComponent(name)}`);
  });

  test('a weekly window in another time zone, for some events, shows when it comes next', () =>
    withSignedIn('/windows', {}, async (page) => {
      await click(page, 'Add a window');
      await page.getByLabel('Name').first().fill('Sunday maintenance');
      await page.getByLabel('Every week').check();
      await page.getByLabel('Start').fill('02:00');
      await page.getByLabel('Length in minutes').fill('90');
      const zone = page.getByRole('combobox', { name: 'Time zone' });
      await zone.click();
      await zone.fill('oslo');
      await page.getByRole('option', { name: 'Europe/Oslo' }).click();
      await click(page, 'Add a condition');
      const condition = page.getByRole('group', { name: 'Condition', exact: true });
      await condition.getByLabel('Field').selectOption('customer');
      await condition.getByLabel('Value').fill('Fjordline Ltd');
      await checkAccessible(page, 'a new window');
      await shoot(page, 'window-weekly');
      await click(page, 'Save');
      const row = page.getByRole('row', { name: /Sunday maintenance/ });
      await row.getByText('Every Sunday at 02:00 for 90 minutes, Europe/Oslo').waitFor();
      await row.getByText(/^Next: /).waitFor();
      await row.getByRole('img', { name: /^Sunday maintenance: active (.*; ){3}/ }).waitFor();
      const saved = await window('Sunday maintenance');
      assert.deepEqual(saved.weekly, { days: ['sun'], start: '02:00', minutes: 90 });
      assert.equal(saved.timeZone, 'Europe/Oslo');
      assert.deepEqual(saved.conditions, { all: ['customer="Fjordline Ltd"'] });
    }));

  test('a single window keeps its local times, an end before its start is marked, and it can be removed', () =>
    withSignedIn('/windows/add/new', {}, async (page) => {
      await page.getByLabel('Name').first().fill('Patch night');
      await page.getByLabel('From', { exact: true }).fill('2027-03-27T22:00');
      await page.getByLabel('To', { exact: true }).fill('2027-03-27T02:00');
      await click(page, 'Save');
      await page.getByText('is not after "from"').waitFor();
      await checkAccessible(page, 'a wrong window');
      await page.getByLabel('To', { exact: true }).fill('2027-03-28T04:00');
      await click(page, 'Save');
      await page.getByRole('link', { name: 'Patch night' }).click();
      assert.equal(await page.getByLabel('From', { exact: true }).inputValue(), '2027-03-27T22:00');
      assert.equal((await window('Patch night')).to, '2027-03-28T04:00');
      await click(page, 'Remove');
      await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
      await page.getByRole('heading', { level: 1, name: 'Windows' }).waitFor();
      assert.equal(await page.getByRole('link', { name: 'Patch night' }).count(), 0);
    }));

  for (const [name, options] of [
    ['light', {}],
    ['dark', dark],
    ['phone', phone],
  ])
    test(`windows, ${name}`, () =>
      withSignedIn('/windows', options, async (page) => {
        for (const path of ['/windows', '/windows/Sunday%20maintenance']) {
          await page.goto(`${baseUrl}/#${path}`);
          await page.waitForFunction(
            (hash) => location.hash === `#${hash}` && !document.querySelector('main[aria-busy], main [aria-busy]'),
            path,
          );
          await checkAccessible(page, `${path}, ${name}`);
          await checkFits(page, `${path}, ${name}`);
          await shoot(page, `window${path.replaceAll('/', '-')}-${name}`);
        }
      }));
});
