// How the page shows connections and waiting tickets, and what it asks before a change and says after it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { paste, psas } from './psas.mjs';
import { api, changeTenant, checkAccessible, checkFits, choose, phone, shoot, withSignedIn } from './support.mjs';

const [psa] = psas;
const name = 'state';
const wrongSecret = 'not-the-secret-of-this-user';
const credentials = {
  integrationCode: psa.sandbox.integrationCode,
  userName: psa.sandbox.user,
  secret: psa.sandbox.secret,
  zoneUrl: `https://webservices${psa.sandbox.zone}.autotask.net/ATServicesRest/`, // other connections have none: these are tested here
};
const defaults = { queue: '8', category: '3' };

const click = (page, label) => page.getByRole('button', { name: label, exact: true }).click();
const card = (page) => page.getByRole('article', { name: `${psa.name} ${name}` });
const badgeSays = (page, text) => card(page).locator('.badge').getByText(text, { exact: true }).waitFor();
const dialogs = (page) => page.getByRole('dialog').count();
const connect = (changes = {}, ticketDefaults = defaults) =>
  api('PUT', `/v1/connections/${name}`, {
    plugin: psa.plugin,
    configuration: { ...credentials, ...changes },
    ticketDefaults,
  });
const submit = (ticket) =>
  api('POST', '/v1/tickets', { connection: name, title: 'Disk full on SRV02', ...ticket }, { Prefer: 'wait=20' });

/** Ends a pause that the right secret is behind, and what was paused by it. */
async function mend() {
  await changeTenant(psa.sandbox, { secret: psa.sandbox.secret });
  await connect();
  const { ok } = await api('POST', `/v1/connections/${name}/test`);
  assert.ok(ok);
}

