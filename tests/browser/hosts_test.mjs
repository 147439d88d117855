// The admin page of two hosts that share a database.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { psas } from './psas.mjs';
import {
  api,
  baseUrl,
  checkAccessible,
  checkFits,
  dark,
  launch,
  phone,
  quit,
  shoot,
  token,
  withPage,
  withSignedIn,
} from './support.mjs';

const otherUrl = process.env.PSA_OTHER_URL;
const [autotask, connectwise] = psas;
const configurations = {
  autotask: ({ integrationCode, user, secret }) => ({ integrationCode, userName: user, secret }),
  connectwise: ({ site, company, publicKey, secret, clientId }) => ({
    siteUrl: `https://${site.replace(/^api-/, '')}`,
    companyId: company,
    publicKey,
    privateKey: secret,
    clientId,
  }),
};
const inputOf = ({ plugin, sandbox }) => ({ plugin, configuration: configurations[plugin](sandbox) });

before(async () => {
  await launch();
  for (const psa of [autotask, connectwise]) await api('PUT', `/v1/connections/${psa.plugin}`, inputOf(psa));
  await api('POST', '/v1/sources', { name: 'prod', preset: 'json' });
  await until('both hosts work something', async () => {
    const { hosts } = await api('GET', '/v1/hosts');
    return hosts.length === 2 && hosts.every(({ leases }) => leases.some(({ kind }) => kind === 'connection'));
  });
});
after(() => quit(['signIn 200', 'listHosts 200', 'getStatus 200']));

async function until(what, isTrue) {
  for (let i = 0; i < 300; ++i) {
    if (await isTrue()) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
  assert.fail(`not within 30 seconds: ${what}`);
}

for (const [way, options] of Object.entries({ light: {}, dark, phone }))
  test(`the hosts and what each of them handles, ${way}`, () =>
    withSignedIn('/health', options, async (page) => {
      const panel = page.getByRole('region', { name: 'Hosts' });
      await panel.getByRole('heading', { name: 'Hosts' }).waitFor();
      const rows = panel.locator('tbody tr');
      assert.equal(await rows.count(), 2);
      for (const row of await rows.all()) {
        const text = await row.innerText();
        assert.match(text, /Live/);
        assert.match(text, /1 connection\b/);
      }
      const { hosts } = await api('GET', '/v1/hosts');
      assert.match(await panel.innerText(), new RegExp(hosts[0].name));
      for (const { plugin } of [autotask, connectwise])
        await page.getByRole('article', { name: `Health of ${plugin}` }).getByText(/^Leased by /).waitFor();
      await checkAccessible(page, `hosts, ${way}`);
      await checkFits(page, `hosts, ${way}`);
      await shoot(page, `hosts-${way}`);
    }));

test('a token that is bound to a connection sees no hosts', async () => {
  const { token: bound } = await api('POST', '/v1/tokens', {
    name: 'bound',
    scopes: ['read'],
    connections: [autotask.plugin],
  });
  await withPage('/health', {}, async (page) => {
    await page.getByLabel('Token').fill(bound);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('article', { name: `Health of ${autotask.plugin}` }).waitFor();
    assert.equal(await page.getByRole('region', { name: 'Hosts' }).count(), 0);
  });
});

test('what is added at one host appears on the page of another', async () => {
  assert.notEqual(otherUrl, baseUrl);
  await withSignedIn('/health', {}, async (page) => {
    await page.getByRole('article', { name: `Health of ${autotask.plugin}` }).waitFor();
    const answer = await fetch(`${otherUrl}/v1/connections/elsewhere`, {
      method: 'PUT',
      body: JSON.stringify(inputOf(autotask)),
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    });
    assert.equal(answer.status, 201, await answer.text());
    await page.getByRole('article', { name: 'Health of elsewhere' }).waitFor();
  });
});
