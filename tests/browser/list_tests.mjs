// The list of tickets for those who have many: search, sort, export, the keyboard, and many settled at once.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { psas } from './psas.mjs';
import { api, checkAccessible, checkFits, dark, phone, shoot, ticketsIn, withSignedIn } from './support.mjs';

const [psa] = psas;
const many = 40;
const click = (page, name) => page.getByRole('button', { name, exact: true }).click();
const rows = (page) => page.locator('tbody tr');
const link = (page, id) => page.getByRole('link', { name: `Ticket ${id}`, exact: true });
const dialog = (page) => page.getByRole('dialog');
const selected = (page) => page.getByRole('region', { name: 'Selected tickets' });
const submit = (ticket) => api('POST', '/v1/tickets', { connection: psa.plugin, ...ticket }, { Prefer: 'wait=20' });
const stateOf = async (id) => (await api('GET', `/v1/tickets/${id}`)).state;

/** Tickets that stay, all for the same reason. */
async function stuck(count, company, title) {
  const made = [];
  for (let i = 0; i < count; i += 10) {
    const next = Array.from({ length: Math.min(10, count - i) }, (_, k) => submit({ title: `${title} ${i + k}`, company }));
    made.push(...(await Promise.all(next)));
  }
  for (const { state, reason } of made) assert.equal(state, 'needs_review', reason);
  return made.map(({ id }) => id).sort((a, b) => a - b);
}

/** Until the list shows exactly these tickets, in this order if `inOrder`. */
const lists = (page, ids, { inOrder = false } = {}) =>
  page.waitForFunction(
    ([wanted, ordered]) => {
      const found = [...document.querySelectorAll('tbody th a')].map(({ textContent }) => Number(textContent.slice(7)));
      return JSON.stringify(ordered ? found : found.sort((a, b) => a - b)) === JSON.stringify(wanted);
    },
    [inOrder ? ids : [...ids].sort((a, b) => a - b), inOrder],
  );

