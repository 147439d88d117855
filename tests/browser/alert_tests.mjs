// Alerts: the settings on a connection's card apply to Alertmanager's notifications.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { psas } from './psas.mjs';
import {
  api,
  baseUrl,
  checkAccessible,
  checkFits,
  choose,
  dark,
  phone,
  shoot,
  ticketsIn,
  withSignedIn,
} from './support.mjs';

const [psa] = psas;
const path = `/integrations/${psa.plugin}/alerts`;
const click = (page, name) => page.getByRole('button', { name, exact: true }).click();
const row = (page, name) => page.getByRole('region', { name, exact: true });

async function addField(page, name) {
  await page.getByLabel('Field of the ticket').selectOption(name);
  await click(page, 'Add');
  await row(page, name).waitFor();
}

const notification = (labels) => ({
  version: '4',
  status: 'firing',
  groupKey: `{}:{alertname="${labels.alertname}"}`,
  groupLabels: { alertname: labels.alertname },
  commonLabels: labels,
  commonAnnotations: {},
  alerts: [{ status: 'firing', labels, annotations: {}, startsAt: '2026-11-25T10:00:00Z', fingerprint: 'aa11' }],
});

describe('alerts', () => {
  after(() => api('PUT', `/v1/connections/${psa.plugin}/alerts`, {}));

  test('labels are mapped on the card, and a ticket uses the mapping', () =>
    withSignedIn('/integrations', { permissions: ['clipboard-read', 'clipboard-write'] }, async (page) => {
      await click(page, `Alerts: ${psa.plugin}`);
      await page.getByRole('heading', { name: 'Alerts', exact: true }).waitFor();
      await addField(page, 'Priority');
      await row(page, 'Priority').getByLabel('From').fill('severity');
      await row(page, 'Priority').getByLabel('Values').fill('critical = Critical\nwarning = Medium');
      await addField(page, 'Company');
      await row(page, 'Company').getByLabel('From').fill('label:customer\nannotation:customer');
      await choose(page, 'Default', 'Acme Dental', row(page, 'Company'));
      await checkAccessible(page, 'a mapping of alerts');
      await shoot(page, 'alerts-mapped');
      await click(page, 'Save');
      await page.getByText('Alert mapping saved').waitFor();

      const { fields } = await api('GET', `/v1/connections/${psa.plugin}/alerts`);
      assert.deepEqual(fields.priority, {
        from: ['label:severity'],
        values: { critical: 'Critical', warning: 'Medium' },
      });
      assert.deepEqual(fields.company.from, ['label:customer', 'annotation:customer']);

      await click(page, 'Copy: Webhook URL');
      const address = await page.evaluate(() => navigator.clipboard.readText());
      assert.equal(address, `${baseUrl}/v1/hooks/alertmanager/${psa.plugin}`);
      await click(page, 'Copy: Alertmanager receiver');
      const snippet = await page.evaluate(() => navigator.clipboard.readText());
      assert.ok(snippet.includes(`- url: ${address}`) && snippet.includes('send_resolved: true'), snippet);

      const before = (await ticketsIn(psa.sandbox)).length;
      const labels = { alertname: 'MappedOnThePage', severity: 'critical' };
      const { ticket } = await api('POST', new URL(address).pathname, notification(labels));
      await page.goto(`${baseUrl}/#/tickets/${ticket}`);
      await page.getByText('The PSA has it.').waitFor();
      assert.equal((await ticketsIn(psa.sandbox)).length, before + 1);
      const { request } = await api('GET', `/v1/tickets/${ticket}`);
      assert.equal(request.priority, 'Critical');
      assert.equal(request.company, fields.company.default);
    }));

  test('stored settings are shown again and can be removed, and unsaved changes need confirmation', () =>
    withSignedIn(path, {}, async (page) => {
      await api('PUT', `/v1/connections/${psa.plugin}/alerts`, {
        fields: { title: { from: ['annotation:summary'] }, company: { default: 'Acme Dental' } },
        resolvedAfterMinutes: 360,
      });
      await page.reload();
      assert.equal(await row(page, 'Title').getByLabel('From').inputValue(), 'annotation:summary');
      assert.equal(await page.getByLabel(/Treat as resolved after/).inputValue(), '360');
      await page.getByText(/send_resolved: false/).waitFor();
      await click(page, 'Remove: Title');
      await row(page, 'Title').waitFor({ state: 'detached' });
      await page.getByRole('navigation').getByRole('link', { name: 'Tickets' }).click();
      await page.getByRole('heading', { name: 'Leave without saving?' }).waitFor();
      await click(page, 'Stay');
      await click(page, 'Save');
      await page.getByText('Alert mapping saved').waitFor();
      const { fields } = await api('GET', `/v1/connections/${psa.plugin}/alerts`);
      assert.deepEqual(Object.keys(fields), ['company']);
    }));

  test('errors are shown beside their field', () =>
    withSignedIn(path, {}, async (page) => {
      await addField(page, 'Queue ID');
      await row(page, 'Queue ID').getByLabel('From').fill('label:team\nlabels:team');
      await click(page, 'Save');
      await page.getByText('Queue ID: line 2 must begin with "label:" or "annotation:".').waitFor();
      await row(page, 'Queue ID').getByLabel('From').fill('');
      await click(page, 'Save');
      await page.getByText('Queue ID: must have "from" or "default".').waitFor();
      await row(page, 'Queue ID').getByLabel('From').fill('team');
      const silence = page.getByLabel(/Treat as resolved after/);
      await silence.fill('an hour');
      await click(page, 'Save');
      await page.getByText('Treat as resolved after: is not an integer.').waitFor();
      assert.equal(await silence.getAttribute('aria-invalid'), 'true');
      await checkAccessible(page, 'alert settings that are wrong');
      await shoot(page, 'alerts-wrong');
    }));

  for (const [name, options] of [
    ['dark', dark],
    ['phone', phone],
  ])
    test(`a mapping of alerts, ${name}`, () =>
      withSignedIn(path, options, async (page) => {
        await addField(page, 'Priority');
        await checkAccessible(page, `a mapping of alerts, ${name}`);
        await checkFits(page, `a mapping of alerts, ${name}`);
        await shoot(page, `alerts-mapped-${name}`);
      }));
});
