// The operator's guide, step by step, for each PSA: from pasted credentials to a ticket in the PSA.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paste, psas } from './psas.mjs';
import { stepCounter } from './steps.mjs';
import { checkAccessible, choose, shoot, ticketsIn, withSignedIn } from './support.mjs';

for (const psa of psas)
  test(`the guide, followed for ${psa.name}`, () => withSignedIn('/integrations', {}, (page) => follow(page, psa)));

async function follow(page, psa) {
  const took = stepCounter();
  await page.getByRole('button', { name: `Configure ${psa.name}` }).click();
  await paste(page, psa);
  await shoot(page, `${psa.plugin}-configure`);

  took.begin();
  await took.step('click Test', () => page.getByRole('button', { name: 'Test', exact: true }).click());
  await page.getByText(psa.sentence, { exact: true }).waitFor();
  await shoot(page, `${psa.plugin}-tested`);
  await checkAccessible(page, 'a passed test');
  await took.step('click Save', () => page.getByRole('button', { name: 'Save', exact: true }).click());
  await page.getByRole('heading', { name: 'Ticket defaults' }).waitFor();
  for (const [field, label] of psa.defaults) await took.step(`choose ${field}`, () => choose(page, field, label));
  await shoot(page, `${psa.plugin}-defaults`);
  await took.step('click Save', () => page.getByRole('button', { name: 'Save', exact: true }).click());
  await page.getByText('Ticket defaults saved').waitFor();
  took.report(`${psa.name}, from pasted credentials to saved ticket defaults`);
  assert.ok(took.steps() <= 6, 'at most six steps');

  await sendTestTicket(page, psa, took);
  took.report(`${psa.name}, to a test ticket in the PSA`);
}

async function sendTestTicket(page, psa, took) {
  const before = await ticketsIn(psa.sandbox);
  await took.step('click Send test ticket', () =>
    page.locator('.notice').getByRole('button', { name: 'Send test ticket' }).click(),
  );
  await page.getByRole('heading', { name: 'Send test ticket' }).waitFor();
  await took.step('choose the company', () => choose(page, 'Company', 'Acme Dental'));
  const send = page.locator('form').getByRole('button', { name: 'Send test ticket' });
  await took.step('click Send test ticket', () => send.dblclick()); // twice, as impatient people do
  await page.getByText(/^Ticket \S+ was created in /).waitFor();
  await shoot(page, `${psa.plugin}-test-ticket`);

  const created = (await ticketsIn(psa.sandbox)).slice(before.length);
  assert.equal(created.length, 1, 'a double click makes one ticket');
  assert.match(psa.titleOf(created[0]), /Test ticket from psa-host/);
  const shown = await page.locator('.notice-title').filter({ hasText: 'was created' }).textContent();
  const link = page.locator('.notice').getByRole('link', { name: /opens a new tab/ });
  assert.match(await link.getAttribute('href'), /^https:\/\//, `${shown}: with its address in the PSA`);
}
