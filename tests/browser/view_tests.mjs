// Every view: light, dark and on a phone; without serious findings of axe, and without horizontal scrolling.
import { before, describe, test } from 'node:test';
import { psas } from './psas.mjs';
import { api, checkAccessible, checkFits, dark, phone, shoot, withSignedIn } from './support.mjs';

const ways = { light: {}, dark, phone };
const [psa] = psas;
let ticket;

describe('views', () => {
  before(async () => {
    ticket = await api(
      'POST',
      '/v1/tickets',
      { connection: psa.plugin, title: 'Backup failed on SRV01', description: 'There is not enough space on the disk.' },
      { Prefer: 'wait=20' },
    );
  });

  const views = {
    integrations: () => '/integrations',
    configure: () => `/integrations/${psa.plugin}/configure`,
    defaults: () => `/integrations/${psa.plugin}/defaults`,
    'test-ticket': () => `/integrations/${psa.plugin}/test-ticket`,
    add: () => `/integrations/add/${psa.plugin}`,
    tickets: () => '/tickets',
    'no-tickets': () => '/tickets?state=unknown',
    ticket: () => `/tickets/${ticket.id}`,
    updates: () => `/integrations/${psa.plugin}/updates`,
    audit: () => '/audit',
    tokens: () => '/tokens',
    health: () => '/health',
  };

  for (const [way, options] of Object.entries(ways))
    test(`every view, ${way}`, () =>
      withSignedIn('/integrations', options, async (page) => {
        for (const [name, path] of Object.entries(views)) {
          await page.evaluate((hash) => {
            location.hash = hash;
          }, path());
          await settled(page, path());
          await checkAccessible(page, `${name}, ${way}`);
          await checkFits(page, `${name}, ${way}`);
          await shoot(page, `${name}-${way}`);
        }
      }));

  test('an open drop-down, with inactive entries marked', () =>
    withSignedIn(`/integrations/${psa.plugin}/defaults`, phone, async (page) => {
      const queue = page.getByRole('combobox', { name: 'Queue ID' });
      await queue.click();
      await page.getByRole('option', { name: /inactive/ }).waitFor();
      await checkAccessible(page, 'an open drop-down');
      await checkFits(page, 'an open drop-down');
      await shoot(page, 'drop-down-phone');
      await page.keyboard.press('Escape');
      await queue.fill('level');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.waitForFunction((id) => document.getElementById(id).value === 'Level 2', await queue.getAttribute('id'));
    }));

  test('reduced motion is respected', () =>
    withSignedIn('/health', { reducedMotion: 'reduce' }, async (page) => {
      await page
        .getByRole('img', { name: /^Waiting for/ })
        .first()
        .waitFor();
      await page
        .getByRole('img', { name: /^Tickets delivered for/ })
        .first()
        .waitFor();
      await page.getByRole('meter').first().waitFor();
    }));
});

/** The view of `path` is there, with the names of what is chosen in its drop-downs. */
async function settled(page, path) {
  await page.waitForFunction(
    (hash) => location.hash === `#${hash}` && !document.querySelector('main[aria-busy], main [aria-busy]'),
    path,
  );
  await page.locator('main h1').waitFor();
}
