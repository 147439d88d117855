// A new user: from a connection to a ticket that is resolved, on the page only and without a line of JSON or jq.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { psas } from './psas.mjs';
import { notification, send } from './senders.mjs';
import { api, shoot, withSignedIn } from './support.mjs';
import { stepCounter } from './steps.mjs';

const [psa] = psas;
const mostSteps = 20;
const alert = (options) =>
  notification(
    { alertname: 'MailServerDown', severity: 'critical', customer: 'Acme Dental', host: 'mail-01' },
    { annotations: { summary: 'Mail server mail-01 is down' }, group: 'new-user', ...options },
  );

const removeAll = async (kind) => {
  for (const { name } of (await api('GET', `/v1/${kind}`))[kind]) await api('DELETE', `/v1/${kind}/${encodeURIComponent(name)}`);
};

before(() => removeAll('rules'));
after(async () => {
  for (const kind of ['rules', 'sources', 'customers']) await removeAll(kind);
});

test('a new user connects a source, tries a rule of the library, turns it on, and sees its ticket made and resolved', () =>
  withSignedIn('/integrations', { permissions: ['clipboard-read', 'clipboard-write'] }, async (page) => {
    const { begin, step, steps, report } = stepCounter();
    const click = (name) => step(`click ${name}`, () => page.getByRole('button', { name, exact: true }).click());
    const follow = (name) => step(`click ${name}`, () => page.getByRole('link', { name, exact: true }).click());
    begin();
    await follow('Sources');
    await click('Add a source');
    await follow('Prometheus Alertmanager');
    await click('Save');
    await click('Copy: Token');
    const token = await page.evaluate(() => navigator.clipboard.readText());
    const url = await page.locator('.copy-text').filter({ hasText: '/v1/hooks/' }).first().textContent();
    await send(url, alert(), { token }); // Alertmanager, configured with the text from the page
    await page.locator('.notice-title', { hasText: 'The first delivery has arrived' }).waitFor();
    await shoot(page, 'new-user-1-source');

    await follow('add a rule from the library');
    await step('choose the rule', () => page.getByRole('link', { name: /Critical alert/ }).click());
    await step('choose the connection', () => page.getByLabel('Connection').selectOption(psa.plugin));
    await click('Add in dry run');
    await page.getByText(/it matches 1 problem, and would have made 1 ticket/).waitFor();
    await step('look at what it would have done', () =>
      page.getByRole('region', { name: 'Preview' }).locator('summary', { hasText: 'Mail server' }).click(),
    );
    await shoot(page, 'new-user-2-dry-run');
    const name = await page.getByRole('heading', { level: 1 }).textContent();
    await click(`Turn on: ${name}`);
    await step('confirm', () => page.getByRole('dialog').getByRole('button', { name: 'Turn on' }).click());
    await page.getByText(`${name}: on`, { exact: true }).waitFor();

    await send(url, alert({ group: 'new-user-2' }), { token }); // a customer that psa-host does not know yet
    await follow('Customers');
    await step('accept the suggested company', () =>
      page
        .getByRole('button', { name: /^Accept Acme Dental/ })
        .first()
        .click(),
    );
    await page.getByText(/^Acme Dental is /).waitFor();

    const { events } = await send(url, alert({ group: 'new-user-3' }), { token });
    await step('click Tickets', () => page.getByRole('navigation').getByRole('link', { name: /^Tickets/ }).click()); // may have a number
    await step('open the ticket', () => page.getByRole('link', { name: `Ticket ${events[0].ticket}`, exact: true }).click());
    await page.getByText('The PSA has it.').waitFor();
    await shoot(page, 'new-user-3-ticket');
    await send(url, alert({ group: 'new-user-3', status: 'resolved' }), { token });
    await page.getByRole('region', { name: 'Where it comes from' }).getByText('recovery').waitFor();
    await page.getByRole('listitem', { name: 'Resolve: status, Done' }).waitFor({ timeout: 30000 });
    await shoot(page, 'new-user-4-resolved');
    report('a new user, from the first click to a resolved ticket');
    assert.ok(steps() <= mostSteps, `at most ${mostSteps} steps`);
  }));