describe('the list of tickets', () => {
  let alpha;
  let beta;
  before(async () => {
    alpha = (await submit({ title: 'Zebra printer jams', company: 'Acme Dental' })).id;
    beta = (await submit({ title: '=Zebra printer is out of ink', company: 'Globex' })).id; // ambiguous, so it stays
  });

  test('a search is applied while typing, is in the address, and is there again after a ticket was opened', () =>
    withSignedIn('/tickets', {}, async (page) => {
      const search = page.getByLabel('Search');
      await search.pressSequentially('zebra printer', { delay: 40 });
      await lists(page, [alpha, beta]);
      assert.equal(await search.inputValue(), 'zebra printer', 'no key was lost');
      assert.ok(await search.evaluate((input) => document.activeElement === input), 'the field keeps the focus');
      assert.match(page.url(), /q=zebra\+printer/);
      assert.equal(await page.locator('#announcements').textContent(), '2 tickets listed');
      await page.getByLabel('State').selectOption('Needs review');
      await lists(page, [beta]);
      await checkAccessible(page, 'a search');
      await shoot(page, 'list-search');
      await link(page, beta).click();
      await page.getByRole('link', { name: '← Tickets' }).click();
      await lists(page, [beta]);
      assert.equal(await page.getByLabel('Search').inputValue(), 'zebra printer');
      assert.equal(await page.evaluate(() => document.activeElement.textContent), `Ticket ${beta}`, 'its row has the focus');
      await page.getByRole('navigation').getByRole('link', { name: 'Health' }).click();
      await page.getByRole('heading', { name: 'Health', exact: true }).waitFor();
      await page.getByRole('navigation').getByRole('link', { name: /^Tickets/ }).click();
      await lists(page, [beta]);
      await page.getByRole('navigation').getByRole('link', { name: /^Tickets/ }).click(); // once more: all of them
      await page.waitForFunction(() => document.querySelectorAll('tbody tr').length > 2);
      await page.getByLabel('Search').fill('no ticket has this');
      await page.locator('.notice-title').getByText('No matching tickets').waitFor();
    }));

  test('columns sort what is listed, in both ways', () =>
    withSignedIn('/tickets?q=zebra', {}, async (page) => {
      await lists(page, [beta, alpha], { inOrder: true }); // newest first
      await click(page, 'Company');
      await lists(page, [alpha, beta], { inOrder: true });
      assert.equal(await page.getByRole('columnheader', { name: 'Company' }).getAttribute('aria-sort'), 'ascending');
      assert.ok(await page.evaluate(() => document.activeElement.dataset.sort === 'company'), 'the button keeps the focus');
      await click(page, 'Company');
      await lists(page, [beta, alpha], { inOrder: true });
      assert.match(page.url(), /sort=-company/);
      await click(page, 'Company');
      await click(page, 'Ticket');
      await lists(page, [alpha, beta], { inOrder: true });
      await checkAccessible(page, 'a sorted list');
      await page.reload();
      await lists(page, [alpha, beta], { inOrder: true });
    }));

  test('the export has every ticket that is found, and no text is a formula', () =>
    withSignedIn('/tickets?q=zebra', {}, async (page) => {
      await lists(page, [alpha, beta]);
      const downloading = page.waitForEvent('download');
      await click(page, 'Export CSV');
      const file = await downloading;
      assert.match(file.suggestedFilename(), /^tickets-\d{4}-\d\d-\d\d\.csv$/);
      const text = readFileSync(await file.path(), 'utf8');
      await page.getByText('2 tickets exported').waitFor();
      const lines = text.replace(/^\ufeff/, '').split('\r\n');
      assert.match(lines[0], /^Ticket,Title,State,Code,Reason,Connection,Company,/);
      assert.equal(lines.length, 4, 'a line for each, and an end of line after the last');
      assert.ok(lines[1].startsWith(`${beta},'=Zebra printer is out of ink,needs_review,`), lines[1]);
      assert.match(lines[1], /"[^"]*""Globex""/, 'quotes are doubled');
      assert.ok(lines[2].startsWith(`${alpha},Zebra printer jams,done,`), lines[2]);
    }));

  test('the list is worked through with the keyboard alone', () =>
    withSignedIn('/tickets?q=zebra', {}, async (page) => {
      await lists(page, [alpha, beta]);
      const focused = () => page.evaluate(() => document.activeElement.textContent);
      await page.keyboard.press('j');
      assert.equal(await focused(), `Ticket ${beta}`);
      assert.notEqual(await link(page, beta).evaluate((element) => getComputedStyle(element).outlineStyle), 'none', 'the focus is visible');
      await page.keyboard.press('ArrowDown');
      assert.equal(await focused(), `Ticket ${alpha}`);
      await page.keyboard.press('k');
      await page.keyboard.press('x');
      await selected(page).getByText('1 ticket selected').waitFor();
      await checkAccessible(page, 'a selected ticket');
      await shoot(page, 'list-selected');
      await page.keyboard.press('x');
      await selected(page).waitFor({ state: 'hidden' });
      await page.keyboard.press('/');
      await page.keyboard.press('End');
      await page.keyboard.type(' jx?k/');
      assert.equal(await page.getByLabel('Search').inputValue(), 'zebra jx?k/', 'in a field, keys are only text');
      assert.equal(await dialog(page).count(), 0);
      await page.getByLabel('Search').fill('zebra');
      await lists(page, [alpha, beta]);
      await page.getByRole('heading', { name: 'Tickets', exact: true }).click();
      await page.keyboard.press('?');
      await dialog(page).getByText('Previous row').waitFor();
      await checkAccessible(page, 'the keys');
      await shoot(page, 'list-keys');
      await page.keyboard.press('Escape');
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: `Ticket ${beta}`, exact: true }).waitFor();
    }));

  test('single letters can be switched off', () =>
    withSignedIn('/tickets?q=zebra', {}, async (page) => {
      await lists(page, [alpha, beta]);
      await click(page, 'Keys');
      await page.getByLabel('Use single letters as keys in this browser').uncheck();
      await dialog(page).getByRole('button', { name: 'Close' }).click();
      await page.keyboard.press('x');
      await page.keyboard.press('j');
      assert.doesNotMatch(await page.evaluate(() => document.activeElement.textContent), /^Ticket/);
    }));

  for (const [name, options] of [
    ['dark', dark],
    ['phone', phone],
  ])
    test(`a list with a selection, ${name}`, () =>
      withSignedIn('/tickets?q=zebra', options, async (page) => {
        await page.getByLabel(`Select ticket ${beta}`).check();
        await selected(page).getByText('1 ticket selected').waitFor();
        await checkAccessible(page, `a list with a selection, ${name}`);
        await checkFits(page, `a list with a selection, ${name}`);
        await shoot(page, `list-selected-${name}`);
      }));
});

