// What can be wrong with a request to any operation, and the answer that every operation must give.
import assert from 'node:assert/strict';
import { test } from 'node:test';

const attemptsAllowed = 10;

/** A path of the operation, to things that there are not. */
const targetOf = ({ path }) => path.replace(/\{[^}]*\}/g, 'nobody');
const changes = ({ method }) => method !== 'GET';

/** `tokens`: one for each scope. */
export async function everywhere(api, tokens) {
  const { operations } = api.contract;
  const each = async (wanted, ask) => {
    assert.ok(wanted.length > 0);
    for (const [i, operation] of wanted.entries()) await ask(operation.method, targetOf(operation), operation, i);
  };
  const isHook = ({ path }) => path.startsWith('/v1/hooks/'); // they have credentials of their own: see sources.mjs
  const ours = operations.filter((operation) => !isHook(operation));
  const guarded = operations.filter(({ scope }) => scope !== 'anybody');
  const nobody = api.as(null);

  await test('without a token, or with a wrong one, nothing is done', () =>
    each(guarded, async (method, target, operation, i) => {
      await nobody.expect([401, 'no-token'], method, target);
      const id = i.toString(16).padStart(12, '0'); // so that no token has too many attempts
      const headers = { authorization: `Bearer psa_${id}_${'0'.repeat(64)}` };
      await nobody.expect([401, 'bad-token'], method, target, { headers, from: `127.0.1.${i + 1}` });
    }));

  await test('a token with another scope is rejected', () =>
    each(guarded, async (method, target, { scope }) => {
      const others = Object.keys(tokens).filter((other) => other !== scope && other !== 'admin');
      for (const other of others) await api.as(tokens[other]).expect([403, 'scope'], method, target);
    }));

  await test('an address with too many wrong tokens must wait, but a valid token is accepted', async () => {
    const from = '127.0.0.2';
    for (let i = 0; i < attemptsAllowed; ++i)
      await nobody.expect([401, 'bad-token'], 'GET', '/v1/status', { from, headers: { authorization: 'Bearer x' } });
    const wrong = api.as('x');
    await each(guarded, (method, target) => wrong.expect([429, 'too-many-attempts'], method, target, { from }));
    await nobody.expect([429, 'too-many-attempts'], 'POST', '/v1/session', { from, body: { token: 'x' } });
    await api.expect(200, 'GET', '/v1/status', { from });
    await nobody.expect(200, 'POST', '/v1/session', { from, body: { token: tokens.read } });
  });

  await test('a request for another host is rejected', () =>
    each(operations, (method, target) =>
      api.expect([421, 'other-host'], method, target, { headers: { host: 'psa.elsewhere.example' } }),
    ));

  await test('a token in a URL is rejected', () =>
    each(ours, (method, target) => nobody.expect([400, 'token-in-url'], method, `${target}?token=${tokens.admin}`)));

  await test('a body that is too large or compressed, and a head that is too large, are rejected', () =>
    each(operations, async (method, target, { id }) => {
      await api.expect([431, 'head-too-large'], method, target, { headers: { 'x-large': 'x'.repeat(20000) } });
      if (target.startsWith('/v1/hooks/') && method !== 'OPTIONS') return;
      const length = id === 'testSource' ? '16777217' : '1048577';
      const tooLarge = { headers: { 'content-length': length }, unfinished: true };
      await api.expect([413, 'too-large'], method, target, tooLarge);
      await api.expect([415, 'compressed'], method, target, { headers: { 'content-encoding': 'gzip' }, body: 'x' });
    }));

  await test('a chunked body is accepted like any other', async () => {
    const chunked = { headers: { 'transfer-encoding': 'chunked' } };
    await api.expect([400, 'bad-body'], 'POST', '/v1/tickets', { ...chunked, body: '[]' });
    await nobody.expect(200, 'POST', '/v1/session', { ...chunked, body: { token: tokens.read } });
  });

  await test('a foreign page cannot change anything', () =>
    each(ours.filter(changes), async (method, target) => {
      await api.expect([403, 'other-origin'], method, target, { headers: { origin: 'https://elsewhere.example' } });
      await api.expect([403, 'other-origin'], method, target, { headers: { 'sec-fetch-site': 'cross-site' } });
    }));

  await test('an unsupported method is distinguished from an unknown path', async () => {
    for (const path of Object.keys(api.contract.document.paths))
      await api.expect([405, 'method-not-allowed'], 'TRACE', path.replace(/\{[^}]*\}/g, 'nobody'));
    await api.expect([404, 'not-found'], 'GET', '/v1/nothing');
    await api.expect([404, 'not-found'], 'POST', '/v2/tickets/1');
    await api.expect([404, 'not-found'], 'GET', '/nothing.html');
  });

  await test('a misspelled or repeated query parameter is rejected, with the names that exist', async () => {
    await each(ours.filter(({ path }) => path.startsWith('/v1/')), async (method, target) => {
      const { detail } = await api.expect([400, 'bad-query'], method, `${target}?statee=ready`);
      assert.match(detail, / has no query parameter "statee"\. It has(: [\w., ]+| none)\.$/);
    });
    await api.expect([400, 'bad-query'], 'GET', '/v1/tickets?limit=1&limit=2');
    await api.expect(200, 'GET', '/v1/tickets?state=ready&state=held');
  });

  await test('what cannot be parsed is rejected', async () => {
    await api.expect([400, 'bad-path'], 'GET', '/v1/tickets/%ff');
    await api.expect([400, 'bad-path'], 'GET', '/v1/tickets/%zz');
    await api.expect([400, 'bad-query'], 'GET', '/v1/tickets?connection=%ff');
    await api.expect([400, 'bad-query'], 'GET', '/v1/tickets?connection=%zz');
    await api.expect([400, 'header-twice'], 'GET', '/v1/tickets', { headers: { origin: ['one', 'two'] } });
    await api.expect([400, 'bad-header'], 'GET', '/v1/tickets', { headers: { expect: 'nothing' } });
  });

  const withBody = ours.filter(({ requestBody }) => requestBody);
  await test('a body that is not a valid JSON object is rejected', () =>
    each(withBody, async (method, target) => {
      const bodies = [
        '{',
        '{"a": 1, "a": 2}',
        `{"a": ${'['.repeat(40)}${']'.repeat(40)}}`,
        '[]',
        '"text"',
        '{"a": 1e999}',
        '{"a": "\0"}',
        Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
        'connection=first&title=x',
      ];
      for (const body of bodies) await api.expect([400, 'bad-body'], method, target, { body });
    }));
}