describe('states', () => {
  before(() => connect({ secret: `${psa.sandbox.secret}-of-yesterday` }));
  after(async () => {
    await mend();
    const { tickets } = await api('GET', `/v1/tickets?connection=${name}&state=held&state=ready`);
    for (const { id } of tickets) await api('POST', `/v1/tickets/${id}/discard`, {});
    await api('DELETE', `/v1/connections/${name}`);
  });

  test('a connection is Ready only after a test has passed with exactly these credentials', () =>
    withSignedIn('/integrations', {}, async (page) => {
      await badgeSays(page, 'Not tested');
      await card(page).getByText('These credentials were never tested').waitFor();
      await checkAccessible(page, 'a connection that was never tested');
      await shoot(page, 'state-untested');
      await connect();
      await page.reload();
      await badgeSays(page, 'Not tested');
      await click(page, `Test: ${name}`);
      await badgeSays(page, 'Ready');
      await page.getByRole('navigation').getByRole('link', { name: 'Health' }).click();
      await page.getByRole('article', { name: `Health of ${name}` }).getByText('Ready', { exact: true }).waitFor();
    }));

  test('a failed test is shown on the card, even after a reload, until one passes', () =>
    withSignedIn('/integrations', {}, async (page) => {
      await connect({ secret: wrongSecret });
      await page.reload();
      await badgeSays(page, 'Not tested'); // not the credentials that passed
      await click(page, `Test: ${name}`);
      await card(page).getByRole('alert').getByText(/\(401 Unauthorized\)/).waitFor();
      // does not end a pause by itself
      await api('PUT', `/v1/connections/${name}`, { plugin: psa.plugin, ticketDefaults: {} });
      await page.reload();
      await card(page).getByText(/\(401 Unauthorized\)/).first().waitFor();
      await shoot(page, 'state-failed');
      await mend();
      await page.reload();
      await badgeSays(page, 'Ready');
      assert.equal(await card(page).getByText(/401 Unauthorized/).count(), 0);
    }));

  test('a test that failed for another reason than the credentials is shown on the card too', async () => {
    await withSignedIn('/integrations', {}, async (page) => {
      await connect({ zoneUrl: 'https://webservices99.autotask.net' });
      await page.reload();
      await click(page, `Test: ${name}`);
      await card(page).getByRole('alert').waitFor();
      await page.reload();
      await badgeSays(page, 'Test failed');
      await card(page).getByText(/^The last test failed: /).waitFor();
      await checkAccessible(page, 'a test that failed');
      await shoot(page, 'state-test-failed');
      await connect();
      await page.reload();
      await badgeSays(page, 'Ready'); // these had passed before
    });
  });

  test('saving credentials that have not passed a test needs confirmation, and is reported', () =>
    withSignedIn(`/integrations/${name}/configure`, {}, async (page) => {
      await page.getByLabel('API Secret').fill(wrongSecret);
      await click(page, 'Save');
      await page.getByRole('dialog').getByText(/These values were never tested/).waitFor();
      await checkAccessible(page, 'the question before a save');
      await shoot(page, 'state-save-untested');
      await click(page, 'Back');
      assert.equal(await page.getByLabel('API Secret').inputValue(), wrongSecret);
      await click(page, 'Test');
      await page.getByText(/\(401 Unauthorized\)/).first().waitFor();
      await click(page, 'Save');
      await page.getByRole('dialog').getByText(/The test of these values failed/).waitFor();
      await click(page, 'Back');
      await paste(page, psa);
      await click(page, 'Test');
      await page.getByText(psa.sentence, { exact: true }).waitFor();
      await click(page, 'Save');
      await card(page).getByText(`${name} saved`).waitFor();
      assert.equal(await dialogs(page), 0);
      assert.match(page.url(), /#\/integrations$/);
      await badgeSays(page, 'Ready');
      await shoot(page, 'state-saved');
    }));

  test('a save without a test happens after confirmation', () =>
    withSignedIn(`/integrations/${name}/configure`, {}, async (page) => {
      // another address: secrets must be entered again
      await paste(page, psa, { 'Zone URL': 'https://webservices77.autotask.net/' });
      await click(page, 'Save');
      await click(page, 'Save anyway');
      await card(page).getByText(`${name} saved`).waitFor();
      await badgeSays(page, 'Not tested');
      await mend();
    }));

  test('closing a panel after a save confirms the save, and asks nothing', () =>
    withSignedIn(`/integrations/${name}/defaults`, {}, async (page) => {
      await choose(page, 'Queue ID', 'Level 2');
      await choose(page, 'Default company', 'Acme Dental');
      await click(page, 'Save');
      await page.getByText('Ticket defaults saved').waitFor();
      await click(page, 'Close');
      await page.getByRole('heading', { name: 'Ticket defaults' }).waitFor({ state: 'detached' });
      assert.equal(await dialogs(page), 0);
      await card(page).getByText('Ticket defaults saved').waitFor();
      await click(page, `Ticket defaults: ${name}`);
      await click(page, 'Close');
      await page.getByRole('heading', { name: 'Ticket defaults' }).waitFor({ state: 'detached' });
      assert.equal(await card(page).getByText('Ticket defaults saved').count(), 0, 'nothing was saved this time');
    }));

  test('the warning about a default company names the company, not its id', async () => {
    const { ticketDefaults } = await api('GET', `/v1/connections/${name}`);
    assert.match(ticketDefaults.company, /^\d+$/, 'the page has stored the id');
    const { id } = await submit({});
    await withSignedIn(`/tickets/${id}`, {}, async (page) => {
      await page.getByText("The ticket has no company; the connection's default company Acme Dental was used.").waitFor();
      await page.getByRole('navigation').getByRole('link', { name: 'Tickets' }).click();
      const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: `Ticket ${id}`, exact: true }) });
      await row.getByText('Acme Dental').waitFor();
    });
  });

  test('every view names paused connections, and a waiting ticket shows its reason and since when', async () => {
    await changeTenant(psa.sandbox, { secret: 'changed-by-somebody-else' });
    const first = await submit({ title: 'Backup failed' });
    assert.equal(first.state, 'held');
    const second = await submit({ title: 'Disk full' });
    for (const options of [{}, phone])
      await withSignedIn('/tickets', options, async (page) => {
        const banner = page.locator('#banner');
        await banner.getByText(new RegExp(`^${name}: credentials, since \\d\\d:\\d\\d$`)).waitFor();
        for (const { id } of [first, second])
          await page
            .getByRole('row')
            .filter({ has: page.getByRole('link', { name: `Ticket ${id}`, exact: true }) })
            .getByText(/^The PSA does not accept the credentials since \d\d:\d\d$/)
            .waitFor();
        await checkFits(page, 'tickets that wait');
        await checkAccessible(page, 'tickets that wait');
        await shoot(page, options === phone ? 'state-waiting-phone' : 'state-waiting');
        await page.getByRole('link', { name: `Ticket ${second.id}`, exact: true }).click();
        await page.getByRole('heading', { name: `Ticket ${second.id}`, exact: true }).waitFor();
        await page.getByText(/^The PSA does not accept the credentials since \d\d:\d\d$/).waitFor();
        assert.equal(await page.getByText(/^Stored;/).count(), 0);
        await banner.getByText(`${name}: credentials`).waitFor();
        await shoot(page, options === phone ? 'state-waiting-ticket-phone' : 'state-waiting-ticket');
        await page.getByRole('navigation').getByRole('link', { name: 'Health' }).click();
        await page.getByRole('article', { name: `Health of ${name}` }).getByText('Paused: credentials').waitFor();
        await checkFits(page, 'the health of a paused connection');
        await shoot(page, options === phone ? 'state-health-phone' : 'state-health');
      });
    await withSignedIn('/integrations', {}, async (page) => {
      await changeTenant(psa.sandbox, { secret: psa.sandbox.secret });
      await page.locator('#banner').getByText(`${name}: credentials`).waitFor();
      await click(page, `Test: ${name}`);
      await page.locator('#banner').getByText(`${name}: credentials`).waitFor({ state: 'detached' });
      await page.goto(`${page.url().split('#')[0]}#/tickets/${second.id}`);
      await page.getByText('The PSA has it.').waitFor();
    });
  });

  test('Back asks once about unsaved changes, however often it is pressed', () =>
    withSignedIn('/tickets', {}, async (page) => {
      const link = (label) => page.getByRole('navigation').getByRole('link', { name: label });
      await link('Audit').click();
      await page.getByRole('heading', { name: 'Audit' }).waitFor();
      await link('Integrations').click();
      await click(page, `Configure: ${name}`);
      const field = page.getByLabel('Zone URL');
      await field.fill('https://webservices6.autotask.net/');
      await page.goBack();
      await page.getByRole('heading', { name: 'Leave without saving?' }).waitFor();
      for (let i = 0; i < 3; ++i) {
        await page.evaluate(() => history.back());
        await page.waitForFunction(() => location.hash.endsWith('/configure'));
      }
      assert.equal(await dialogs(page), 1);
      await click(page, 'Stay');
      assert.equal(await dialogs(page), 0);
      assert.match(page.url(), /configure$/);
      assert.equal(await field.inputValue(), 'https://webservices6.autotask.net/');
      await page.goBack();
      await click(page, 'Leave');
      await page.waitForURL(/#\/integrations$/);
      assert.equal(await dialogs(page), 0);
      await page.goBack();
      await page.getByRole('heading', { name: 'Audit' }).waitFor();
      assert.equal(await dialogs(page), 0, 'there is nothing left to ask');
    }));
});
