// Connections without their plugin, cleared values, dry runs, and lists between two times.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { psas } from './psas.mjs';
import { api, checkAccessible, checkFits, choose, madeUp, phone, shoot, ticketsIn, withSignedIn } from './support.mjs';

const [psa] = psas;
const click = (page, name) => page.getByRole('button', { name, exact: true }).click();

const connect = (name) =>
  api('PUT', `/v1/connections/${name}`, {
    plugin: psa.plugin,
    configuration: { integrationCode: 'x', userName: psa.sandbox.user, secret: 'x' },
  });

/** As if the plugin were not there. */
const withoutPlugin = (page) =>
  page.route('**/v1/plugins', async (route) => {
    const { plugins } = await (await route.fetch()).json();
    await route.fulfill({ headers: madeUp, json: { plugins: plugins.filter(({ id }) => id !== psa.plugin) } });
  });

const inputTime = (ms) => new Date(ms).toISOString().slice(0, 16); // the tests' browser uses UTC

describe('upkeep', () => {
  test('a connection without its plugin says what to do, and can be removed', async () => {
    await connect('orphan');
    for (const options of [{}, phone])
      await withSignedIn('/tickets', options, async (page) => {
        await withoutPlugin(page);
        await page.getByRole('navigation').getByRole('link', { name: 'Integrations' }).click();
        const card = page.getByRole('article', { name: 'orphan' });
        await card.getByText(/put the plugin back into a plugin folder/).waitFor();
        await checkAccessible(page, 'a connection without its plugin');
        await checkFits(page, 'a connection without its plugin');
        await shoot(page, options === phone ? 'orphan-phone' : 'orphan');
        await click(page, 'Remove: orphan');
        const dialog = page.getByRole('dialog');
        await dialog.getByRole('button', { name: options === phone ? 'Remove' : 'Cancel' }).click();
        await card.waitFor({ state: options === phone ? 'detached' : 'visible' });
      });
  });

  test('a connection whose plugin id matches two builds has its own card, which offers the builds', async () => {
    await connect('undecided');
    await withSignedIn('/tickets', {}, async (page) => {
      const other = `${psa.plugin}@99.0.0`;
      await page.route('**/v1/plugins', async (route) => {
        const answer = await (await route.fetch()).json();
        const plugin = answer.plugins.find(({ id }) => id === psa.plugin);
        answer.plugins.push({ ...plugin, version: '99.0.0', file: '/newer.so' });
        await route.fulfill({ headers: madeUp, json: answer });
      });
      await page.route(/\/v1\/plugins\/[^/]*99\.0\.0$/, async (route) => {
        const { plugins } = await api('GET', '/v1/plugins');
        const { version } = plugins.find(({ id }) => id === psa.plugin);
        const descriptor = await api('GET', `/v1/plugins/${psa.plugin}@${version}`);
        await route.fulfill({ headers: madeUp, json: { ...descriptor, version: '99.0.0' } });
      });
      let chosen = false;
      await page.route('**/v1/connections', async (route) => {
        const answer = await (await route.fetch()).json();
        const undecided = answer.connections.find(({ name }) => name === 'undecided');
        if (!chosen) {
          delete undecided.build;
          Object.assign(undecided, { state: 'broken', trouble: `"${psa.plugin}" matches 2 builds.` });
        }
        await route.fulfill({ headers: madeUp, json: answer });
      });
      await page.getByRole('navigation').getByRole('link', { name: 'Integrations' }).click();
      const card = page.getByRole('article', { name: `${psa.plugin} undecided` });
      await card.getByText(`"${psa.plugin}" matches 2 builds.`).waitFor();
      await checkAccessible(page, 'a connection that has to be told its build');
      await checkFits(page, 'a connection that has to be told its build');
      const [{ build }] = (await api('GET', '/v1/connections')).connections.filter(({ name }) => name === 'undecided');
      await click(page, `Use ${other}: undecided`);
      await card.getByRole('alert').getByText(/There is no plugin/).waitFor(); // it is fictitious, and so rejected
      chosen = true;
      const asked = page.waitForRequest((request) => request.method() === 'PUT');
      await click(page, `Use ${build}: undecided`);
      assert.deepEqual((await asked).postDataJSON(), { plugin: build });
      await page.getByRole('article', { name: `${psa.name} undecided` }).waitFor();
    });
    await api('DELETE', '/v1/connections/undecided');
  });

  test('a connection that still has tickets is not removed, and links to them', async () => {
    await connect('busy');
    await api('POST', '/v1/tickets', { connection: 'busy', title: 'Disk full', queue: '8', category: '3', company: '0' });
    await withSignedIn('/integrations', {}, async (page) => {
      await click(page, 'Remove: busy');
      await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
      await page
        .getByRole('alert')
        .getByText(/discard or link them first/)
        .waitFor();
      await page.getByRole('link', { name: 'Show its unfinished tickets' }).click();
      await page.waitForURL(/state=open&connection=busy/);
      await page.getByRole('link', { name: /^Ticket \d/ }).click();
      await click(page, 'Discard');
      await page.getByRole('dialog').getByLabel('Reason').fill('the connection is given up');
      await page.getByRole('dialog').getByRole('button', { name: 'Discard' }).click();
      await page.locator('.notice-title').getByText('Discarded', { exact: true }).waitFor();
    });
    await api('DELETE', '/v1/connections/busy');
  });

  test('a connection whose plugin crashes says so, and what to do', () =>
    withSignedIn('/tickets', {}, async (page) => {
      await page.route('**/v1/connections', async (route) => {
        const answer = await (await route.fetch()).json();
        for (const connection of answer.connections)
          Object.assign(connection, {
            state: 'paused',
            pause: 'plugin',
            pauseReason: 'The plugin crashed over different tickets.',
          });
        await route.fulfill({ headers: madeUp, json: answer });
      });
      await page.getByRole('navigation').getByRole('link', { name: 'Integrations' }).click();
      const card = page.getByRole('article', { name: `${psa.name} ${psa.plugin}` });
      await card.getByText('Paused: plugin crashes').waitFor();
      await card.getByText('The plugin crashed over different tickets.').waitFor();
      await card.getByText(/^It is retried automatically. Install an update/).waitFor();
      await checkAccessible(page, 'a plugin that crashes');
    }));

  test('a new connection cannot take the name of another', () =>
    withSignedIn(`/integrations/add/${psa.plugin}`, {}, async (page) => {
      await page.getByLabel('Connection name').fill(psa.plugin);
      for (const name of ['Test', 'Save']) {
        await click(page, name);
        await page
          .getByText(`There is a connection ${psa.plugin} already; change it, or choose another name.`)
          .waitFor();
      }
    }));

  test('a stored number or yes/no value is cleared by leaving it blank', () =>
    withSignedIn('/tickets', {}, async (page) => {
      await page.route(`**/v1/plugins/${psa.plugin}*`, async (route) => {
        const descriptor = await (await route.fetch()).json();
        Object.assign(descriptor.configuration.properties, {
          port: { type: 'integer', title: 'Port', description: 'Of the gateway.', blankMeans: '443', order: 8 },
          strict: { type: 'boolean', title: 'Strict', description: 'Be strict.', blankMeans: 'no', order: 9 },
        });
        await route.fulfill({ headers: madeUp, json: descriptor });
      });
      await page.route('**/v1/connections', async (route) => {
        const answer = await (await route.fetch()).json();
        for (const { configuration } of answer.connections) Object.assign(configuration, { port: 8443, strict: true });
        await route.fulfill({ headers: madeUp, json: answer });
      });
      await page.getByRole('navigation').getByRole('link', { name: 'Integrations' }).click();
      await click(page, `Configure: ${psa.plugin}`);
      assert.equal(await page.getByLabel('Port').inputValue(), '8443');
      await page.getByLabel('Port').fill('');
      await page.getByLabel('Strict').selectOption('—');
      const asked = page.waitForRequest((request) => request.method() === 'PUT');
      await page.route(`**/v1/connections/${psa.plugin}`, (route) => route.fulfill({ headers: madeUp, json: {} }));
      await click(page, 'Save');
      await click(page, 'Save anyway'); // nobody has tested this combination
      const { configuration } = (await asked).postDataJSON();
      assert.equal(configuration.port, null);
      assert.equal(configuration.strict, null);
      assert.ok(!('secret' in configuration), 'a secret that is blank stays');
    }));

  test('what would be sent is shown, and nothing is created', () =>
    withSignedIn(`/integrations/${psa.plugin}/test-ticket`, {}, async (page) => {
      const before = (await ticketsIn(psa.sandbox)).length;
      await click(page, 'Show what would be sent');
      await page.getByText('Choose the company for the ticket.').waitFor();
      await choose(page, 'Company', 'Acme Dental');
      await click(page, 'Show what would be sent');
      await page.getByText('This would be sent; nothing was created').waitFor();
      await page.getByText(/^POST https:\/\/\S+\/Tickets$/).waitFor();
      const text = await page.locator('main').textContent();
      assert.match(text, /"title": "Test ticket from psa-host/);
      for (const secret of [psa.sandbox.secret, psa.sandbox.integrationCode]) assert.ok(!text.includes(secret));
      await checkAccessible(page, 'what would be sent');
      await shoot(page, 'dry-run');
      assert.equal((await ticketsIn(psa.sandbox)).length, before);
      await page.route('**/v1/tickets?dryRun=true', async (route) => {
        const answer = await (await route.fetch()).json();
        const warnings = ['The title is longer than the 255 characters that the PSA holds and was clipped.'];
        await route.fulfill({ headers: madeUp, json: { ...answer, warnings } });
      });
      await click(page, 'Show what would be sent');
      await page.getByText('The title is longer than the 255 characters').waitFor();
      await checkAccessible(page, 'what would be sent, with a warning');
    }));

  test('tickets and audit entries are shown between two times', () =>
    withSignedIn('/tickets', {}, async (page) => {
      for (const [view, entry] of [
        ['Tickets', page.locator('tbody tr')],
        ['Audit', page.locator('.entry')],
      ]) {
        await page.getByRole('navigation').getByRole('link', { name: view }).click();
        await entry.first().waitFor();
        await page.getByLabel('Until').fill(inputTime(Date.now() - 86400000));
        await click(page, 'Show');
        await entry.first().waitFor({ state: 'detached' });
        await page.getByLabel('Until').fill(inputTime(Date.now() + 86400000));
        const from = inputTime(Date.now() - 86400000);
        await page.getByLabel('From').fill(from);
        await page.getByLabel('From').press('Enter');
        await entry.first().waitFor();
        assert.match(page.url(), /from=\d{4}-\d\d-\d\dT\d\d%3A\d\d%3A00\.000Z/, 'the address has it as UTC');
        await page.reload();
        await entry.first().waitFor();
        assert.equal(await page.getByLabel('From').inputValue(), from);
        await shoot(page, `between-${view.toLowerCase()}`);
      }
    }));

  test('times are in the time zone of the reader', () =>
    withSignedIn('/audit?from=2026-11-24T17:00:00.000Z', { timezoneId: 'Asia/Kolkata' }, async (page) => {
      assert.equal(await page.getByLabel('From').inputValue(), '2026-11-24T22:30');
    }));
});
