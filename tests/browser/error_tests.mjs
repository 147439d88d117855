// Each error says what to do next, and no input is lost.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { paste, psas } from './psas.mjs';
import { api, changeTenant, checkAccessible, madeUp, shoot, ticketsIn, withSignedIn } from './support.mjs';

const [psa] = psas;
const bare = 'without-defaults';

/** The PSA has two companies of that name. */
async function secondGlobex() {
  const { result } = await api('GET', `/v1/connections/${bare}/choices/companies?query=globex`);
  return result.items.filter(({ label }) => label === 'Globex')[1].id;
}

async function chooseSecondGlobex(page) {
  await page.getByRole('combobox', { name: 'Company' }).fill('globex');
  await page.getByRole('option', { name: await secondGlobex() }).click();
  await page.keyboard.press('Tab'); // leaving the field changes nothing
}

describe('errors', () => {
  before(async () => {
    await api('PUT', `/v1/connections/${bare}`, {
      plugin: psa.plugin,
      configuration: {
        integrationCode: psa.sandbox.integrationCode,
        userName: psa.sandbox.user,
        secret: psa.sandbox.secret,
      },
    });
  });
  after(() => api('DELETE', `/v1/connections/${bare}`));

  const configure = async (page) => {
    await page.getByRole('link', { name: `Add another ${psa.name} connection` }).click();
    await page.getByRole('heading', { name: 'Configure' }).waitFor();
  };
  const click = (page, name) => page.getByRole('button', { name, exact: true }).click();
  const card = (page, name) => page.getByRole('article', { name: `${psa.name} ${name}` });

  test('a wrong secret is explained as the guide does', () =>
    withSignedIn('/integrations', {}, async (page) => {
      await configure(page);
      await paste(page, psa, { 'API Secret': 'not-the-secret-of-this-user' });
      await click(page, 'Test');
      await page.getByText(/\(401 Unauthorized\)/).waitFor();
      await page.getByText(/API user email or secret is wrong\. The email must end in @APIUSER\.com\./).waitFor();
      await page
        .getByText(/Then correct it under Configure and click Test/)
        .first()
        .waitFor();
      assert.equal(await page.getByLabel('API Secret').inputValue(), 'not-the-secret-of-this-user', 'it can be corrected');
      await checkAccessible(page, 'a failed test');
      await shoot(page, 'error-wrong-secret');
    }));

  test('errors of a field are shown beside it', () =>
    withSignedIn('/integrations', {}, async (page) => {
      await configure(page);
      await page.getByLabel('API User').fill('somebody@example.com');
      await click(page, 'Save');
      const field = page.getByLabel('Integration Code');
      await page.locator('#main [aria-invalid=true]').nth(2).waitFor();
      assert.equal(await field.getAttribute('aria-invalid'), 'true');
      assert.ok(await field.evaluate((input) => document.activeElement === input), 'the first wrong field has the focus');
      await page
        .getByText(/API User \(userName\) must be an email that ends in @APIUSER\.com/)
        .first()
        .waitFor();
      await checkAccessible(page, 'wrong fields');
      await shoot(page, 'error-fields');
    }));

  test('missing ticket defaults are named, before and after a ticket is sent', () =>
    withSignedIn('/integrations', {}, async (page) => {
      await card(page, bare).getByText('Ticket defaults are incomplete: Queue ID, Ticket Category ID').waitFor();
      await shoot(page, 'defaults-missing');
      await click(page, `Send test ticket: ${bare}`);
      await page.locator('form').getByRole('button', { name: 'Send test ticket' }).click();
      await page.getByText('Choose the company for the ticket.').waitFor();
      await page.getByRole('combobox', { name: 'Company' }).fill('acme');
      await page.getByRole('option', { name: 'Acme Dental' }).click();
      await page.locator('form').getByRole('button', { name: 'Send test ticket' }).click();
      await page
        .getByText(/Queue ID \(queue\) is required; set it in the ticket or in the connection's ticket defaults/)
        .first()
        .waitFor();
      await shoot(page, 'error-required-default');
    }));

  test('an unavailable list becomes a text field with the reason', () =>
    withSignedIn('/integrations', {}, async (page) => {
      const refusal = {
        ok: false,
        error: { status: 'permission', message: 'The role may not read queues.', hint: 'Grant it the right.' },
      };
      await page.route('**/choices/queues*', (route) => route.fulfill({ json: refusal, headers: madeUp }));
      await click(page, `Ticket defaults: ${bare}`);
      const queue = page.getByLabel('Queue ID');
      await queue.click();
      await page.getByText(/The list could not be loaded: The role may not read queues\. Grant it the right\./).waitFor();
      await queue.fill('8');
      await checkAccessible(page, 'a list that is missing');
      await shoot(page, 'error-choices');
      await click(page, 'Save');
      await page.getByText('Ticket defaults saved').waitFor();
      const { connections } = await api('GET', '/v1/connections');
      assert.equal(connections.find(({ name }) => name === bare).ticketDefaults.queue, '8');

      await page.unroute('**/choices/queues*');
      await click(page, 'Reload the list');
      await page.waitForFunction(
        (id) => document.getElementById(id).value === 'Monitoring Alert',
        await queue.getAttribute('id'),
      );
    }));

  test('unsaved changes need confirmation, for links and for the back button', () =>
    withSignedIn('/integrations', {}, async (page) => {
      await click(page, `Configure: ${bare}`);
      await page.getByLabel('Zone URL').fill('https://webservices6.autotask.net/');
      await page.getByRole('navigation').getByRole('link', { name: 'Tickets' }).click();
      await page.getByRole('dialog').getByRole('heading', { name: 'Leave without saving?' }).waitFor();
      await shoot(page, 'unsaved');
      await click(page, 'Stay');
      assert.equal(await page.getByLabel('Zone URL').inputValue(), 'https://webservices6.autotask.net/');
      await page.goBack();
      await click(page, 'Leave');
      await page.getByRole('heading', { name: 'Configure', exact: true }).waitFor({ state: 'detached' });
    }));

  test('a stored secret can be left blank, and is never shown', () =>
    withSignedIn(`/integrations/${bare}/configure`, {}, async (page) => {
      assert.equal(await page.getByLabel('API Secret').inputValue(), '');
      await page
        .getByText(/Stored; leave blank to keep it/)
        .first()
        .waitFor();
      await click(page, 'Test');
      await page.getByText(psa.sentence, { exact: true }).waitFor();
    }));

  test('while psa-host does not answer, the page says so, and it recovers afterwards', () =>
    withSignedIn(
      '/integrations',
      {},
      async (page) => {
        await click(page, `Configure: ${bare}`);
        await page.getByRole('heading', { name: 'Configure', exact: true }).waitFor();
        await page.route('**/v1/**', (route) => route.abort());
        await click(page, 'Test');
        await page.getByRole('alert').getByText('psa-host does not respond').waitFor();
        await page.getByRole('navigation').getByRole('link', { name: 'Audit' }).click();
        await page.getByText('No connection to psa-host').waitFor();
        await shoot(page, 'error-network');
        await page.unroute('**/v1/**');
        await page.getByRole('heading', { name: 'Audit' }).waitFor();
        await page.getByText('No connection to psa-host').waitFor({ state: 'detached' });
      },
      { networkErrors: true },
    ));

  test('a test ticket whose answer was lost is sent again under the same key', () =>
    withSignedIn(
      '/integrations',
      {},
      async (page) => {
        await api('PUT', `/v1/connections/${bare}`, { plugin: psa.plugin, ticketDefaults: { queue: '8', category: '3' } });
        const before = await ticketsIn(psa.sandbox);
        await page.route('**/v1/tickets', async (route) => {
          await route.fetch();
          await route.abort();
        });
        await click(page, `Send test ticket: ${bare}`);
        await chooseSecondGlobex(page);
        const send = page.locator('form').getByRole('button', { name: 'Send test ticket' });
        await send.click();
        await page.getByText('psa-host does not respond').waitFor();
        await page.unroute('**/v1/tickets');
        await send.click();
        await page.getByText(/^Ticket \S+ was created in /).waitFor();
        const created = (await ticketsIn(psa.sandbox)).slice(before.length);
        assert.equal(created.length, 1, 'there is one ticket');
        assert.equal(String(created[0].companyID), await secondGlobex(), 'for the one of two companies that was chosen');
      },
      { networkErrors: true },
    ));

  test('a connection that the PSA has locked out is shown as paused until a test passes', async () => {
    await changeTenant(psa.sandbox, { secret: 'changed-by-somebody-else' });
    const ticket = { connection: bare, company: 'Acme Dental', title: "Sent with yesterday's secret" };
    const { id, state } = await api('POST', '/v1/tickets', ticket, { Prefer: 'wait=20' });
    assert.equal(state, 'held');
    await withSignedIn('/health', {}, async (page) => {
      const health = page.getByRole('article', { name: `Health of ${bare}` });
      await health.getByText('Paused: credentials').waitFor();
      await health.getByRole('img', { name: /On hold 1/ }).waitFor();
      await shoot(page, 'health-paused');
      await page.getByRole('navigation').getByRole('link', { name: 'Integrations' }).click();
      await card(page, bare).getByText('Paused: credentials').waitFor();
      await checkAccessible(page, 'a paused connection');
      await shoot(page, 'paused');
      await changeTenant(psa.sandbox, { secret: psa.sandbox.secret });
      await click(page, `Test: ${bare}`);
      await card(page, bare).getByText(psa.sentence, { exact: true }).waitFor();
      await card(page, bare).getByText('Ready', { exact: true }).waitFor();
      await page.goto(`${page.url().split('#')[0]}#/tickets/${id}`);
      await page.getByText('The PSA has it.').waitFor(); // it waited, and is sent automatically
    });
  });

  test('a connection is removed only after confirmation', () =>
    withSignedIn('/integrations', {}, async (page) => {
      await api('PUT', '/v1/connections/to-be-removed', {
        plugin: psa.plugin,
        configuration: {
          integrationCode: 'x',
          userName: psa.sandbox.user,
          secret: 'x',
        },
      });
      await page.reload();
      await click(page, 'Remove: to-be-removed');
      await click(page, 'Cancel');
      await card(page, 'to-be-removed').waitFor();
      await click(page, 'Remove: to-be-removed');
      await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
      await card(page, 'to-be-removed').waitFor({ state: 'detached' });
    }));
});
