// Who can sign in, and what happens to unfinished work when a session ends.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paste, psas } from './psas.mjs';
import { api, checkAccessible, checkFits, dark, phone, shoot, signIn, token, withPage, withSignedIn } from './support.mjs';

test('a wrong token is rejected, with advice on how to get a valid one', () =>
  withPage('/integrations', {}, async (page) => {
    await shoot(page, 'sign-in');
    await page.getByLabel('Token').fill('psa_nobody_has_this');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByText('psa-host token add').first().waitFor();
    assert.equal(await page.getByRole('navigation').count(), 0, 'nothing is shown yet');
    await shoot(page, 'sign-in-refused');
  }));

for (const [name, options] of [
  ['light', {}],
  ['dark', dark],
  ['phone', phone],
])
  test(`the sign-in page is accessible, ${name}`, () =>
    withPage('/', options, async (page) => {
      await page.getByLabel('Token').waitFor();
      await checkAccessible(page, 'sign-in');
      await checkFits(page, 'sign-in');
      await shoot(page, `sign-in-${name}`);
    }));

test('the keyboard alone suffices from sign-in to a passed test', () =>
  withPage('/integrations', {}, async (page) => {
    const [psa] = psas;
    const { keyboard } = page;
    await page.getByLabel('Token').waitFor();
    await keyboard.type(token); // the field has the focus
    await keyboard.press('Enter');
    await page.getByRole('navigation').waitFor();
    await page.locator('h1:focus').waitFor();
    await tabTo(page, `Configure ${psa.name}`);
    await keyboard.press('Enter');
    await page.locator('h3:focus').waitFor();
    for (const value of Object.values(psa.credentials)) {
      await keyboard.press('Tab');
      await keyboard.type(value);
    }
    await tabTo(page, 'Test');
    await keyboard.press('Space');
    await page.getByText(psa.sentence, { exact: true }).waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Test', 'the focus stays where it was');
  }));

test('the end of a session keeps all input, and the request continues after sign-in', () =>
  withSignedIn('/integrations', {}, async (page) => {
    const [psa] = psas;
    await page.getByRole('button', { name: `Configure ${psa.name}` }).click();
    await paste(page, psa);
    await page.context().clearCookies();
    await page.getByRole('button', { name: 'Test', exact: true }).click();
    await page.getByRole('dialog').waitFor();
    await checkAccessible(page, 'sign in again');
    await shoot(page, 'sign-in-again');
    await signIn(page);
    await page.getByText(psa.sentence, { exact: true }).waitFor();
    assert.equal(await page.getByLabel('API User').inputValue(), psa.credentials['API User']);
  }));

test('signing out ends the session', () =>
  withSignedIn('/tickets', {}, async (page) => {
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Token').waitFor();
    await page.reload();
    await page.getByLabel('Token').waitFor();
  }));

test('the page says that a token is read-only, and which scope a rejected request needs', async () => {
  const { id, token: reading } = await api('POST', '/v1/tokens', { name: 'reader', scopes: ['read'] });
  try {
    await withPage('/integrations', {}, async (page) => {
      const [psa] = psas;
      await signIn(page, reading);
      await page.getByText('This token is read-only').waitFor();
      await page.getByRole('button', { name: `Configure ${psa.name}` }).click();
      await paste(page, psa);
      await page.getByRole('button', { name: 'Test', exact: true }).click();
      await page.getByText(/It needs the scope admin/).waitFor();
    });
  } finally {
    await api('DELETE', `/v1/tokens/${id}`);
  }
});

/** Goes on with Tab until the element called `name` has the focus. */
async function tabTo(page, name) {
  for (let i = 0; i < 40; ++i) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(
      () => document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent,
    );
    if (focused === name) return;
  }
  assert.fail(`Tab never comes to ${name}`);
}