describe('many tickets at once', () => {
  test(`${many} tickets with one unknown company are mended in at most 6 actions`, async () => {
    const ids = await stuck(many, 'Initech Holding', 'Disk full on PC');
    const other = await stuck(1, 'Quite another company', 'Disk full on PC');
    const before = (await ticketsIn(psa.sandbox)).length;
    const did = [];
    const step = async (name, act) => {
      did.push(name);
      await act();
    };
    await withSignedIn('/integrations', {}, async (page) => {
      await step('click Tickets', () => page.getByRole('navigation').getByRole('link', { name: /^Tickets/ }).click());
      await step('open one of them', () => link(page, ids[many - 1]).click());
      await page.getByText(`${many} tickets like this one`).waitFor();
      await checkAccessible(page, 'a ticket with many like it');
      await shoot(page, 'alike');
      const company = page.getByRole('combobox', { name: 'Company' });
      await step('open the list of companies', () => company.click());
      await step('choose the company', () => page.getByRole('option', { name: 'Acme Dental' }).first().click());
      await step('click Save and retry all', () => click(page, `Save and retry all ${many}`));
      await dialog(page).getByText(`${many} tickets with exactly the same reason`).waitFor();
      await checkAccessible(page, 'the question before many are retried');
      await shoot(page, 'alike-question');
      await step('confirm', () => dialog(page).getByRole('button', { name: 'Retry' }).click());
      await page.getByText(`${many} tickets will be sent again`).waitFor();
      await shoot(page, 'alike-done');
    });
    console.log(`${many} tickets mended in ${did.length} actions (${did.join(', ')})`);
    assert.ok(did.length <= 6, did.join(', '));
    const open = async () => (await api('GET', `/v1/tickets?connection=${psa.plugin}&state=open&limit=1000`)).tickets;
    for (let tries = 0; (await open()).some(({ id }) => ids.includes(id)); ++tries) {
      assert.ok(tries < 120, 'they are sent');
      await new Promise((resolve) => {
        setTimeout(resolve, 500);
      });
    }
    for (const id of ids) assert.equal(await stateOf(id), 'done');
    assert.equal(await stateOf(other[0]), 'needs_review', 'another company is another matter');
    const created = (await ticketsIn(psa.sandbox)).slice(before);
    assert.equal(created.length, many);
    assert.equal(new Set(created.map(({ companyID }) => companyID)).size, 1);
  });

  test('a filter by reason, and the selection of all that are listed, settle them with one confirmation', async () => {
    const ids = await stuck(3, 'Umbrella Retired', 'Router unreachable');
    await withSignedIn('/tickets?q=router+unreachable', {}, async (page) => {
      await lists(page, ids);
      const { code } = await api('GET', `/v1/tickets/${ids[0]}`);
      const chip = page.getByRole('group', { name: 'Filter by reason' }).getByRole('button');
      await chip.click();
      await page.waitForURL(new RegExp(`reason=${code}`));
      assert.equal(await chip.getAttribute('aria-pressed'), 'true');
      await lists(page, ids);
      await page.getByLabel('Select all listed tickets').check();
      await selected(page).getByText('3 tickets selected').waitFor();
      await click(page, 'Discard');
      await dialog(page).getByText('Discard 3 tickets?').waitFor();
      await dialog(page).getByLabel('Reason').fill('the router was replaced');
      await dialog(page).getByRole('button', { name: 'Discard' }).click();
      await page.getByText('3 tickets discarded').waitFor();
      await selected(page).waitFor({ state: 'hidden' });
    });
    for (const id of ids) assert.equal(await stateOf(id), 'cancelled');
  });

  test('what is done to all that are listed can include those that are not listed yet', async () => {
    const ids = await stuck(55, 'Umbrella Retired', 'Tape is full');
    await withSignedIn('/tickets?q=tape+is+full', {}, async (page) => {
      await rows(page).nth(49).waitFor();
      await page.getByLabel('Select all listed tickets').check();
      await click(page, 'Discard');
      await dialog(page).getByText('50 tickets that are selected').waitFor();
      await dialog(page).getByLabel('55 tickets that the filters find').check();
      await dialog(page).getByLabel('Reason').fill('the tape was changed');
      await dialog(page).getByRole('button', { name: 'Discard' }).click();
      await page.getByText('55 tickets discarded').waitFor();
    });
    for (const id of ids) assert.equal(await stateOf(id), 'cancelled');
  });

  test('each ticket that an action does not suit is named with its reason, and does not stop the others', async () => {
    const [waits] = await stuck(1, 'Umbrella Retired', 'Switch unreachable');
    const done = (await submit({ title: 'Switch unreachable too', company: 'Acme Dental' })).id;
    await withSignedIn('/tickets?q=switch+unreachable', {}, async (page) => {
      await lists(page, [waits, done]);
      await page.getByLabel('Select all listed tickets').check();
      await click(page, 'Discard');
      await dialog(page).getByText('Discard 1 ticket?').waitFor();
      await dialog(page).getByText(/1 other ticket cannot be included/).waitFor();
      await dialog(page).getByLabel('Reason').fill('was replaced');
      await dialog(page).getByRole('button', { name: 'Discard' }).click();
      await page.getByText('1 ticket discarded').waitFor();
      const failed = page.getByRole('alert').filter({ hasText: 'Not done for 1 ticket' });
      await link(failed, done).waitFor();
      await checkAccessible(page, 'the result of a bulk action');
      await shoot(page, 'bulk-partly');
    });
    assert.equal(await stateOf(waits), 'cancelled');
    assert.equal(await stateOf(done), 'done');
  });

  test('tickets that were made by hand are linked in one dialog', async () => {
    const ids = await stuck(2, 'Umbrella Retired', 'UPS beeps');
    const [inPsa] = await ticketsIn(psa.sandbox);
    await withSignedIn('/tickets?q=UPS+beeps', {}, async (page) => {
      await lists(page, ids);
      await page.getByLabel('Select all listed tickets').check();
      await click(page, 'Link…');
      await checkAccessible(page, 'the dialog that links');
      await shoot(page, 'bulk-link');
      await dialog(page).getByLabel(new RegExp(`^Ticket ${ids[0]}:`)).fill(String(inPsa.id));
      await dialog(page).getByRole('button', { name: 'Link' }).click();
      await page.getByText('1 ticket linked').waitFor();
    });
    assert.equal(await stateOf(ids[0]), 'done');
    assert.equal(await stateOf(ids[1]), 'needs_review', 'what was left blank stays');
  });
});
