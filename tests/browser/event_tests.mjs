// Events: the list with its filters, one event with its decision and its problem, the ticket's origin, and Notify.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { psas } from './psas.mjs';
import { notification, send } from './senders.mjs';
import { api, baseUrl, checkAccessible, checkFits, dark, phone, shoot, withSignedIn } from './support.mjs';

const [psa] = psas;
const rows = (page) => page.locator('table.events tbody tr');
const removeRules = async () => {
  for (const { name } of (await api('GET', '/v1/rules')).rules) await api('DELETE', `/v1/rules/${encodeURIComponent(name)}`);
};

describe('events', () => {
  let source;
  let problem;
  before(async () => {
    await removeRules();
    source = await api('POST', '/v1/sources', { name: 'event-tests', preset: 'alertmanager' });
    await api('POST', '/v1/rules', {
      name: 'In dry run',
      conditions: { all: ['alertname="Filtered"'] },
      ticket: { connection: psa.plugin },
    });
    await api('POST', '/v1/rules', {
      name: 'On',
      mode: 'on',
      conditions: { all: ['alertname="Ticketed"'] },
      ticket: { connection: psa.plugin, unknownCustomer: { company: 'Acme Dental' } },
    });
    const ticketed = notification(
      { alertname: 'Ticketed', severity: 'critical', customer: 'Fjordline Ltd' },
      { group: 'events', annotations: { summary: 'Link to Oslo is down' } },
    );
    [problem] = (await send(source.url, ticketed, source)).events;
    await send(source.url, notification({ alertname: 'Filtered', severity: 'low' }), source);
    await send(source.url, notification({ alertname: 'Untaken', severity: 'low' }), source);
  });
  after(async () => {
    await removeRules();
    await api('DELETE', '/v1/sources/event-tests');
  });

  test('the list is filtered and searched, shows a new event by itself, and leads to the event', () =>
    withSignedIn('/events?source=event-tests', {}, async (page) => {
      await rows(page).nth(2).waitFor();
      await checkAccessible(page, 'the list of events');
      await shoot(page, 'events');
      await page.getByLabel('Decision').selectOption('no_rule');
      await page.waitForFunction(() => document.querySelectorAll('table.events tbody tr').length === 1);
      await rows(page).getByText('Untaken').waitFor();
      await page.getByLabel('Decision').selectOption('');
      await rows(page).nth(2).waitFor();
      await page.getByLabel('Search').fill('oslo');
      await page.waitForFunction(() => document.querySelectorAll('table.events tbody tr').length === 1);
      await page.getByLabel('Search').fill('');
      await rows(page).nth(2).waitFor();
      await send(source.url, notification({ alertname: 'JustNow', severity: 'high' }), source);
      await rows(page).getByText('JustNow').waitFor();
      await page.getByRole('link', { name: `Event ${problem.id}`, exact: true }).click();
      await page.getByRole('heading', { level: 1, name: `Event ${problem.id}` }).waitFor();
    }));

  test('an event says why it became a ticket, and its problem follows what happens until the end', () =>
    withSignedIn(`/events/${problem.id}`, {}, async (page) => {
      const decision = page.getByRole('region', { name: 'Decision' });
      await decision.getByRole('link', { name: 'On', exact: true }).waitFor();
      await decision
        .getByText(/alertname/)
        .first()
        .waitFor();
      const state = page.getByRole('region', { name: 'Problem' });
      await state.getByText('Lasting').waitFor();
      await checkAccessible(page, 'an event');
      await shoot(page, 'event');
      const over = notification(
        { alertname: 'Ticketed', severity: 'critical', customer: 'Fjordline Ltd' },
        { group: 'events', status: 'resolved' },
      );
      await send(source.url, over, source);
      await state.locator('.ticket-head').getByText('Over').waitFor();
      await state
        .getByRole('link', { name: `Ticket ${problem.ticket}` })
        .first()
        .waitFor();
    }));

  test('a rule in dry run is shown with the ticket that it would have made', () =>
    withSignedIn('/events?q=Filtered&source=event-tests', {}, async (page) => {
      await rows(page).getByRole('link').first().click();
      await page.getByText('would have made this ticket:').waitFor();
      await page.getByRole('heading', { name: 'Rules in dry run' }).waitFor();
      await shoot(page, 'event-dry-run');
    }));

  test('a ticket shows where it comes from', () =>
    withSignedIn(`/tickets/${problem.ticket}`, {}, async (page) => {
      const origin = page.getByRole('region', { name: 'Where it comes from' });
      await origin.getByRole('link', { name: 'event-tests' }).waitFor();
      await origin.getByRole('link', { name: 'On', exact: true }).waitFor();
      await origin.getByRole('link', { name: 'Link to Oslo is down' }).first().waitFor();
      await checkAccessible(page, 'a ticket with its origin');
      await shoot(page, 'ticket-origin');
    }));

  test('Notify is set on the health page, and a test message that nobody takes says why', () =>
    withSignedIn('/health', {}, async (page) => {
      const panel = page.getByRole('region', { name: 'Notify' });
      await panel.getByLabel('Webhook').fill('not a URL');
      await panel.getByRole('button', { name: 'Save' }).click();
      await panel.locator('[aria-invalid="true"]').waitFor();
      await checkAccessible(page, 'a wrong webhook');
      await shoot(page, 'notify-wrong');
      await panel.getByLabel('Webhook').fill('https://hooks.invalid/notify');
      await panel.getByRole('button', { name: 'Save' }).click();
      await panel.getByText('The webhook is saved').waitFor();
      assert.match((await api('GET', '/v1/notify')).webhook, /^https:\/\/hooks\.invalid\b/); // its path may be a secret
      await panel.getByRole('button', { name: 'Send a test message' }).click();
      await panel.getByText('The test message could not be sent').waitFor();
      await panel.getByLabel('Webhook').fill('');
      await panel.getByRole('button', { name: 'Save' }).click();
      await panel.getByText('The setting is saved: no webhook').waitFor();
      assert.equal((await api('GET', '/v1/notify')).webhook, null);
    }));

  for (const [name, options] of [
    ['light', {}],
    ['dark', dark],
    ['phone', phone],
  ])
    test(`events, ${name}`, () =>
      withSignedIn('/events', options, async (page) => {
        for (const path of ['/events', `/events/${problem.id}`, '/health', '/events?decision=storm']) {
          await page.goto(`${baseUrl}/#${path}`);
          await page.waitForFunction(
            (hash) => location.hash === `#${hash}` && !document.querySelector('main[aria-busy], main [aria-busy]'),
            path,
          );
          await checkAccessible(page, `${path}, ${name}`);
          await checkFits(page, `${path}, ${name}`);
          await shoot(page, `event${path.replaceAll(/[/?=]/g, '-')}-${name}`);
        }
      }));
});
