// Customers: unknown ones with suggestions first, and the company of each connection.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { psas } from './psas.mjs';
import { notification, send } from './senders.mjs';
import { api, baseUrl, checkAccessible, checkFits, choose, dark, phone, shoot, withSignedIn } from './support.mjs';

const [psa] = psas;
const click = (page, name) => page.getByRole('button', { name, exact: true }).click();
const customers = async () => (await api('GET', '/v1/customers')).customers;
const unknown = async () => (await api('GET', '/v1/customers-unknown')).customers;

describe('customers', () => {
  let source;
  before(async () => {
    source = await api('POST', '/v1/sources', { name: 'customer-tests', preset: 'alertmanager' });
    await api('POST', '/v1/rules', { name: 'All', mode: 'on', conditions: {}, ticket: { connection: psa.plugin } });
    for (const customer of ['Acme Dental Ltd', 'Nobody knows it', 'Wrong name'])
      await send(source.url, notification({ alertname: 'DiskAlmostFull', severity: 'critical', customer }), source);
  });
  after(async () => {
    await api('DELETE', '/v1/rules/All');
    await api('DELETE', '/v1/sources/customer-tests');
    for (const { name } of await customers()) await api('DELETE', `/v1/customers/${encodeURIComponent(name)}`);
  });

  test('unknown customers come first; a suggestion is accepted with one click, and the ticket of the next event has the company', () =>
    withSignedIn('/customers', {}, async (page) => {
      const list = page.getByRole('region', { name: 'Unknown customers' });
      await list.getByText('Nobody knows it', { exact: true }).waitFor();
      await checkAccessible(page, 'unknown customers');
      await shoot(page, 'customers-unknown');
      await list
        .getByRole('button', { name: `Accept Acme Dental (${psa.plugin}) for Acme Dental Ltd` })
        .first()
        .click();
      await page.getByText(/^Acme Dental Ltd is Acme Dental/).waitFor();
      await page.getByRole('row', { name: /Acme Dental Ltd/ }).waitFor();
      const [customer] = await customers();
      assert.deepEqual(Object.keys(customer.companies), [psa.plugin]);
      const { events } = await send(
        source.url,
        notification({ alertname: 'Later', severity: 'critical', customer: 'Acme Dental Ltd' }),
        source,
      );
      const ticket = await api('GET', `/v1/tickets/${events[0].ticket}`);
      assert.equal(ticket.request.company, customer.companies[psa.plugin]);
    }));

  test('a company is chosen from the list of the PSA, and one is ignored', () =>
    withSignedIn('/customers', {}, async (page) => {
      await click(page, 'Choose the company of Nobody knows it');
      await choose(page, psa.plugin, 'Globex');
      await checkAccessible(page, 'a new customer');
      await shoot(page, 'customer-new');
      await click(page, 'Save');
      await page.getByRole('row', { name: /Nobody knows it/ }).waitFor();
      await click(page, 'Ignore Wrong name');
      await page.waitForFunction(
        () => document.getElementById('announcements').textContent === 'Wrong name is not listed any more.',
      );
      assert.deepEqual(await unknown(), []);
    }));

  test('names and ids are added and removed, and one that another customer has is marked', () =>
    withSignedIn('/customers', {}, async (page) => {
      await page.getByRole('link', { name: 'Nobody knows it' }).click();
      await click(page, 'Add a name or id');
      const added = page.getByRole('group', { name: 'Name or id' }).nth(1);
      await added.getByLabel('Source').selectOption('customer-tests');
      await added.getByRole('textbox').fill('Acme Dental Ltd');
      await click(page, 'Save');
      await page.locator('[aria-invalid="true"]').or(page.getByRole('alert')).first().waitFor();
      await added.getByLabel('Kind').selectOption('id');
      await added.getByRole('textbox').fill('27');
      await click(page, 'Save');
      await page.getByRole('row', { name: /id 27 in customer-tests/ }).waitFor();
    }));

  for (const [name, options] of [
    ['light', {}],
    ['dark', dark],
    ['phone', phone],
  ])
    test(`customers, ${name}`, () =>
      withSignedIn('/customers', options, async (page) => {
        for (const path of ['/customers', '/customers/Nobody%20knows%20it']) {
          await page.goto(`${baseUrl}/#${path}`);
          await page.waitForFunction(
            (hash) => location.hash === `#${hash}` && !document.querySelector('main[aria-busy], main [aria-busy]'),
            path,
          );
          await checkAccessible(page, `${path}, ${name}`);
          await checkFits(page, `${path}, ${name}`);
          await shoot(page, `customer${path.replaceAll('/', '-')}-${name}`);
        }
      }));
});
