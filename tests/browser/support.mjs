// Shared by the tests of the page: a browser, a signed-in page that is watched, the simulators' records.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';
import { contractOf } from './contract.mjs';

const needed = (name) => process.env[name] ?? assert.fail(`${name} is not set: browser.sh sets it`);

export const baseUrl = needed('PSA_URL').replace(/\/$/, '');
export const token = needed('PSA_TOKEN');
const shots = process.env.PSA_SHOTS;

/** What the ready file of a simulator holds, with the secret that it names. */
export function sandbox(psa) {
  const ready = JSON.parse(needed(`PSA_SANDBOX_${psa.toUpperCase()}`));
  return { ...ready, secret: readFileSync(ready.secretFile, 'utf8').trim() };
}

/** What the simulator really has: its tickets, notes and changes. */
export async function truthOf({ controlPort }) {
  const answer = await fetch(`http://127.0.0.1:${controlPort}/truth`);
  return answer.json();
}

/** Every ticket that the simulator has. */
export const ticketsIn = async (sandbox) => (await truthOf(sandbox)).tickets;

async function control({ controlPort }, method, path, body) {
  const answer = await fetch(`http://127.0.0.1:${controlPort}${path}`, { method, body: JSON.stringify(body) });
  assert.ok(answer.ok, await answer.text());
}

/** Does in the PSA what a person does there, such as {ticketId: "29700001", action: "note"}. */
export const act = (psa, what) => control(psa, 'POST', '/human', what);

/** Switches behaviours of the simulator, such as {"rule.revertStatus": true}. */
export const setSwitches = (psa, switches) => control(psa, 'PUT', '/switches', switches);

/** Changes the PSA behind a simulator, such as {secret: "..."}. */
export const changeTenant = (psa, change) => control(psa, 'POST', '/tenant', change);

/** The API, as a program uses it. */
export async function api(method, path, body, headers = {}) {
  const answer = await fetch(baseUrl + path, {
    method,
    body: body && JSON.stringify(body),
    headers: { Authorization: `Bearer ${token}`, ...(body ? { 'Content-Type': 'application/json' } : {}), ...headers },
  });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : null;
}

/** Marks an answer that a test has made up, which need not be as the API's document says. */
export const madeUp = { 'x-made-up': 'yes' };

let browser;
let contract;
export async function launch() {
  contract = await contractOf(baseUrl);
  const [autotask, connectwise, halopsa] = ['autotask', 'connectwise', 'halopsa'].map(sandbox);
  contract.keepSecret([
    autotask.integrationCode,
    autotask.secret,
    connectwise.clientId,
    connectwise.secret,
    halopsa.secret,
    'HaloSandboxToken.',
  ]);
  browser = await chromium.launch({
    executablePath: process.env.PSA_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
}
/** `expected`: answers of operations that pages have received. */
export async function quit(expected) {
  await browser?.close();
  for (const seen of expected)
    assert.ok(!contract.unseen().includes(seen), `${seen} was held against the document`);
}

export const phone = { viewport: { width: 360, height: 740 } };
export const dark = { colorScheme: 'dark' };

/**
 * Opens `path` in a browser of its own and gives its page to `use`. Afterwards nothing may have been asked of another host,
 * refused by the content security policy or thrown, and each answer must have been as the API's document says.
 * `networkErrors`: the test itself cuts the connection.
 */
export async function withPage(path, options, use, { networkErrors = false } = {}) {
  const context = await browser.newContext({
    viewport: { width: 1200, height: 860 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    ...options,
  });
  context.setDefaultTimeout(10000);
  const page = await context.newPage();
  const complaints = watch(page, networkErrors);
  const answers = checkAnswers(page);
  try {
    await page.goto(`${baseUrl}/#${path}`);
    await use(page);
    assert.deepEqual(complaints, [], 'the browser has nothing to complain of');
    await Promise.all(answers);
  } catch (error) {
    await shoot(page, 'failed').catch(() => {});
    if (complaints.length > 0) error.message += `\nThe browser says: ${complaints.join('\n')}`;
    throw error;
  } finally {
    await page.unrouteAll({ behavior: 'ignoreErrors' }); // requests still in progress there end with the page
    await context.close();
  }
}

/** The same, signed in. */
export const withSignedIn = (path, options, use, expected) =>
  withPage(
    path,
    options,
    async (page) => {
      await signIn(page);
      await use(page);
    },
    expected,
  );

export async function signIn(page, withToken = token) {
  await page.getByLabel('Token').fill(withToken);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation').waitFor();
}

function watch(page, networkErrors) {
  const complaints = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(`${baseUrl}/`)) complaints.push(`request to ${request.url()}`);
  });
  page.on('pageerror', (error) => complaints.push(`thrown: ${error.stack ?? error}`));
  page.on('console', (message) => {
    const isStatus =
      /Failed to load resource.*(40[0139]|422|429|503)/.test(message.text()) || // which the page shows itself
      (networkErrors && /Failed to load resource.*ERR_FAILED/.test(message.text()));
    if (['error', 'warning'].includes(message.type()) && !isStatus) complaints.push(message.text());
  });
  return complaints;
}

/** Holds each answer that the page gets against the API's document; fails with the promises that it gives. */
function checkAnswers(page) {
  const answers = [];
  // Not before it is finished: the body of the browser's own requests, such as the icon, may never arrive.
  page.on('requestfinished', (request) => {
    const check = checkAnswer(request);
    check.catch(() => {}); // it is checked at the end
    answers.push(check);
  });
  return answers;
}

async function checkAnswer(request) {
  const response = await request.response();
  const headers = await response.allHeaders();
  if ('x-made-up' in headers) return;
  const body = response.status() === 204 ? Buffer.alloc(0) : await response.body().catch(() => null);
  if (!body) return; // the page was closed meanwhile
  const { pathname, search } = new URL(response.url());
  const target = pathname + search;
  const answer = { method: request.method(), target, status: response.status(), headers, body };
  contract.checkAnswer(answer);
  if (response.ok()) contract.checkRequest({ ...answer, body: request.postData() });
}

/** Accessibility as axe sees it: nothing serious. */
export async function checkAccessible(page, what) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const grave = violations
    .filter(({ impact }) => ['serious', 'critical'].includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  assert.deepEqual(grave, [], `${what}: axe finds nothing serious`);
}

/** Nobody has to scroll sideways. */
export async function checkFits(page, what) {
  const [content, window] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  assert.ok(content <= window, `${what}: ${content} px wide in a window of ${window}`);
}

/** Keeps a picture, if PSA_SHOTS names a folder. */
export async function shoot(page, name) {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
}

/** Chooses `label` from a drop-down that the PSA fills. */
export async function choose(page, field, label, within = page) {
  await within.getByRole('combobox', { name: field }).click();
  await page.locator('.choice-popup').getByRole('option', { name: label }).first().click();
}
