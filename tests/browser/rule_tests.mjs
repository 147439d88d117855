// Rules: from the library and by hand, without syntax; their order, their mode, and what they would do.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { psas } from './psas.mjs';
import { notification, send } from './senders.mjs';
import { api, baseUrl, checkAccessible, checkFits, choose, dark, phone, shoot, withSignedIn } from './support.mjs';

const [psa] = psas;
const click = (page, name) => page.getByRole('button', { name, exact: true }).click();
const conditions = (page) => page.getByRole('group', { name: 'Condition', exact: true });
const names = async () => (await api('GET', '/v1/rules')).rules.map(({ name }) => name);
const rule = (name) => api('GET', `/v1/rules/${encodeURIComponent(name)}`);
const removeAll = async () => {
  for (const name of await names()) await api('DELETE', `/v1/rules/${encodeURIComponent(name)}`);
};

describe('rules', () => {
  let source;
  before(async () => {
    await removeAll();
    source = await api('POST', '/v1/sources', { name: 'rule-tests', preset: 'alertmanager' });
    for (const severity of ['critical', 'warning'])
      await send(source.url, notification({ alertname: 'DiskAlmostFull', severity, team: 'msp' }), source);
  });
  after(async () => {
    await removeAll();
    await api('DELETE', '/v1/sources/rule-tests');
  });

  test('conditions are chosen without syntax, with the labels of the last events, and saved as matchers', () =>
    withSignedIn('/rules/add/own', {}, async (page) => {
      await page.getByLabel('Name').first().fill('Critical disks');
      await conditions(page).first().getByLabel('Comparison').selectOption({ label: 'is at least' });
      await click(page, 'Add a condition');
      await conditions(page).nth(1).getByLabel('Field').selectOption({ label: 'alertname' });
      await conditions(page).nth(1).getByLabel('Comparison').selectOption({ label: 'contains' });
      await conditions(page).nth(1).getByLabel('Value').fill('disk.almost');
      await click(page, 'Add a group');
      await conditions(page).nth(2).getByLabel('Field').selectOption({ label: 'team' });
      await conditions(page).nth(2).getByLabel('Value').fill('msp');
      await page.getByLabel('Connection').selectOption(psa.plugin);
      await page.getByLabel('Insert a value of the event into Title').selectOption('labels.alertname');
      await page.getByLabel('Another field of the ticket').selectOption({ label: 'Priority' });
      await click(page, 'Add');
      await choose(page, 'Priority', 'Critical');
      await checkAccessible(page, 'a rule that is being written');
      await shoot(page, 'rule-new');
      await click(page, 'Save');
      await page.getByText('The rule is saved, in dry run').waitFor();
      const saved = await rule('Critical disks');
      assert.equal(saved.mode, 'dry_run');
      assert.deepEqual(saved.conditions, {
        all: ['severity=~"critical|high"', 'labels.alertname=~"(?is).*disk\\\\.almost.*"', { any: ['labels.team="msp"'] }],
      });
      assert.equal(saved.ticket.fields.title, '{{labels.alertname}}');
      assert.ok(saved.ticket.fields.priority);
      await conditions(page).nth(1).getByLabel('Value').waitFor();
      assert.equal(await conditions(page).nth(1).getByLabel('Value').inputValue(), 'disk.almost');
    }));

  test('the text view shows the same conditions, and errors are shown at their row or line', () =>
    withSignedIn('/rules/Critical%20disks', {}, async (page) => {
      await conditions(page).nth(1).getByLabel('Comparison').selectOption({ label: 'matches (regex)' });
      await conditions(page).nth(1).getByLabel('Value').fill('(disk');
      await click(page, 'Save');
      await conditions(page).nth(1).locator('.field-error:visible').waitFor();
      await checkAccessible(page, 'a wrong condition');
      await shoot(page, 'rule-wrong');
      await click(page, 'Edit as text');
      const text = page.getByLabel('Conditions as text');
      assert.match(
        await text.inputValue(),
        /^all:\n {2}severity=~"critical\|high"\n {2}labels\.alertname=~"\(disk"\n {2}any:\n {4}labels\.team="msp"$/,
      );
      await click(page, 'Save');
      await page.getByText(/^Line 3: /).waitFor();
      await text.fill('severity="critical"\nlabels.team="msp"');
      await click(page, 'Edit as rows');
      assert.equal(await conditions(page).count(), 2);
      await click(page, 'Save');
      await page.getByText('The rule is saved', { exact: true }).waitFor();
      assert.deepEqual((await rule('Critical disks')).conditions, { all: ['severity="critical"', 'labels.team="msp"'] });
    }));

  test('the preview follows the form, with the last events and with a pasted body', () =>
    withSignedIn('/rules/Critical%20disks', {}, async (page) => {
      const preview = page.getByRole('region', { name: 'Preview' });
      await preview.getByText(/it matches 1 problem, /).waitFor();
      await conditions(page).first().getByLabel('Value').selectOption('low');
      await preview.getByText(/it matches 0 problems, /).waitFor();
      await conditions(page).first().getByLabel('Value').selectOption('critical');
      await preview.getByText(/it matches 1 problem, /).waitFor();
      await preview.locator('summary', { hasText: 'DiskAlmostFull' }).click();
      await checkAccessible(page, 'the preview of a rule');
      await preview.locator('summary', { hasText: 'Try it with a body' }).click();
      await preview.getByLabel('Source that reads it').selectOption('rule-tests');
      await preview
        .getByLabel('Body')
        .fill(JSON.stringify(notification({ alertname: 'Pasted', severity: 'critical', team: 'msp' })));
      await preview.getByRole('button', { name: 'Try it' }).click();
      await preview.getByText('Pasted').first().waitFor();
      await shoot(page, 'rule-preview');
    }));

  test('a rule of the library is added in dry run, and turning it on shows first what it would have done', () =>
    withSignedIn('/rules', {}, async (page) => {
      await click(page, 'Add from the library');
      await checkAccessible(page, 'the library of rules');
      await page.getByRole('link', { name: /Critical alert/ }).click();
      await page.getByLabel('Connection').selectOption(psa.plugin);
      await checkAccessible(page, 'the questions of a ready-made rule');
      await click(page, 'Add in dry run');
      await page.getByText('The rule is saved, in dry run').waitFor();
      const name = await page.getByRole('heading', { level: 1 }).textContent();
      assert.equal((await rule(name)).mode, 'dry_run');
      await click(page, `Turn on: ${name}`);
      const dialog = page.getByRole('dialog');
      await dialog.getByText(/in the last 7 days it matches 1 problem, and would have made 1 ticket/).waitFor();
      await checkAccessible(page, 'turning a rule on');
      await shoot(page, 'rule-turn-on');
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      assert.equal((await rule(name)).mode, 'dry_run');
      await click(page, `Turn on: ${name}`);
      await dialog.getByRole('button', { name: 'Turn on' }).click();
      await page.getByText(`${name}: on`, { exact: true }).waitFor();
      assert.equal((await rule(name)).mode, 'on');
      await click(page, `Turn off: ${name}`);
      await page.getByText(`${name}: off`, { exact: true }).waitFor();
      await page.locator('summary', { hasText: 'Versions' }).click();
      await page.getByText('Version 3').waitFor();
      await page.getByText('mode: ').first().waitFor();
    }));

  test('rules are moved with the keyboard and by dragging', () =>
    withSignedIn('/rules', {}, async (page) => {
      const [first, second] = await names();
      await page.getByRole('button', { name: `Move up: ${second}` }).focus();
      await page.keyboard.press('Enter');
      await page.waitForFunction(
        (name) => document.getElementById('announcements').textContent === `${name} is now number 1 of 2.`,
        second,
      );
      assert.deepEqual(await names(), [second, first]);
      await page.locator('.rule-handle').first().dragTo(page.locator('.rule').nth(1));
      await page.waitForFunction(
        (name) => document.getElementById('announcements').textContent === `${name} is now number 2 of 2.`,
        second,
      );
      assert.deepEqual(await names(), [first, second]);
    }));

  test('a missing catch-all is hinted at, and a new rule goes in front of one', () =>
    withSignedIn('/rules', {}, async (page) => {
      await page.getByText('There is no catch-all rule that is on').waitFor();
      await api('POST', '/v1/rules', { name: 'Everything', mode: 'on', conditions: {}, do: 'suppress' });
      await page.reload();
      await page.getByText('Catch-all', { exact: true }).waitFor();
      await page.goto(`${baseUrl}/#/rules/add/own`);
      await page.getByLabel('Name').first().fill('Later');
      await page.getByLabel('Count it, without a ticket').check();
      await click(page, 'Save');
      await page.getByText('The rule is saved, in dry run').waitFor();
      assert.deepEqual((await names()).slice(-2), ['Later', 'Everything']);
    }));

  for (const [name, options] of [
    ['light', {}],
    ['dark', dark],
    ['phone', phone],
  ])
    test(`rules and the page of one, ${name}`, () =>
      withSignedIn('/rules', options, async (page) => {
        for (const path of ['/rules', '/rules/add/library', '/rules/add/own', '/rules/Critical%20disks']) {
          await page.goto(`${baseUrl}/#${path}`);
          await page.waitForFunction(
            (hash) => location.hash === `#${hash}` && !document.querySelector('main[aria-busy], main [aria-busy]'),
            path,
          );
          await page.evaluate(() => document.querySelectorAll('main details').forEach((each) => each.setAttribute('open', '')));
          await checkAccessible(page, `${path}, ${name}`);
          await checkFits(page, `${path}, ${name}`);
          await shoot(page, `rule${path.replaceAll('/', '-')}-${name}`);
        }
      }));
});
