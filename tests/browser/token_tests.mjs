// Tokens: created, shown once, used, and removed.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { api, baseUrl, checkAccessible, checkFits, dark, phone, shoot, signIn, withPage, withSignedIn } from './support.mjs';

const click = (page, name) => page.getByRole('button', { name, exact: true }).click();
const tokenNamed = async (name) => (await api('GET', '/v1/tokens')).tokens.find((token) => token.name === name);
const statusFor = async (token) =>
  (await fetch(`${baseUrl}/v1/connections`, { headers: { Authorization: `Bearer ${token}` } })).status;

describe('tokens', () => {
  test('a token is created, shown once, copied, and works until it is removed', () =>
    withSignedIn('/tokens', { permissions: ['clipboard-read', 'clipboard-write'] }, async (page) => {
      await click(page, 'Create a token');
      assert.equal(await page.evaluate(() => document.activeElement.id), 'token-name', 'the name comes first');
      await page.keyboard.type('monitoring');
      await page.getByRole('checkbox', { name: /^submit/ }).uncheck();
      await page.getByRole('checkbox', { name: /^read/ }).check();
      await page.getByLabel('Expires').fill('2099-01-31T12:30');
      await shoot(page, 'token-form');
      await checkAccessible(page, 'the form of a token');
      await page.getByLabel('Name').press('Enter');
      await page.getByText('Token monitoring created: copy it now').waitFor();
      await page.getByRole('button', { name: 'Copy: Token monitoring' }).click();
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      assert.match(copied, /^psa_/);
      await checkAccessible(page, 'a token that is shown');
      await shoot(page, 'token-made');
      assert.equal(await statusFor(copied), 200);
      const { id, scopes, expires } = await tokenNamed('monitoring');
      assert.deepEqual(scopes, ['read']);
      assert.equal(Date.parse(expires), Date.UTC(2099, 0, 31, 12, 30), 'typed in the time of the reader, sent as UTC');

      await click(page, 'Done');
      const text = await page.locator('body').innerHTML();
      assert.ok(!text.includes(copied), 'it is gone from the page');
      await page.reload();
      const row = page.getByRole('row', { name: /monitoring/ });
      await row.getByText(id).waitFor();
      await row.getByText('read', { exact: true }).waitFor();
      await row.getByText(/ago$/).waitFor();
      await click(page, `Remove: monitoring ${id}`);
      await click(page, 'Cancel');
      await click(page, `Remove: monitoring ${id}`);
      await checkAccessible(page, 'the question before a token is removed');
      await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
      await row.waitFor({ state: 'detached' });
      assert.equal(await statusFor(copied), 401);
    }));

  test('errors of a token are shown beside their field', () =>
    withSignedIn('/tokens?name=alertmanager', {}, async (page) => {
      const name = page.getByLabel('Name');
      assert.ok(await name.evaluate((input) => document.activeElement === input), 'who was led here can go on at once');
      assert.equal(await name.inputValue(), 'alertmanager', 'as it was suggested');
      await name.fill('');
      await click(page, 'Create token');
      await page.getByText('The name of a token must have 1 to 100 bytes.').waitFor();
      assert.equal(await name.getAttribute('aria-invalid'), 'true');
      await name.fill('somebody');
      await page.getByRole('checkbox', { name: /^submit/ }).uncheck();
      await click(page, 'Create token');
      await page.getByText('Choose at least one scope of submit, read, operate and admin.').waitFor();
      await page.getByRole('checkbox', { name: /^submit/ }).check();
      await page.getByLabel('Expires').fill('2020-01-01T00:00');
      await click(page, 'Create token');
      await page.getByText(/expires must be a time in the future/).waitFor();
      await checkAccessible(page, 'a token with a wrong field');
      await shoot(page, 'token-wrong');
      assert.equal(await tokenNamed('somebody'), undefined);
    }));

  test('a token is bound to a connection, and the page shows its holder that one alone', async () => {
    let bound;
    await withSignedIn('/tokens', {}, async (page) => {
      await click(page, 'Create a token');
      await page.getByLabel('Name').fill('technician');
      await page.getByRole('checkbox', { name: /^submit/ }).uncheck();
      await page.getByRole('checkbox', { name: /^read/ }).check();
      await page.getByRole('checkbox', { name: /^operate/ }).check();
      const connections = page.getByRole('group', { name: 'Connections' });
      await connections.getByRole('checkbox', { name: 'connectwise', exact: true }).check();
      await checkAccessible(page, 'a token for one connection');
      await shoot(page, 'token-bound');
      await click(page, 'Create token');
      await page.getByText('Token technician created: copy it now').waitFor();
      bound = await page.locator('.copy-text').textContent();
      await click(page, 'Done');
      await page.getByRole('row', { name: /technician/ }).getByText('Only connectwise').waitFor();
    });
    const { id, scopes, connections } = await tokenNamed('technician');
    assert.deepEqual([...scopes].sort(), ['operate', 'read']);
    assert.deepEqual(connections, ['connectwise']);
    try {
      await withPage('/integrations', {}, async (page) => {
        await signIn(page, bound);
        await page.getByText('This token can settle and update tickets only').waitFor();
        await page.getByRole('article', { name: 'ConnectWise connectwise' }).waitFor();
        for (const view of ['Sources', 'Rules', 'Events']) // which are of all connections together
          assert.equal(await page.getByRole('navigation').getByRole('link', { name: view }).count(), 0);
        assert.equal(await page.getByRole('article', { name: /^Autotask autotask/ }).count(), 0);
        await page.getByRole('navigation').getByRole('link', { name: /^Tickets/ }).click();
        await page.getByLabel('Connection', { exact: true }).waitFor();
        const names = await page.getByLabel('Connection', { exact: true }).locator('option').allTextContents();
        assert.deepEqual(names, ['All connections', 'connectwise']);
        await page.getByLabel('Select all listed tickets').waitFor();
      });
    } finally {
      await api('DELETE', `/v1/tokens/${id}`);
    }
  });

  test('removing the last administrator token needs confirmation', () =>
    withSignedIn('/tokens', {}, async (page) => {
      await page
        .getByRole('row', { name: /admin/ })
        .getByRole('button', { name: /^Remove/ })
        .click();
      await page
        .getByRole('dialog')
        .getByText(/It is the last admin token/)
        .waitFor();
      await click(page, 'Cancel');
    }));

  for (const [name, options] of [
    ['dark', dark],
    ['phone', phone],
  ])
    test(`the form of a token, ${name}`, () =>
      withSignedIn('/tokens', options, async (page) => {
        await click(page, 'Create a token');
        await page.getByLabel('Expires').waitFor();
        await checkAccessible(page, `the form of a token, ${name}`);
        await checkFits(page, `the form of a token, ${name}`);
        await shoot(page, `token-form-${name}`);
      }));
});
